"""Finds passages of one account's messages by a ranking of words; `store.vectors` finds what means the same.

An account's passages are few (hundreds), so words are ranked over all of them at the moment of the question: the
answer is the same on SQLite and PostgreSQL, and no second index can fall behind.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from extractor.document import Document, Message, Span, content_id
from store.documents import document_from
from store.tables import documents

LONGEST = 600
"""Code points of a passage: a paragraph that can be read at a glance."""
K1, B = 1.2, 0.75
"""BM25's usual constants."""
_ENDS = re.compile(r"(?<=[.!?…])\s+|\n{2,}")
_WORD = re.compile(r"\w+")
_STOP = frozenset(
    [
        "a",
        "about",
        "an",
        "and",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "did",
        "do",
        "does",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "how",
        "i",
        "if",
        "in",
        "is",
        "it",
        "its",
        "me",
        "my",
        "of",
        "on",
        "or",
        "our",
        "said",
        "say",
        "says",
        "she",
        "so",
        "that",
        "the",
        "their",
        "them",
        "they",
        "this",
        "to",
        "us",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "who",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
    ]
)


@dataclass(frozen=True, slots=True)
class Passage:
    """A stretch of one message; `text` is `[start, end)` of the document's text."""

    document: str
    message: str
    start: int
    end: int
    text: str
    speaker: str
    role: str
    at: datetime | None
    source: str
    title: str
    origin: str

    @property
    def id(self) -> str:
        return content_id([self.document, self.start, self.end])


def passages_of(connection: Connection, account_id: str) -> list[Passage]:
    """Everything said in the account's present documents, without quoted history, signatures and disclaimers."""
    query = select(documents).where(documents.c.account_id == account_id, documents.c.replaced.is_(False))
    rows = connection.execute(query.order_by(documents.c.last_at, documents.c.id))
    return [passage for row in rows for passage in cut(document_from(row))]


def by_words(question: str, passages: Sequence[Passage]) -> list[Passage]:
    """Passages that share words with the question, best first (BM25)."""
    bags = [Counter(words(p.text)) for p in passages]
    sizes = [sum(bag.values()) for bag in bags]
    mean = sum(sizes) / len(sizes) if sizes else 1.0
    wanted = set(words(question))
    weights = {
        word: math.log(1 + (len(bags) - holding + 0.5) / (holding + 0.5))
        for word in wanted
        if (holding := sum(word in bag for bag in bags))
    }

    def relevance(bag: Counter[str], size: int) -> float:
        found = ((weights[w], bag[w]) for w in weights if bag[w])
        return sum(weight * n * (K1 + 1) / (n + K1 * (1 - B + B * size / mean)) for weight, n in found)

    ranked = [(relevance(bag, size), p) for bag, size, p in zip(bags, sizes, passages, strict=True)]
    return [p for value, p in sorted(ranked, key=lambda pair: (-pair[0], pair[1].id)) if value > 0]


def words(text: str) -> list[str]:
    """Lower-case words without the commonest and without an English plural's s."""
    found = (word.casefold() for word in _WORD.findall(text))
    return [w[:-1] if len(w) > 3 and w.endswith("s") and not w.endswith("ss") else w for w in found if w not in _STOP]


def cut(document: Document) -> Iterator[Passage]:
    """What was said in it, without quoted history, signatures and disclaimers."""
    for message in document.messages:
        for span in _passages(document, message):
            text = span.of(document.text)
            if _WORD.search(text):
                yield Passage(
                    document.id,
                    message.id,
                    span.start,
                    span.end,
                    text,
                    message.speaker,
                    message.role.value,
                    message.at.astimezone(UTC) if message.at else None,
                    document.source.value,
                    document.title,
                    document.origin,
                )


def _passages(document: Document, message: Message) -> Iterator[Span]:
    """Whole sentences, as many as fit, never across what is excluded."""
    excluded = [x.span for x in document.excluded if x.span.overlaps(message.span)]
    begin, end = message.span.start, message.span.start
    for sentence in _sentences(document.text, message.span):
        if any(x.overlaps(sentence) for x in excluded):
            if end > begin:
                yield Span(begin, end)
            begin = end = sentence.end
            continue
        if sentence.end - begin > LONGEST and end > begin:
            yield Span(begin, end)
            begin = sentence.start
        elif end == begin:
            begin = sentence.start
        end = sentence.end
    if end > begin:
        yield Span(begin, end)


def _sentences(text: str, span: Span) -> Iterator[Span]:
    begin = span.start
    for match in _ENDS.finditer(text, span.start, span.end):
        if match.start() > begin:
            yield Span(begin, match.start())
        begin = match.end()
    if begin < span.end:
        yield Span(begin, span.end)
