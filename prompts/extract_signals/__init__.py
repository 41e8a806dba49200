"""The released versions of the extraction prompt."""
