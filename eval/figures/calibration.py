"""Does a confidence of 0.8 mean right four times in five? The reliability curve of the predicted pairs.

ECE and Brier score are figures like the others (`eval.figures.measures`); a prediction is right when gold has its type
in the same document.
"""

from __future__ import annotations

from eval.figures.counts import BINS, confidence_bin
from eval.figures.facts import Facts
from eval.figures.shape import Bin


def reliability(facts: Facts) -> tuple[Bin, ...]:
    """The filled bins among ten equal ones, lowest confidence first."""
    found: list[Bin] = []
    for place in range(BINS):
        inside = [
            (p.predicted.confidence, p.typed)
            for p in facts.pairs
            if p.predicted and confidence_bin(p.predicted.confidence) == place
        ]
        if inside:
            found.append(
                Bin(
                    low=place / BINS,
                    high=(place + 1) / BINS,
                    confidence=sum(c for c, _ in inside) / len(inside),
                    right=sum(hit for _, hit in inside) / len(inside),
                    n=len(inside),
                )
            )
    return tuple(found)
