"""Geometry of the charts: numbers in, coordinates out. The templates draw them."""
