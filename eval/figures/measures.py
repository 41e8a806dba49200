"""The catalogue of figures: name, meaning, which way is better, and how sums of counters give the value.

All formulas take whole arrays, one entry a resample, and answer NaN where a figure is undefined. That they agree with
scikit-learn and nervaluate where the definitions coincide is tested, not assumed; they are written out because those
libraries take one sample at a time and an interval needs a thousand.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from eval.figures.counts import BINS, Counts
from eval.figures.facts import LEVELS
from eval.intervals import Array

Formula = Callable[[Counts], Array]


AVERAGE_PRECISION = "average_precision"


@dataclass(frozen=True, slots=True)
class Named:
    """What a figure is called and which way is better."""

    name: str
    label: str
    better: Literal["higher", "lower"]


@dataclass(frozen=True, slots=True)
class Measure(Named):
    """A figure made of sums; `support` names the counters that say how much it rests on."""

    value: Formula
    support: tuple[str, ...]


def catalogue() -> dict[str, Named]:
    """Every figure of a panel; average precision is the one that needs more than sums."""
    return {**measures(), AVERAGE_PRECISION: Named(AVERAGE_PRECISION, "average precision", "higher")}


def measures() -> dict[str, Measure]:
    """All figures that are functions of counters, in the order of reports."""
    found = [*_hit_measures("typed", "typed"), *_hit_measures("grounded", "grounded")]
    found += [
        Measure("macro_f1", "macro F1 (typed)", "higher", _macro("typed"), ("typed:gold",)),
        Measure("grounded_macro_f1", "macro F1 (grounded)", "higher", _macro("grounded"), ("grounded:gold",)),
    ]
    for level in LEVELS:
        name = "span_strict" if level == LEVELS[0] else f"span_iou{round(level * 100)}"
        label = "strict span" if level == LEVELS[0] else f"span IoU ≥ {level}"
        found += _hit_measures(f"span@{level}", label, name)
    found += [
        Measure("severity_kappa", "severity, quadratic κ", "higher", _quadratic_kappa, _SEVERITIES),
        Measure(
            "false_alarm_share",
            "documents without signal that raise one",
            "lower",
            _share("silent:alarmed", "silent"),
            ("silent",),
        ),
        Measure(
            "citations_verbatim",
            "citations verbatim",
            "higher",
            _share("citations:verbatim", "citations"),
            ("citations",),
        ),
        Measure("rejected_share", "citations refused", "lower", _share("rejected", "claims"), ("claims",)),
        Measure(
            "unread_share", "documents without a judgement", "lower", _share("unread", "documents"), ("documents",)
        ),
        Measure("ece", "expected calibration error", "lower", _ece, _BIN_SIZES),
        Measure("brier", "Brier score", "lower", _share("brier", "typed:predicted"), ("typed:predicted",)),
    ]
    return {measure.name: measure for measure in found}


def share(counts: Counts, part: str, whole: str) -> Array:
    """One counter over another."""
    return ratio(_of(counts, part), _of(counts, whole))


_SEVERITIES = tuple(f"severity:{gold}{predicted}" for gold in (1, 2, 3) for predicted in (1, 2, 3))
_BIN_SIZES = tuple(f"bin:{place}:n" for place in range(BINS))


def _of(counts: Counts, name: str) -> Array:
    found = counts.get(name)
    return np.zeros_like(next(iter(counts.values()))) if found is None else found


def ratio(part: Array, whole: Array) -> Array:
    """Element by element, NaN where there is nothing to divide by."""
    return np.divide(part, whole, out=np.full_like(whole, np.nan), where=whole > 0)


def _share(part: str, whole: str) -> Formula:
    return lambda counts: share(counts, part, whole)


def _f1(counts: Counts, prefix: str) -> Array:
    """2·TP / (gold + predicted); where a slice judges its two sides apart, the hits of both over the items of both."""
    hits = _of(counts, f"{prefix}:gold:hit") + _of(counts, f"{prefix}:predicted:hit")
    return ratio(hits, _of(counts, f"{prefix}:gold") + _of(counts, f"{prefix}:predicted"))


def _hit_measures(prefix: str, label: str, name: str | None = None) -> list[Measure]:
    name = name or prefix
    gold, predicted = f"{prefix}:gold", f"{prefix}:predicted"
    return [
        Measure(
            f"{name}_precision", f"{label} precision", "higher", _share(f"{predicted}:hit", predicted), (predicted,)
        ),
        Measure(f"{name}_recall", f"{label} recall", "higher", _share(f"{gold}:hit", gold), (gold,)),
        Measure(f"{name}_f1", f"{label} F1", "higher", lambda counts: _f1(counts, prefix), (gold,)),
    ]


def _macro(measure: str) -> Formula:
    """Mean F1 over the types that gold or prediction has."""

    def value(counts: Counts) -> Array:
        names = sorted({name.split(":")[0] for name in counts if name.startswith(f"{measure}/")})
        if not names:
            return _f1(counts, measure)
        each = np.stack([_f1(counts, name) for name in names])
        present = ~np.isnan(each)
        return ratio(np.nansum(each, axis=0), present.sum(axis=0).astype(np.float64))

    return value


def _quadratic_kappa(counts: Counts) -> Array:
    """Cohen's κ with quadratic weights (Cohen 1968) over pairs that both sides have; NaN where neither side varies."""
    table = np.stack([_of(counts, name) for name in _SEVERITIES], axis=1).reshape(-1, 3, 3)
    distance = (np.arange(3)[:, None] - np.arange(3)[None, :]) ** 2
    total = table.sum(axis=(1, 2))
    by_chance = np.einsum("rg,rp->rgp", table.sum(axis=2), table.sum(axis=1))
    observed = (table * distance).sum(axis=(1, 2)) * total
    expected = (by_chance * distance).sum(axis=(1, 2)).astype(np.float64)
    return 1 - ratio(observed, expected)


def _ece(counts: Counts) -> Array:
    """Mean gap between confidence and share right, weighted by bin (Naeini et al. 2015; ten equal bins)."""
    gap = np.zeros_like(_of(counts, _BIN_SIZES[0]))
    for place in range(BINS):
        gap += np.abs(_of(counts, f"bin:{place}:confidence") - _of(counts, f"bin:{place}:right"))
    size = np.stack([_of(counts, name) for name in _BIN_SIZES]).sum(axis=0)
    return ratio(gap, size)
