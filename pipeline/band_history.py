"""How many accounts stood in each band over time: counts, a line of blocks for a terminal, a picture for a page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from store.database import Connection
from store.standings import bands_on, first_standing_day

BLOCKS = " ▁▂▃▄▅▆▇█"
MOST_POINTS = 26
"""Weeks of half a year; a longer stretch is told by months."""
COLOURS = {"green": "#2f8f5b", "yellow": "#c99a1a", "red": "#b3362f", "unknown": "#9aa3b0"}
_WIDTH, _HEIGHT = 560, 120


@dataclass(frozen=True, slots=True)
class BandCount:
    """One day; accounts by band, an account counts where it stood last."""

    day: date
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())


def band_history(connection: Connection, since: date, until: date, owners: Sequence[str] = ()) -> list[BandCount]:
    """Week by week up to half a year, month by month beyond it; from the first scored day on."""
    began = first_standing_day(connection)
    start = max(since, began) if began is not None else since
    step = 7 if (until - start).days <= 7 * MOST_POINTS else 30
    days = sorted(until - timedelta(days=n) for n in range(0, max((until - start).days, 0) + 1, step))
    return [BandCount(day, counts) for day, counts in bands_on(connection, days, owners).items()]


def line_of(history: Sequence[BandCount], band: str) -> str:
    """A character for each day, as high as the band's share of the portfolio."""
    shares = [h.counts.get(band, 0) / h.total if h.total else 0.0 for h in history]
    return "".join(BLOCKS[min(len(BLOCKS) - 1, -int(-share * (len(BLOCKS) - 1) // 1))] for share in shares)


def picture_of(history: Sequence[BandCount], bands: Sequence[str]) -> str:
    """An inline SVG: for each day a column, divided by band, the best at the bottom. Empty for fewer than two days."""
    if len(history) < 2:
        return ""
    width = _WIDTH / len(history)
    parts = []
    for n, one in enumerate(history):
        top = float(_HEIGHT)
        for band in bands:
            size = _HEIGHT * one.counts.get(band, 0) / one.total if one.total else 0.0
            top -= size
            if size:
                colour = COLOURS.get(band, COLOURS["unknown"])
                title = f"{one.day.isoformat()}: {one.counts[band]} {band}"
                parts.append(
                    f'<rect x="{n * width:.1f}" y="{top:.1f}" width="{width - 1:.1f}" height="{size:.1f}" '
                    f'fill="{colour}"><title>{title}</title></rect>'
                )
    first, last = (history[n].day.isoformat() for n in (0, -1))
    said = ", ".join(f"{history[-1].counts.get(b, 0)} {b}" for b in bands if history[-1].counts.get(b))
    label = f"Accounts by band, {first} to {last}; last: {said}"
    return (
        f'<svg role="img" aria-label="{label}" viewBox="0 0 {_WIDTH} {_HEIGHT}" width="100%" height="{_HEIGHT}" '
        f'preserveAspectRatio="none">{"".join(parts)}</svg>'
    )
