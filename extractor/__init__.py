"""Text in, grounded signals out: documents, detectors, and the check that every quote stands in its source."""
