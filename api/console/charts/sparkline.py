"""An account's last half year as a line the height of a word."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from store.browse import Point

WIDTH, HEIGHT, EDGE = 112, 28, 4


@dataclass(frozen=True, slots=True)
class Sparkline:
    """`points` for a polyline; `x`, `y` and `band` of the last day; `words` for who cannot see it."""

    points: str
    x: float
    y: float
    band: str
    words: str
    width: int = WIDTH
    height: int = HEIGHT


def sparkline(history: Sequence[Point], since: date, until: date) -> Sparkline | None:
    """None where there is nothing to draw a line of."""
    days = max((until - since).days, 1)
    if not history:
        return None
    placed = [
        (
            round(EDGE + (WIDTH - 2 * EDGE) * (p.day - since).days / days, 1),
            round(EDGE + (HEIGHT - 2 * EDGE) * (1 - p.points / 1000), 1),
        )
        for p in history
    ]
    first, last = history[0], history[-1]
    words = f"{first.points / 10:.0f} on {first.day}, {last.points / 10:.0f} on {last.day}"
    x, y = placed[-1]
    return Sparkline(" ".join(f"{px},{py}" for px, py in placed), x, y, last.band, words)
