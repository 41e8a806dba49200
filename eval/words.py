"""How far two sets of quotes are the same words: token F1 over word positions.

A word is a run of letters, digits and underscores; it counts as quoted when a quote touches it. Positions are kept by
message, so that the same word said twice is two words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from eval.record import DocumentResult, Label

SAME_WORDS = 0.5
"""Token F1 from which two citations count as the same evidence."""

Position = tuple[str, int]
"""A message and the offset at which the word begins."""

_WORD = re.compile(r"\w+")


def quoted_words(result: DocumentResult, labels: Iterable[Label]) -> frozenset[Position]:
    """Positions of all words that the labels' quotes touch."""
    found: set[Position] = set()
    for quote in (quote for label in labels for quote in label.evidence):
        for word in _WORD.finditer(result.text(quote.message)):
            if word.start() < quote.end and quote.start < word.end():
                found.add((quote.message, word.start()))
    return frozenset(found)


def token_f1(left: frozenset[Position], right: frozenset[Position]) -> float:
    """Twice the shared words over the words of both; 1.0 for two empty sets. Symmetric."""
    if not left and not right:
        return 1.0
    return 2 * len(left & right) / (len(left) + len(right))
