"""The score over time above the bands, with the causes where they happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby

from store.browse import Point

WIDTH, PLOT = 760, 198
LEFT, RIGHT, BOTTOM = 30, 16, 26
RADIUS = 8
APART = 17
"""Coordinates that two marks keep between them, side by side or one above the other."""
DOTTED = 60
"""Days with a dot each; of a longer history only those on which the band changed."""


@dataclass(frozen=True, slots=True)
class Zone:
    """A band's stretch of the scale."""

    band: str
    at_least: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Tick:
    x: float
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """A numbered cause on the day it happened; `foot` is where its line meets the score."""

    number: int
    x: float
    y: float
    foot: float
    worse: bool
    label: str


@dataclass(frozen=True, slots=True)
class Dot:
    """A scored day."""

    x: float
    y: float
    radius: float
    band: str
    words: str


@dataclass(frozen=True, slots=True)
class HistoryChart:
    line: str
    dots: tuple[Dot, ...]
    zones: tuple[Zone, ...]
    ticks: tuple[Tick, ...]
    marks: tuple[Mark, ...]
    words: str
    height: int
    width: int = WIDTH
    left: int = LEFT
    right: int = WIDTH - RIGHT

    @property
    def bottom(self) -> int:
        return self.height - BOTTOM


@dataclass(frozen=True, slots=True)
class Event:
    """A cause to be marked, numbered as in the list beside the chart."""

    number: int
    day: date
    worse: bool
    label: str


def history_chart(
    history: Sequence[Point], edges: Sequence[tuple[str, int]], events: Sequence[Event]
) -> HistoryChart | None:
    """`edges` are the bands with the score they begin at, best first. None before two days were scored."""
    if len(history) < 2:
        return None
    first, last = history[0], history[-1]
    inside = [e for e in events if first.day <= e.day <= last.day]
    levels = _levels(inside, _Scale(first.day, last.day, 0))
    top = APART * (1 + max(levels.values(), default=0)) + RADIUS + 1
    scale = _Scale(first.day, last.day, top)
    placed = [(scale.x(p.day), scale.y(p.points / 10)) for p in history]
    words = (
        f"Score from {first.day:%-d %B %Y}, {first.points / 10:.0f}, to {last.day:%-d %B %Y}, {last.points / 10:.0f}; "
        f"lowest {min(p.points for p in history) / 10:.0f}, highest {max(p.points for p in history) / 10:.0f}."
    )
    return HistoryChart(
        line="M" + " L".join(f"{x},{y}" for x, y in placed),
        dots=tuple(_dots(history, placed)),
        zones=tuple(_zones(edges, scale)),
        ticks=tuple(_months(first.day, last.day, scale)),
        marks=tuple(_mark(e, levels[e.number], history, scale) for e in inside),
        words=words,
        height=top + PLOT + BOTTOM,
    )


def _dots(history: Sequence[Point], placed: Sequence[tuple[float, float]]) -> Iterator[Dot]:
    last = len(history) - 1
    for place, (point, (x, y)) in enumerate(zip(history, placed, strict=True)):
        turned = place in {0, last} or point.band != history[place - 1].band
        if turned or len(history) <= DOTTED:
            words = f"{point.points / 10:.1f} ({point.band}) on {point.day:%-d %b %Y}"
            yield Dot(x, y, 4 if place == last else 2.2, point.band, words)


@dataclass(frozen=True, slots=True)
class _Scale:
    since: date
    until: date
    top: int

    def x(self, day: date) -> float:
        share = (day - self.since).days / max((self.until - self.since).days, 1)
        return round(LEFT + (WIDTH - LEFT - RIGHT) * min(max(share, 0.0), 1.0), 1)

    def y(self, score: float) -> float:
        return round(self.top + PLOT * (1 - score / 100), 1)


def _zones(edges: Sequence[tuple[str, int]], scale: _Scale) -> Iterator[Zone]:
    above = 100
    for band, at_least in edges:
        yield Zone(band, at_least, scale.y(above), round(scale.y(at_least) - scale.y(above), 1))
        above = at_least


def _months(first: date, last: date, scale: _Scale) -> Iterator[Tick]:
    months = (last.year - first.year) * 12 + last.month - first.month
    step = max(1, -(-months // 10))
    for n in range(1, months + 1, step):
        year, month = divmod(first.year * 12 + first.month - 1 + n, 12)
        day = date(year, month + 1, 1)
        yield Tick(scale.x(day), f"{day:%b}" if day.month > 1 else f"{day:%b %Y}")


def _levels(events: Sequence[Event], scale: _Scale) -> dict[int, int]:
    """How high each mark stands over its own day, counted from the plot, so that none covers another.

    Those of one day stand on each other, the first on top; those of a day close by stand above them.
    """
    taken: dict[int, list[float]] = {}
    found: dict[int, int] = {}
    for day, of_day in groupby(sorted(events, key=lambda e: (e.day, -e.number)), key=lambda e: e.day):
        numbers, x = [e.number for e in of_day], scale.x(day)
        level = 0
        while any(abs(x - other) < APART for n in range(len(numbers)) for other in taken.get(level + n, ())):
            level += 1
        for place, number in enumerate(numbers, level):
            taken.setdefault(place, []).append(x)
            found[number] = place
    return found


def _mark(event: Event, level: int, history: Sequence[Point], scale: _Scale) -> Mark:
    after = next(p for p in history if p.day >= event.day)
    y = scale.top - APART * (level + 1) + RADIUS
    return Mark(event.number, scale.x(event.day), y, scale.y(after.points / 10), event.worse, event.label)
