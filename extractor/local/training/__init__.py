"""How the shipped model came to be: `train` makes the artefact from the labelled samples alone."""
