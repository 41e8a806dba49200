"""From the score before to the score now, one bar for each cause."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from scoring.explanation import CauseInWords, Explanation


@dataclass(frozen=True, slots=True)
class Bar:
    """`start` and `width` in per cent of the scale; a cause's `number` is its place in the list of causes."""

    label: str
    points: float
    start: float
    width: float
    kind: str
    number: int | None = None


def waterfall(found: Explanation, alone: Collection[int]) -> tuple[Bar, ...]:
    """The first and last bars stand on nothing; those between begin where the one before ended.

    `alone` are the numbers of the causes with a bar of their own; the others share one.
    """
    large = [(n, c) for n, c in enumerate(found.causes, 1) if n in alone]
    small = [c for n, c in enumerate(found.causes, 1) if n not in alone]
    bars = [Bar(f"{found.before.day:%-d %b %Y}", found.before.score, 0, found.before.score, found.before.band)]
    level = found.before.score
    for number, cause in large:
        bars.append(_step(cause.label, cause.points, level, number))
        level += cause.points
    if small:
        together = round(sum(c.points for c in small), 1)
        bars.append(_step(_counted(small), together, level, None))
    bars.append(Bar(f"{found.after.day:%-d %b %Y}", found.after.score, 0, found.after.score, found.after.band))
    return tuple(bars)


def _step(label: str, points: float, level: float, number: int | None) -> Bar:
    low, high = sorted((level, level + points))
    return Bar(
        label, points, round(low, 1), round(max(high - low, 0.4), 1), "worse" if points < 0 else "better", number
    )


def _counted(small: Sequence[CauseInWords]) -> str:
    return f"{len(small)} other causes" if len(small) > 1 else small[0].label
