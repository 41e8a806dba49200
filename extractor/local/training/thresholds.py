"""The rule that turns scores into claims, chosen on documents that the scoring model had not seen."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression

from extractor.local.choosing import Rule
from extractor.local.training.measure import Case, measure

QUIET = 0.085
"""Share of signal-free documents that may raise an alarm on the unseen side; the promise is one in ten."""
_STEPS = tuple(float(x) for x in np.arange(-2.5, 3.01, 0.1))
_ENTRIES = tuple(float(x) for x in np.arange(0.0, 3.01, 0.1))
_SHIFTS = tuple(float(x) for x in np.arange(-1.5, 1.51, 0.1))
_GAPS = (0.25, 0.5, 1.0, 1.5, 2.0, 3.0)
_SAME = 1e-9
_RESAMPLES = 100
_ALARM_COST = 1.0
_PRIOR = 100.0
"""Gold pairs' worth of all types together that each type's own counts are mixed with: a dozen cases settle nothing."""


def choose_rule(cases: Sequence[Case], types: Sequence[str]) -> Rule:
    """One threshold for all first, then a shift for each type as far as its cases bear it out, then entry and gap."""
    best, gold = best_logits(cases, types)
    quiet = np.array([not one.gold for one in cases])
    even = np.zeros(len(types))
    shared, entry = _level_and_entry(best, gold, quiet, even)
    shifts = np.array([_shift(best, gold, column, shared) for column in range(len(types))])
    step, entry = _level_and_entry(best, gold, quiet, shared + shifts)
    levels = shared + shifts + step
    slope, intercept = calibrate(best - levels, gold)
    rule = Rule(
        thresholds={name: round(float(level), 3) for name, level in zip(types, levels, strict=True)},
        entry=round(entry, 3),
        gap=0.0,
        slope=round(slope, 4),
        intercept=round(intercept, 4),
    )
    rules = [rule.model_copy(update={"gap": gap}) for gap in _GAPS]
    return max(rules, key=lambda one: measure(cases, types, one).grounded_f1)


def best_logits(cases: Sequence[Case], types: Sequence[str]) -> tuple[NDArray[np.float64], NDArray[np.bool_]]:
    """The loudest sentence's logit of each (document, type) pair and whether the type is there; [documents, types]."""
    nothing = np.full(len(types), -20.0)
    best = np.array([one.scored.present.max(0) if len(one.scored.present) else nothing for one in cases], np.float64)
    gold = np.array([[name in one.gold for name in types] for one in cases])
    return best, gold


def calibrate(margins: NDArray[np.float64], gold: NDArray[np.bool_]) -> tuple[float, float]:
    """Platt scaling of the margin over the threshold; slope and intercept of the logistic curve."""
    model = LogisticRegression(C=100.0).fit(margins.reshape(-1, 1), gold.reshape(-1))
    return float(model.coef_[0, 0]), float(model.intercept_[0])


def _level_and_entry(
    best: NDArray[np.float64], gold: NDArray[np.bool_], quiet: NDArray[np.bool_], levels: NDArray[np.float64]
) -> tuple[float, float]:
    """How far to raise all levels, and by how much a document's loudest type must exceed its own."""
    draws = _draws(len(best))

    def worth(step: float, entry: float) -> float:
        return _worth(best - levels - step, gold, quiet, entry, draws)

    entries = {step: _best(_ENTRIES, partial(worth, step)) for step in _STEPS}
    step = _best(_STEPS, lambda one: worth(one, entries[one]))
    return step, entries[step]


def _draws(documents: int) -> NDArray[np.float64]:
    """How often each document is drawn in each of `_RESAMPLES` samples with replacement; [samples, documents]."""
    rng = np.random.default_rng(0)
    return rng.multinomial(documents, np.full(documents, 1 / documents), size=_RESAMPLES).astype(np.float64)


def _worth(
    margins: NDArray[np.float64],
    gold: NDArray[np.bool_],
    quiet: NDArray[np.bool_],
    entry: float,
    draws: NDArray[np.float64],
) -> float:
    """Typed F1, less what alarms on quiet documents beyond the allowed share cost; the mean over resampled documents."""
    claimed = (margins >= 0) & (margins.max(1) >= entry)[:, None]
    hits = draws @ (claimed & gold).sum(1)
    size = draws @ (claimed.sum(1) + gold.sum(1))
    alarms = draws @ (claimed.any(1) & quiet) / np.maximum(1.0, draws @ quiet)
    return float(np.mean(2 * hits / np.maximum(1.0, size) - _ALARM_COST * np.maximum(0.0, alarms - QUIET)))


def _shift(best: NDArray[np.float64], gold: NDArray[np.bool_], column: int, shared: float) -> float:
    """The shift of one type's threshold that does best on its own pairs and a little of everybody's."""
    share = _PRIOR / max(1.0, float(gold.sum()))

    def worth(shift: float) -> float:
        everybody, own = best >= shared + shift, best[:, column] >= shared + shift
        hits = float((own & gold[:, column]).sum()) + share * float((everybody & gold).sum())
        size = float(own.sum() + gold[:, column].sum()) + share * float(everybody.sum() + gold.sum())
        return 2 * hits / max(1e-9, size)

    return _best(_SHIFTS, worth)


def _best(candidates: Sequence[float], worth: Callable[[float], float]) -> float:
    """The middle one of those that are worth most: an edge that fits these cases would cut through the next ones."""
    values = [worth(candidate) for candidate in candidates]
    top = [c for c, value in zip(candidates, values, strict=True) if value >= max(values) - _SAME]
    return top[len(top) // 2]
