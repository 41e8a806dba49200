"""The precision-recall curve of a run, as far down as the engine reports its confidence.

What the engine kept to itself lies beyond the curve's end: average precision adds nothing for recall that was never
reached, so it compares engines only together with where they stop.
"""

from __future__ import annotations

import numpy as np

from eval.figures.facts import Facts, Pair
from eval.figures.measures import ratio
from eval.figures.shape import CurvePoint
from eval.intervals import Array

_NEVER_PREDICTED = -1.0


def curve(facts: Facts) -> tuple[CurvePoint, ...]:
    """One point for each confidence that occurs, the strictest first; empty without gold or predictions."""
    predicted = [(p.predicted.confidence, p.typed) for p in facts.pairs if p.predicted]
    missed = sum(1 for p in facts.pairs if p.gold and not p.predicted)
    if not predicted or not any(p.gold for p in facts.pairs):
        return ()
    from sklearn.metrics import precision_recall_curve  # noqa: PLC0415 - loads on first use, so that no other command waits for it

    right = [hit for _, hit in predicted] + [True] * missed
    confidence = [c for c, _ in predicted] + [_NEVER_PREDICTED] * missed
    precision, recall, threshold = precision_recall_curve(right, confidence)
    return tuple(
        CurvePoint(threshold=float(t), precision=float(p), recall=float(r))
        for p, r, t in reversed(list(zip(precision, recall, threshold, strict=False)))
        if t > _NEVER_PREDICTED
    )


def average_precision(facts: Facts, weights: Array) -> Array:
    """Σ (Rₙ - Rₙ₋₁)·Pₙ over the curve's points, for every row of `weights`; NaN without gold."""
    gold = _by_document(facts, weights, [p for p in facts.pairs if p.gold]).sum(axis=1)
    ranked = sorted((p for p in facts.pairs if p.predicted), key=_confidence, reverse=True)
    if not ranked:
        return np.where(gold > 0, 0.0, np.nan)
    drawn = _by_document(facts, weights, ranked)
    hits = np.cumsum(drawn * np.array([p.typed and p.gold is not None for p in ranked]), axis=1)
    confidences = np.array([_confidence(p) for p in ranked])
    ends = np.append(np.flatnonzero(np.diff(confidences)), len(ranked) - 1)
    taken = np.cumsum(drawn, axis=1)[:, ends]
    precision = np.divide(hits[:, ends], taken, out=np.zeros_like(taken), where=taken > 0)
    gained = np.diff(hits[:, ends], axis=1, prepend=0.0)
    return ratio((gained * precision).sum(axis=1), gold)


def _confidence(pair: Pair) -> float:
    return pair.predicted.confidence if pair.predicted else _NEVER_PREDICTED


def _by_document(facts: Facts, weights: Array, pairs: list[Pair]) -> Array:
    return weights[:, [facts.documents[p.document].account for p in pairs]]
