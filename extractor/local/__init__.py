"""The embedded engine: a small sentence encoder, fine-tuned to the taxonomy, that cites by construction.

No key, no network. What it flags is a sentence of one message, so that every claim carries the document's own words.
"""
