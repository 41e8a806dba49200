"""Counting facts by account, so that a resample of accounts is a weighted sum."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from eval.figures.facts import LEVELS, Facts, Pair, Quoted
from eval.intervals import Array

BINS = 10
"""Equal stretches of confidence for reliability and ECE."""

Counts = Mapping[str, Array]
"""For each counter one number an account, or, once weighted, one number a resample."""


def count(facts: Facts) -> dict[str, Array]:
    """All counters of the facts, each an array over `facts.accounts`; a counter that never fired is missing."""
    tally = _Tally(facts)
    for number in facts.inside:
        doc = facts.documents[number]
        tally.add(number, "documents")
        tally.add(number, "unread", doc.unread)
        tally.add(number, "silent", doc.silent)
    for number in {p.document for p in facts.pairs if p.predicted and facts.documents[p.document].silent}:
        tally.add(number, "silent:alarmed")
    for pair in facts.pairs:
        _pair(tally, pair)
    for span in facts.gold_spans:
        _span(tally, span, "gold")
    for span in facts.predicted_spans:
        _span(tally, span, "predicted")
        tally.add(span.document, "citations")
        tally.add(span.document, "citations:verbatim", span.verbatim)
        tally.add(span.document, "claims")
    for refusal in facts.refusals:
        tally.add(refusal.document, f"rejected:{refusal.reason}")
        tally.add(refusal.document, "rejected")
        tally.add(refusal.document, "claims")
    return dict(tally.counters)


def weighted(counts: Counts, weights: Array) -> dict[str, Array]:
    """Sums of every counter for every row of `weights`."""
    sums = weights @ np.stack(list(counts.values()), axis=1)
    return {name: sums[:, column] for column, name in enumerate(counts)}


def confidence_bin(confidence: float) -> int:
    return min(int(confidence * BINS), BINS - 1)


class _Tally:
    def __init__(self, facts: Facts) -> None:
        self._account = [doc.account for doc in facts.documents]
        self.counters: defaultdict[str, Array] = defaultdict(lambda: np.zeros(len(facts.accounts)))
        self.counters["documents"]  # stands there even where a slice is empty

    def add(self, document: int, name: str, amount: float = 1.0) -> None:
        self.counters[name][self._account[document]] += amount


def _pair(tally: _Tally, pair: Pair) -> None:
    if pair.gold:
        _hits(tally, pair, "gold")
    if pair.predicted:
        _hits(tally, pair, "predicted")
        confidence, right = pair.predicted.confidence, float(pair.typed)
        place = confidence_bin(confidence)
        tally.add(pair.document, f"bin:{place}:n")
        tally.add(pair.document, f"bin:{place}:confidence", confidence)
        tally.add(pair.document, f"bin:{place}:right", right)
        tally.add(pair.document, "brier", (confidence - right) ** 2)
    if pair.gold and pair.predicted:
        tally.add(pair.document, f"severity:{pair.gold.severity}{pair.predicted.severity}")


def _hits(tally: _Tally, pair: Pair, side: str) -> None:
    for measure, hit in (("typed", pair.typed), ("grounded", pair.grounded)):
        for name in (measure, f"{measure}/{pair.type}"):
            tally.add(pair.document, f"{name}:{side}")
            tally.add(pair.document, f"{name}:{side}:hit", hit)


def _span(tally: _Tally, span: Quoted, side: str) -> None:
    for level in LEVELS:
        tally.add(span.document, f"span@{level}:{side}")
        tally.add(span.document, f"span@{level}:{side}:hit", level in span.levels)
