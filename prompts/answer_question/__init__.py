"""The released versions of the prompt that words an answer."""
