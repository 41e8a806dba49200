"""The lines that an account's page has most of, made here: each is one step of its template, not a dozen."""

from __future__ import annotations

from markupsafe import Markup, escape

from api.console.account.page import ToldCause
from api.console.account.signals import ShownSignal
from api.console.pieces import gain
from api.console.shown import clipped, day, harmless

MOST = 300
"""Characters of a quote in a list."""


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
        f'<li id="cause-{told.number}">{gain(told.cause.points)} {escape(told.cause.label)} '
        f'<span class="quiet small">{escape(told.cause.input)}{note}</span></li>'
    )
