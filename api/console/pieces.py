"""Small pieces that pages repeat, made here: an account's page has a hundred, and each is one step of its template."""

from __future__ import annotations

from functools import lru_cache

from markupsafe import Markup, escape

from api.console.shown import clipped, harmless, moment, points
from scoring.explanation import Quote

KINDS = {"transcript": "call", "email": "mail"}
"""What people call a source; the others are called by their own names."""
MOST = 800
"""Characters of a quote before it is cut: who wants all of them sees it in place."""


def kind(source: str) -> str:
    return KINDS.get(source, source)


@lru_cache(1024)
def gain(value: float | None) -> Markup:
    """Points with their colour."""
    kind = "loss" if value is not None and value < 0 else "gain" if value else "quiet"
    return Markup(f'<span class="{kind} n">{points(value)}</span>')  # noqa: S704  our own words and a number


def band(name: str, score: float | None = None) -> Markup:
    """A band as a pill, with the score where one is known."""
    told = "" if score is None or name == "unknown" else f" <b>{score:.0f}</b>"
    return Markup(f'<span class="band {escape(name)}">{escape(name)}{told}</span>')  # noqa: S704  escaped, and a number


def cited(quote: Quote) -> Markup:
    """Verbatim words with who said them where and when, and the way to their place."""
    job = f", {harmless(quote.job_title)}" if quote.job_title else ""
    title = f" “{harmless(quote.title)}”" if quote.title else ""
    return Markup(  # noqa: S704  every text is escaped
        f'<figure class="quote"><blockquote>{clipped(quote.quote, MOST)}</blockquote>\n'
        f'<figcaption>{harmless(quote.speaker)}{job} <span class="quiet">({escape(quote.role)}) · {escape(kind(quote.source))}{title}, '
        f'{moment(quote.at)}</span> · <a href="/evidence/{escape(quote.signal)}#quote">see it in place</a></figcaption>'
        "</figure>"
    )
