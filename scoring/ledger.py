"""The exact account of a score: lines that sum to it.

All amounts are whole tenths: points in tenths of a point (1000 is a score of 100), coverage in tenths of a per cent.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

WHOLE = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """One reason and what it gives or takes. `level` is its size within the input before weighting, for movements.

    `kind` is `baseline`, `signal`, `metric`, `silence`, `people`, `stalled`, `assessment`, `combination`, `amplifier`,
    `bound` or `cap`; `input` is empty for lines of the whole score.
    """

    rule: str
    kind: str
    input: str
    subject: str
    label: str
    level: int
    points: int
    since: date
    detail: str = ""
    signals: tuple[str, ...] = ()
    ended_by: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        return (self.rule, self.input, self.subject)


@dataclass(frozen=True, slots=True)
class InputLevel:
    """One input: its share of the whole in tenths of a point (0 while it does not count) and what it gives.

    `present` says that it counts; `fed` that something current is known of it, even if it does not count.
    """

    id: str
    label: str
    weight: int
    points: int
    present: bool
    fed: bool = True

    @property
    def level(self) -> int:
        """Tenths of a per cent of the input's range."""
        return round(WHOLE * self.points / self.weight) if self.weight else 0


@dataclass(frozen=True, slots=True)
class Score:
    """`low` and `high` are what the score would be if every missing input stood at nothing or at its best.

    `caps` are the caps that hold, reached or not; `deciding` the signals that alone would keep it from a better band.
    """

    account_id: str
    day: date
    rulebook: str
    points: int
    low: int
    high: int
    coverage: int
    inputs: tuple[InputLevel, ...]
    lines: tuple[Line, ...]
    caps: tuple[str, ...] = ()
    deciding: tuple[str, ...] = ()


def weighted(level: int, weight: int) -> int:
    """`level` tenths of a per cent of `weight` tenths of a point, to the nearest tenth, halves away from zero."""
    size = (2 * abs(level) * weight + WHOLE) // (2 * WHOLE)
    return size if level >= 0 else -size
