"""The lines that an account's page has most of, made here: each is one step of its template, not a dozen."""

from __future__ import annotations

from urllib.parse import quote

from markupsafe import Markup, escape

from api.console.account.page import ToldCause
from api.console.account.signals import ShownSignal
from api.console.pieces import gain, kind
from api.console.shown import clipped, day, harmless, words
from pipeline.people import WINDOW, Person
from store.browse import Paper

MOST = 300
"""Characters of a quote in a list."""
WIDTH = WINDOW.days
"""One coordinate a day."""


def told_signal(signal: ShownSignal) -> Markup:
    """What it gives or takes, what it is, who said it when, and the words."""
    if signal.severity is None:
        about, words = "erased since", Markup()
    else:
        about = f"severity {signal.severity} · {day(signal.observed_at)} · {harmless(signal.speaker)}"
        words = clipped(signal.quote, MOST)
    return Markup(  # noqa: S704  every text is escaped
        f'<li><span class="points">{gain(signal.points)}</span>\n'
        f'<a href="/evidence/{escape(signal.id)}#quote">{escape(signal.label)}</a> '
        f'<span class="quiet small">{about}</span><p class="said">{words}</p></li>'
    )


def told_briefly(told: ToldCause) -> Markup:
    """A cause in one line."""
    note = f" · {told.note}" if told.note else ""
    return Markup(  # noqa: S704  every text is escaped
        f'<li id="cause-{told.number}">{gain(told.cause.points)} <span class="quiet n">{told.number}</span> {escape(told.cause.label)} '
        f'<span class="quiet small">{escape(told.cause.input)}{note}</span></li>'
    )


def told_person(person: Person) -> Markup:
    """Who they are, the days on which they were heard as strokes, and when last."""
    about = " · ".join(harmless(said) for said in (words(person.role), person.job_title) if said)
    heard = f"heard on {len(person.ticks)} days of the last {WIDTH}"
    strokes = "".join(f"M{tick + 1} 2v11" for tick in person.ticks)
    return Markup(  # noqa: S704  every text is escaped
        f'<tr><td>{harmless(person.name)}<br><small class="quiet">{about}</small></td>\n'
        f'<td class="line"><svg class="presence" viewBox="0 0 {WIDTH} 14" preserveAspectRatio="none" role="img" '
        f'aria-label="{heard}"><line x1="0" x2="{WIDTH}" y1="13" y2="13"/><path d="{strokes}"/></svg></td>\n'
        f'<td class="n">{_last_heard(person)}</td></tr>'
    )


def _last_heard(person: Person) -> str:
    if person.last is None:
        return '<span class="quiet">never</span>'
    missed = person.silence == "silent" and person.role in {"sponsor", "champion"}
    moment = day(person.last)
    if person.document:
        moment = f'<a href="/documents/{quote(person.document)}">{moment}</a>'
    return f'{moment}<br><small class="{"act" if missed else "quiet"}">{person.days} days ago, {person.took}</small>'


def told_paper(paper: Paper) -> Markup:
    """A document in one line."""
    replaced = ' <span class="quiet small">replaced by a later export</span>' if paper.replaced else ""
    return Markup(  # noqa: S704  every text is escaped
        f'<li><span class="quiet n when">{day(paper.last_at)}</span> '
        f'<span class="quiet small kind">{escape(kind(paper.source))}</span> '
        f'<a href="/documents/{quote(paper.id)}">{harmless(paper.title or "untitled")}</a>{replaced}</li>'
    )


def more(label: str, name: str, anchor: str, part: str, asked: str, opening: str = "") -> Markup:
    """A link to the same page that tells `name` to its end; `part` of that page takes the place of this one's.

    `asked` is what the address says already; `opening` says what loads it besides a click.
    """
    query = escape((f"{asked}&" if asked else "") + f"whole={quote(name)}")
    trigger = f' hx-trigger="{opening}"' if opening else ""
    return Markup(  # noqa: S704  our own words; a rulebook's input is quoted and escaped
        f'<a href="?{query}#{escape(anchor)}" hx-get="?{query}" hx-select="{escape(part)}" hx-target="{escape(part)}" '
        f'hx-swap="outerHTML"{trigger}>{escape(label)}</a>'
    )
