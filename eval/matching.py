"""One-to-one matching of spans, the one thing here that no kept library does as we need it.

Spans of one type in one message are matched so that as many pairs as possible reach the wanted intersection over
union; a greedy matching would depend on the order of the spans. Several types may share a span, since each type is
matched for itself. At level 1.0 this is the exact-boundary, exact-type measure of SemEval-2013 task 9 ("strict").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from extractor.document import Span


class Match(NamedTuple):
    """Indices of a gold and a predicted span that stand for each other."""

    gold: int
    predicted: int


def intersection_over_union(one: Span, other: Span) -> float:
    """In code points, 0 to 1; two equal empty spans are the same span."""
    shared = min(one.end, other.end) - max(one.start, other.start)
    joined = max(one.end, other.end) - min(one.start, other.start)
    if joined == 0:
        return 1.0
    union = (one.end - one.start) + (other.end - other.start) - max(shared, 0)
    return max(shared, 0) / union


def match_spans(gold: Sequence[Span], predicted: Sequence[Span], level: float) -> list[Match]:
    """The largest one-to-one matching with at least `level` overlap; among equals, the one that overlaps most."""
    if not gold or not predicted:
        return []
    from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - loads on first use, so that no other command waits for it

    overlap = np.array([[intersection_over_union(g, p) for p in predicted] for g in gold])
    enough = overlap >= level
    more_than_any_overlap = min(overlap.shape) + 1
    rows, columns = linear_sum_assignment(enough * (more_than_any_overlap + overlap), maximize=True)
    return [Match(int(g), int(p)) for g, p in zip(rows, columns, strict=True) if enough[g, p]]
