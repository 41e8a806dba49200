"""A survey of the portfolio for a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipeline.band_history import line_of
from pipeline.divergence import Divergence
from pipeline.show import band_text
from pipeline.survey import Survey

RIGHT = {"csm": "the CSM was right", "score": "the score was right", "neither": "neither was nearer", "open": "open"}


def survey_page(found: Survey, bands: Sequence[str]) -> RenderableType:
    """Bands over time, the migration matrix, then what stands out; `bands` from best to worst."""
    lines = (
        *_alert(found),
        *_cohorts(found),
        *_complacent(found),
        *differed_lines(found.divergent),
        *_intervened(found),
    )
    return Group(_history(found, bands), Text(), _matrix(found, bands), Text(), *(Text(line) for line in lines))


def _history(found: Survey, bands: Sequence[str]) -> RenderableType:
    table = _table(f"Accounts by band, {found.since} to {found.day}")
    for heading, justify in (("band", "left"), ("over time", "left"), ("then", "right"), ("now", "right")):
        table.add_column(heading, justify=justify)  # type: ignore[arg-type]
    for band in bands:
        counts = [one.counts.get(band, 0) for one in found.bands]
        if any(counts):
            table.add_row(band_text(band), line_of(found.bands, band), str(counts[0]), str(counts[-1]))
    return table


def _matrix(found: Survey, bands: Sequence[str]) -> RenderableType:
    table = _table("Who went where")
    table.add_column("then \\ now")
    for name in bands:
        table.add_column(name, justify="right")
    for name in [*bands, "new"]:
        table.add_row(name, *(str(found.migration.get((name, other), 0) or "–") for other in bands))
    return table


def _alert(found: Survey) -> Iterator[str]:
    alert = found.structural
    head = "STRUCTURAL" if alert.is_structural else "not structural"
    yield f"{head}: {len(alert.moved)} of {alert.accounts} accounts left the best band ({alert.share:.0%})"
    yield from (f"    {group.by} {group.name}: {group.moved} of {group.accounts}" for group in alert.groups)
    yield from (f"    {label}: among the first causes of {count}" for label, count in alert.causes)


def _cohorts(found: Survey) -> Iterator[str]:
    for group in found.cohorts:
        fallen = "  fallen" if group.has_fallen else ""
        yield f"{group.by} {group.name} ({group.accounts}): {group.before:.1f} -> {group.now:.1f}{fallen}"


def _complacent(found: Survey) -> Iterator[str]:
    for item in found.complacent:
        yield f"green, but: {item.name} ({item.score:.0f}): {'; '.join(item.reasons)}"


def differed_lines(found: Iterable[Divergence]) -> Iterator[str]:
    """One line for each time that a CSM and the score saw an account differently."""
    for item in found:
        because = f", {item.because}" if item.because else ""
        views = f"score {item.score_saw}, CSM {item.csm_saw}"
        yield f"differed: {item.name}, {item.first} to {item.last}: {views}; {RIGHT[item.right]}{because}"


def _intervened(found: Survey) -> Iterator[str]:
    for item in found.intervened:
        figures = item.figures
        typical = "nobody yet" if figures.median_days is None else f"median {figures.median_days:g} days"
        counts = f"{figures.touched} of {figures.actions} touched, {figures.overdue} overdue, {figures.missed} missed"
        yield f"time to intervene, {item.by} {item.name}: {typical}; {counts}"


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", box=None, header_style="dim", pad_edge=False)
