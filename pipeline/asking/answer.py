"""The templated answer: sentences over the stored explanation, each with what proves it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from scoring.explanation import CauseInWords, Explanation, Quote
from scoring.labels import within
from scoring.wording import in_points, in_words
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
    """`lines` name what proves it where no words do: ledger rules (a metric, a silence), or stored facts.

    Facts are named by what they are of: `account:renewal_date`, `contact:NAME`, `action:ID`, `score:DAY`.
    """

    text: str
    citations: tuple[Citation, ...] = ()
    lines: tuple[str, ...] = ()


def told(found: Explanation) -> list[Sentence]:
    """The whole answer in a few sentences, as the account's page gives it."""
    return [
        Sentence(found.sentence, _cited(found.causes[:CAUSES]), tuple(c.rule for c in found.causes[:CAUSES])),
        *_first(found),
        *(_cause(c) for c in _main(found)),
        *told_next(found),
    ]


def _first(found: Explanation) -> Iterator[Sentence]:
    first = found.first_mover
    if first is not None:
        text = f"It began on {said_day(first.since)} with: {within(first.label)}."
        yield Sentence(text, _cited((first,)), (first.rule,))


def _main(found: Explanation) -> tuple[CauseInWords, ...]:
    return tuple(c for c in found.causes if c.points * found.change > 0)[:CAUSES]


def _cause(cause: CauseInWords) -> Sentence:
    detail = f" ({in_words(cause.details[0])})" if cause.details and not cause.evidence else ""
    return Sentence(f"{cause.label}: {in_points(cause.points)} points{detail}.", _cited((cause,)), (cause.rule,))


def told_next(found: Explanation) -> Iterator[Sentence]:
    """What to do, as that day opened it."""
    for play in found.plays:
        due = "overdue since" if play.due < found.as_of else "due"
        text = f"What to do: {within(play.label)}, {play.owner}, {due} {said_day(play.due)}."
        yield Sentence(text, (), (play.id,))


def said_day(day: date) -> str:
    """As every page says it."""
    return f"{day:%-d %b %Y}"


def _cited(causes: tuple[CauseInWords, ...]) -> tuple[Citation, ...]:
    return tuple(citation_of(q) for c in causes for q in c.evidence[:QUOTED])


def citation_of(quote: Quote) -> Citation:
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
