"""From the score before to the score now, one bar for each cause."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from api.console.shown import day
from scoring.explanation import CauseInWords, Explanation, Standing


@dataclass(frozen=True, slots=True)
class Bar:
    """`start` and `width` in per cent of the scale; a cause's `number` is its place in the list of causes.

    `whole` is a score, which stands on nothing, rather than a step from one to the other.
    """

    label: str
    points: float
    start: float
    width: float
    kind: str
    number: int | None = None
    whole: bool = False


def waterfall(found: Explanation, alone: Collection[int]) -> tuple[Bar, ...]:
    """Every step begins where the one before ended.

    `alone` are the numbers of the causes with a bar of their own; the others share one.
    """
    large = [(n, c) for n, c in enumerate(found.causes, 1) if n in alone]
    small = [c for n, c in enumerate(found.causes, 1) if n not in alone]
    bars = [_score(found.before)]
    level = found.before.score
    for number, cause in large:
        bars.append(_step(cause.label, cause.points, level, number))
        level += cause.points
    if small:
        together = round(sum(c.points for c in small), 1)
        bars.append(_step(_counted(small), together, level, None))
    return (*bars, _score(found.after))


def _score(standing: Standing) -> Bar:
    return Bar(day(standing.day), standing.score, 0, standing.score, standing.band, whole=True)


def _step(label: str, points: float, level: float, number: int | None) -> Bar:
    low, high = sorted((level, level + points))
    return Bar(
        label, points, round(low, 1), round(max(high - low, 0.4), 1), "worse" if points < 0 else "better", number
    )


def _counted(small: Sequence[CauseInWords]) -> str:
    return f"{len(small)} other causes" if len(small) > 1 else small[0].label
