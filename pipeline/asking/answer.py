"""The templated answer: sentences over the stored explanation, each with what proves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from scoring.explanation import CauseInWords, Explanation, Quote
from store.search import Passage

CAUSES = 3
QUOTED = 2


@dataclass(frozen=True, slots=True)
class Citation:
    """`quote` is `[start, end)` of the document's text; `signal` is empty where a passage was only found."""

    document: str
    message: str
    start: int
    end: int
    quote: str
    speaker: str
    role: str
    at: datetime | None
    source: str
    title: str
    signal: str = ""


@dataclass(frozen=True, slots=True)
class Sentence:
    """`lines` name ledger rules that prove it where no words do: a metric, a silence, the score itself."""

    text: str
    citations: tuple[Citation, ...] = ()
    lines: tuple[str, ...] = ()


def told(found: Explanation) -> list[Sentence]:
    """The whole answer in a few sentences, as the account's page gives it."""
    return [
        Sentence(found.sentence, _cited(found.causes[:CAUSES]), tuple(c.rule for c in found.causes[:CAUSES])),
        *_first(found),
        *(_cause(c) for c in _main(found)),
        *_next(found),
    ]


def _first(found: Explanation) -> Iterator[Sentence]:
    first = found.first_mover
    if first is not None:
        text = f"It began on {first.since:%-d %B %Y} with: {first.label.lower()}."
        yield Sentence(text, _cited((first,)), (first.rule,))


def _main(found: Explanation) -> tuple[CauseInWords, ...]:
    return tuple(c for c in found.causes if c.points * found.change > 0)[:CAUSES]


def _cause(cause: CauseInWords) -> Sentence:
    detail = f" ({cause.details[0]})" if cause.details and not cause.evidence else ""
    return Sentence(f"{cause.label}: {cause.points:+.1f} points{detail}.", _cited((cause,)), (cause.rule,))


def _next(found: Explanation) -> Iterator[Sentence]:
    for play in found.plays:
        text = f"What to do: {play.label.lower()}, {play.owner}, due {play.due:%-d %B %Y}."
        yield Sentence(text, (), (play.id,))


def _cited(causes: tuple[CauseInWords, ...]) -> tuple[Citation, ...]:
    return tuple(_citation(q) for c in causes for q in c.evidence[:QUOTED])


def _citation(quote: Quote) -> Citation:
    return Citation(
        quote.document,
        quote.message,
        quote.start,
        quote.end,
        quote.quote,
        quote.speaker,
        quote.role,
        quote.at,
        quote.source,
        quote.title,
        quote.signal,
    )


def passage_citation(passage: Passage) -> Citation:
    return Citation(
        passage.document,
        passage.message,
        passage.start,
        passage.end,
        passage.text,
        passage.speaker,
        passage.role,
        passage.at,
        passage.source,
        passage.title,
    )
