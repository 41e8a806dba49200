"""Takes somebody out of what was said: what gives them away in text, and a document without them. Pure."""
