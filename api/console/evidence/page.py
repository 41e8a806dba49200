"""What the evidence page says: the quote in its whole document, and what it feeds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import pairwise
from typing import Any

from markupsafe import Markup, escape

from api.console.shown import odd_mark, odd_places
from api.v1.evidence.schemas import SignalItem
from extractor.document import Document, Message, Span
from extractor.signal import Rejection
from scoring.facts import Account
from store.browse import Sighting

ASKED = "asked"
"""Stands for a signal's id where words were only found."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one message that is shown one way. `at` is its place in the document, in code points."""

    at: int
    html: Markup
    cited: tuple[str, ...]
    ours: bool
    why: str
    odd: bool


@dataclass(frozen=True, slots=True)
class SaidMessage:
    """One turn; `ours` holds the quote in question."""

    id: str
    speaker: str
    role: str
    moment: datetime | None
    ours: bool
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Fed:
    """The ledger line that a signal feeds, as stored."""

    rule: str
    label: str
    points: float
    since: date


@dataclass(frozen=True, slots=True)
class EvidencePage:
    account: Account
    document: Document
    signal: SignalItem | None
    current: bool
    messages: tuple[SaidMessage, ...]
    neighbours: Sequence[SignalItem]
    rejections: Sequence[Rejection]
    fed: tuple[Fed, ...]
    caps: tuple[Fed, ...]
    original: str | None
    came: date | None


def evidence_page(
    account: Account,
    document: Document,
    seen: Sequence[Sighting],
    items: Sequence[SignalItem],
    rejections: Sequence[Rejection],
    wanted: Sighting | None,
    ledger: Sequence[dict[str, Any]],
    asked: Span | None = None,
    original: str | None = None,
    came: date | None = None,
) -> EvidencePage:
    """`wanted` is the signal in question; None shows the document with all that was found in it, and words `asked` for.

    `original` is the signal that it only repeats; `came` is the day that it became known, if after the last scored one.
    """
    ours = wanted.signal.id if wanted else ASKED if asked else ""
    signal = next((i for i in items if i.id == ours), None)
    marks = [(e.span, s.signal.id) for s in seen if s.current or s.signal.id == ours for e in s.signal.evidence]
    if asked is not None:
        marks.append((asked, ASKED))
    mine = [line for line in ledger if ours and ours in line["signals"]]
    return EvidencePage(
        account=account,
        document=document,
        signal=signal,
        current=wanted.current if wanted else True,
        messages=tuple(_said(document, m, marks, ours) for m in document.messages),
        neighbours=[i for i in items if i.id != ours],
        rejections=rejections,
        fed=tuple(_fed(line) for line in mine if line["kind"] not in {"cap", "bound"}),
        caps=tuple(_fed(line) for line in mine if line["kind"] == "cap"),
        original=original,
        came=came,
    )


def _fed(line: dict[str, Any]) -> Fed:
    return Fed(line["rule"], line["label"], line["points"], date.fromisoformat(line["since"]))


def _said(document: Document, message: Message, marks: Sequence[tuple[Span, str]], ours: str) -> SaidMessage:
    here = [(span, name) for span, name in marks if span.overlaps(message.span)]
    return SaidMessage(
        id=message.id,
        speaker=message.speaker,
        role=message.role.value,
        moment=message.at,
        ours=any(name == ours for _, name in here),
        pieces=tuple(_pieces(document, message.span, here, ours)),
    )


def _pieces(document: Document, span: Span, marks: Sequence[tuple[Span, str]], ours: str) -> Iterator[Piece]:
    """Cut at every edge of a mark or an exclusion, and around every character that would be invisible."""
    text = document.text
    excluded = [x for x in document.excluded if x.span.overlaps(span)]
    spans = [s for s, _ in marks] + [x.span for x in excluded]
    odd = odd_places(text, span.start, span.end)
    edges = {span.start, span.end, *odd, *(place + 1 for place in odd)}
    edges |= {edge for s in spans for edge in (s.start, s.end) if span.start < edge < span.end}
    places = sorted(edges)
    alone = set(odd)
    for start, end in pairwise(places):
        here = Span(start, end)
        cited = tuple(name for s, name in marks if s.contains(here))
        why = next((x.why for x in excluded if x.span.contains(here)), "")
        html = odd_mark(text[start]) if start in alone else escape(here.of(text))
        yield Piece(start, html, cited, ours in cited, why, start in alone)
