"""Answers for a terminal: the portfolio as a table, one account's explanation as a page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pipeline.portfolio import PortfolioRow
from pipeline.settings import Settings
from scoring.explanation import CauseInWords, Explanation, Quote
from scoring.labels import within
from scoring.wording import in_words, load_wording

BAND_STYLES = {"green": "bold green", "yellow": "bold yellow", "red": "bold red", "unknown": "bold bright_black"}
SMALL_CAUSE = 0.5
"""Points under which a cause is counted in one closing line rather than shown by itself."""
MOST_QUOTES = 2


def band_text(band: str, score: float | None = None) -> Text:
    words = band if score is None or band == "unknown" else f"{band} {score:.0f}"
    return Text(words, BAND_STYLES.get(band, "bold"))


def portfolio_table(rows: Sequence[PortfolioRow], day: date) -> RenderableType:
    """The ranked queue: who needs you first."""
    table = Table(
        title=f"Portfolio on {_day(day)}",
        title_justify="left",
        title_style="bold",
        header_style="dim",
        box=None,
        pad_edge=False,
        expand=False,
    )
    for heading, justify in (
        ("account", "left"),
        ("band", "left"),
        ("score", "right"),
        ("bounds", "right"),
        ("coverage", "right"),
        ("4 weeks", "right"),
        ("renewal", "right"),
        ("next play", "left"),
        ("due", "left"),
    ):
        table.add_column(heading, justify=justify, no_wrap=heading != "next play")  # type: ignore[arg-type]
    for row in rows:
        score = "–" if row.band == "unknown" else f"{row.score:.1f}"
        change = "new" if row.change is None else f"{row.change:+.1f}"
        table.add_row(
            row.name,
            band_text(row.band),
            score,
            f"{row.low:.0f}–{row.high:.0f}",
            f"{row.coverage:.0f} %",
            Text(change, _points_style(row.change or 0)),
            "–" if row.days_to_renewal is None else _renewal(row.days_to_renewal),
            row.next_play or "",
            _day(row.due) if row.due else "",
        )
    return table


def explanation_page(found: Explanation) -> RenderableType:
    """The whole answer: from where to where, why, first mover, quotes, remainder, what to do now."""
    account = found.account
    money = f"{account.currency} {account.arr:,}"
    renews = "" if account.days_to_renewal is None else f" · {_renews(account.days_to_renewal)}"
    head = Text.assemble(
        (account.name, "bold"), f" · {account.segment.replace('_', '-')} · {money}{renews}   ", (account.owner, "dim")
    )
    days = (found.as_of - found.since).days
    turn = Text.assemble(
        "  ",
        band_text(found.before.band, found.before.score),
        "  →  ",
        band_text(found.after.band, found.after.score),
        f"     {found.change:+.1f} in {days} days",
        (f"   {_day(found.since)} to {_day(found.as_of)}", "dim"),
    )
    bounds = Text(
        f"  bounds {found.after.low:.0f}–{found.after.high:.0f}   coverage {found.after.coverage:.0f} %", "dim"
    )
    parts: list[RenderableType] = [head, Text(), turn, bounds, Text()]
    if found.first_mover is not None:
        parts += [
            Text.assemble("  first moved  ", (_day(found.first_mover.since), "bold"), f"  {found.first_mover.label}"),
            Text(),
        ]
    large = [c for c in found.causes if abs(c.points) >= SMALL_CAUSE]
    for cause in large:
        parts += _cause(cause)
    small = [c for c in found.causes if abs(c.points) < SMALL_CAUSE]
    if small:
        parts.append(_amount(sum(c.points for c in small), f"{len(small)} smaller causes"))
    remainder = "no remainder" if found.residual == 0 else f"REMAINDER {found.residual:+.1f}"
    parts += [Text("  ──────"), _amount(found.change, remainder), Text()]
    parts += _overlay(found)
    for play in found.plays:
        due = f"{'overdue since' if play.due < found.as_of else 'due'} {_day(play.due)}"
        parts.append(Text.assemble("  do now   ", (play.label, "bold"), f"   {play.owner}   {due}"))
        opened_by = ", ".join(within(cause) for cause in play.opened_by) or "the account's band"
        parts.append(Text(f"           opened {_day(play.opened)} by: {opened_by}", "dim"))
        parts += [Text(f"           · {step}") for step in play.steps]
    return Group(*parts)


def _overlay(found: Explanation) -> list[RenderableType]:
    """Both views where they differ, and the band that somebody set by hand."""
    overlay, parts = found.overlay, list[RenderableType]()
    if overlay is None:
        return parts
    if overlay.divergent and overlay.assessed is not None and overlay.day is not None:
        views = ("  differ   the score says ", band_text(overlay.computed), ", the CSM ", band_text(overlay.assessed))
        parts.append(Text.assemble(*views, (f"   {overlay.author}, {_day(overlay.day)}", "dim")))
        parts += [Text(f"           “{overlay.comment}”", "dim")] if overlay.comment else []
    if overlay.override is not None:
        held = overlay.override
        parts.append(Text(f"  by hand  {held.band} until {_day(held.last)}, {held.author}: {held.reason}"))
    return [*parts, Text()] if parts else []


def _cause(cause: CauseInWords) -> list[RenderableType]:
    note = load_wording().notes.get(cause.kind, "")
    label = f"{cause.label} ({note})" if note else cause.label
    line = _amount(cause.points, f"{cause.input or 'score':<11} {label}", (f"  since {_day(cause.since)}", "dim"))
    found: list[RenderableType] = [line]
    found += [Padding(Text(in_words(detail), "dim"), (0, 0, 0, 22), expand=False) for detail in cause.details]
    if cause.kind not in {"aged", "coverage", "bound"}:
        found += [Padding(_quote(q), (0, 0, 0, 22), expand=False) for q in cause.evidence[:MOST_QUOTES]]
        more = len(cause.evidence) - MOST_QUOTES
        if more > 0:
            found.append(Padding(Text(f"and {more} more", "dim"), (0, 0, 0, 22), expand=False))
    return found


def _quote(quote: Quote) -> Text:
    words = " ".join(quote.quote.split())
    who = f"{quote.speaker}, {quote.job_title}" if quote.job_title else quote.speaker
    when = f"{quote.at:%-d %b %Y %H:%M}" if quote.at else "undated"
    return Text.assemble(
        (f"“{words}”", "italic"),
        (f"\n{who} ({quote.role}) · {quote.source} “{quote.title}”, {when} · {quote.origin}", "dim"),
    )


def _amount(points: float, words: str, *more: tuple[str, str]) -> Text:
    return Text.assemble((f"  {points:+6.1f}", _points_style(points)), f"  {words}", *more)


def _points_style(points: float) -> str:
    return "red" if points < 0 else "green" if points > 0 else "dim"


def _renewal(days: int) -> str:
    return f"in {days} d" if days >= 0 else f"{-days} d ago"


def _renews(days: int) -> str:
    return f"renews in {days} days" if days >= 0 else f"renewal passed {-days} days ago"


def _day(day: date) -> str:
    return f"{day:%-d %b %Y}"


def settings_table(settings: Settings) -> RenderableType:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in ("variable", "value", "meaning"):
        table.add_column(heading, overflow="fold")
    for name, field in Settings.model_fields.items():
        table.add_row(f"WHYRED_{name.upper()}", str(getattr(settings, name) or "–"), field.description)
    return table
