"""Labels as they stand within a sentence."""

from __future__ import annotations


def within(label: str) -> str:
    """In lower case; what begins with an abbreviation keeps it ("NPS", "CSM's assessment")."""
    return label if label[:2].isupper() else label[:1].lower() + label[1:]
