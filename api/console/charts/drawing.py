"""Charts as SVG, drawn here: hundreds of small things are one step of the template."""

from __future__ import annotations

from collections.abc import Iterator

from markupsafe import Markup, escape

from api.console.charts.history import RADIUS, HistoryChart
from api.console.charts.waterfall import Bar
from api.console.pieces import gain


def drawn(chart: HistoryChart) -> Markup:
    """Zones under ticks under stems under the line under its dots, with the numbered causes on top."""
    parts = "".join((*_zones(chart), *_ticks(chart), *_stems(chart), *_line(chart), *_marks(chart)))
    return Markup(  # noqa: S704  numbers, and words that are escaped
        f'<svg class="history" viewBox="0 0 {chart.width} {chart.height}" role="group" '
        f'aria-label="{escape(chart.words)}">{parts}</svg>'
    )


def drawn_bar(bar: Bar) -> Markup:
    """A row of the waterfall: what it is, the bar, and its points."""
    label = escape(bar.label)
    name = f'<a href="#cause-{bar.number}">{label}</a>' if bar.number else label
    points = f"<b>{bar.points:.1f}</b>" if bar.whole else gain(bar.points)
    return Markup(  # noqa: S704  numbers, and words that are escaped
        f'<tr{" class=total" if bar.whole else ""}><th scope="row">{name}</th>'
        '<td class="bar"><svg viewBox="0 0 100 10" preserveAspectRatio="none" aria-hidden="true">'
        f'<rect class="{escape(bar.kind)}" x="{bar.start}" y="1" width="{bar.width}" height="8"/></svg></td>'
        f'<td class="n">{points}</td></tr>'
    )


def _zones(chart: HistoryChart) -> Iterator[str]:
    width = chart.right - chart.left
    for zone in chart.zones:
        yield (
            f'<rect class="zone {escape(zone.band)}" x="{chart.left}" y="{zone.y}" width="{width}" '
            f'height="{zone.height}"/>'
            f'<text class="edge" x="{chart.left - 5}" y="{zone.y + zone.height + 3.5:.1f}">{zone.at_least}</text>'
        )


def _ticks(chart: HistoryChart) -> Iterator[str]:
    for tick in chart.ticks:
        yield (
            f'<line class="tick" x1="{tick.x}" x2="{tick.x}" y1="{chart.bottom}" y2="{chart.bottom + 4}"/>'
            f'<text class="month" x="{tick.x}" y="{chart.bottom + 17}">{tick.label}</text>'
        )


def _stems(chart: HistoryChart) -> Iterator[str]:
    """One for each day, from the lowest of its marks."""
    lowest = {mark.x: mark for mark in sorted(chart.marks, key=lambda mark: mark.y)}
    for mark in lowest.values():
        kind = "worse" if mark.worse else "better"
        yield f'<line class="stem {kind}" x1="{mark.x}" x2="{mark.x}" y1="{mark.y + RADIUS}" y2="{mark.foot}"/>'


def _line(chart: HistoryChart) -> Iterator[str]:
    """Each dot with its words, for who rests on it."""
    yield f'<path class="score" d="{chart.line}"/>'
    for dot in chart.dots:
        yield (
            f'<circle class="{escape(dot.band)}" cx="{dot.x}" cy="{dot.y}" r="{dot.radius}">'
            f"<title>{escape(dot.words)}</title></circle>"
        )


def _marks(chart: HistoryChart) -> Iterator[str]:
    for mark in chart.marks:
        kind = "worse" if mark.worse else "better"
        yield (
            f'<a href="#cause-{mark.number}" aria-label="Cause {mark.number}: {escape(mark.label)}">'
            f'<circle class="mark {kind}" cx="{mark.x}" cy="{mark.y}" r="{RADIUS}"/>'
            f'<text class="number" x="{mark.x}" y="{mark.y + 3.6:.1f}">{mark.number}</text></a>'
        )
