"""What reviewers decided, as kept: with author, time and reason, never overwritten."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import chain
from typing import Protocol

from sqlalchemy import Connection, Row, select

from extractor.document import Span, content_id
from extractor.signal import Evidence, Signal
from scoring.facts import Decision, Observation, Verdict, unretracted
from store.database import of_account
from store.documents import get_document
from store.tables import decisions

Spans = tuple[tuple[int, int], ...]
_BY_TIME = decisions.c.at, decisions.c.retracts, decisions.c.id
_ALL = select(decisions).order_by(*_BY_TIME)
_OF_ACCOUNT = of_account(decisions, *_BY_TIME)


@dataclass(frozen=True, slots=True)
class Review:
    """One decision as kept. It finds its signal again after a new extraction by document, type and place.

    `spans` index the document's text; `to_spans` are the reviewer's own, where they marked other words. `retracts` is the
    id of the decision that a retraction takes back.
    """

    account_id: str
    document_key: str
    signal_id: str
    type: str
    spans: Spans
    verdict: Verdict
    at: datetime
    author: str
    reason: str
    to_type: str = ""
    to_severity: int = 0
    to_spans: Spans = ()
    retracts: str = ""
    id: str = ""

    def __post_init__(self) -> None:
        """Named once by its content; it keeps the name when an erasure takes words out of it, so that retractions find it."""
        if not self.id:
            content = [self.signal_id, self.verdict.value, self.author, self.at.isoformat(), self.reason]
            name = content_id([*content, self.retracts] if self.retracts else content)
            object.__setattr__(self, "id", name)

    def is_about(self, seen: Seen) -> bool:
        signal = seen.signal
        if signal.id == self.signal_id:
            return True
        same = signal.type == self.type and _document_key(seen) == self.document_key
        return same and _overlap(self.spans, _spans_of(signal))


class Seen(Protocol):
    """A signal with its matter, of whichever reading."""

    @property
    def signal(self) -> Signal: ...
    @property
    def subject(self) -> str: ...


class Placed(Protocol):
    """A decision in any form that says what it was about."""

    @property
    def id(self) -> str: ...
    @property
    def account_id(self) -> str: ...
    @property
    def document_key(self) -> str: ...
    @property
    def signal_id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def spans(self) -> Spans: ...


def matters(reviews: Iterable[Placed]) -> dict[str, str]:
    """By the id of each decision, a name of what it is about: the same for all on the same words, of whichever reading.

    It is the id of the signal that the last of them names, out of decisions oldest first.
    """
    found: dict[tuple[str, str, str], list[list[Placed]]] = {}
    for review in reviews:
        here = found.setdefault((review.account_id, review.document_key, review.type), [])
        same = [group for group in here if any(_on_the_same(review, other) for other in group)]
        here[:] = [group for group in here if group not in same]
        here.append([*chain.from_iterable(same), review])
    return {r.id: group[-1].signal_id for groups in found.values() for group in groups for r in group}


def _on_the_same(review: Placed, other: Placed) -> bool:
    return review.signal_id == other.signal_id or _overlap(review.spans, other.spans)


def _overlap(some: Spans, others: Spans) -> bool:
    return any(start < ends and begins < end for start, end in some for begins, ends in others)


def _spans_of(signal: Signal) -> Spans:
    return tuple((e.span.start, e.span.end) for e in signal.evidence)


def review_of(
    account_id: str, observation: Observation, verdict: Verdict, at: datetime, author: str, reason: str
) -> Review:
    signal = observation.signal
    key, spans = _document_key(observation), _spans_of(signal)
    return Review(account_id, key, signal.id, signal.type, spans, verdict, at, author, reason)


def last_word(reviews: Iterable[Review], observation: Observation, author: str) -> Review | None:
    """The author's latest decision on the signal that still holds, out of reviews oldest first."""
    said = [r for r in unretracted(reviews) if r.author == author and r.is_about(observation)]
    return said[-1] if said else None


def retraction_of(taken_back: Review, at: datetime, author: str, reason: str) -> Review:
    """About the same signal, and nothing else."""
    return replace(
        taken_back,
        verdict=Verdict.RETRACT,
        at=at,
        author=author,
        reason=reason,
        to_type="",
        to_severity=0,
        to_spans=(),
        retracts=taken_back.id,
        id="",
    )


def reviews_of(connection: Connection, account_id: str | None = None) -> list[Review]:
    """Of one account or of all, oldest first."""
    if account_id is None:
        return [_review(row) for row in connection.execute(_ALL)]
    return [_review(row) for row in connection.execute(_OF_ACCOUNT, {"account": account_id})]


def reviews_about(connection: Connection, account_id: str, seen: Seen) -> list[Review]:
    """Of one signal of the account, oldest first: also those on what an earlier reading made of the same words."""
    return [review for review in reviews_of(connection, account_id) if review.is_about(seen)]


def decisions_on(connection: Connection, account_id: str, observations: Iterable[Observation]) -> tuple[Decision, ...]:
    """The account's decisions laid over its present signals."""
    reviews = reviews_of(connection, account_id)
    if not reviews:
        return ()
    return tuple(_decision(connection, o, r) for o in observations for r in reviews if r.is_about(o))


def _decision(connection: Connection, about: Observation, review: Review) -> Decision:
    return Decision(
        subject=about.subject,
        verdict=review.verdict,
        at=review.at,
        author=review.author,
        reason=review.reason,
        type=review.to_type,
        severity=review.to_severity,
        evidence=_marked(connection, about, review),
        id=review.id,
        retracts=review.retracts,
    )


def _marked(connection: Connection, observation: Observation, review: Review) -> tuple[Evidence, ...]:
    """The words that the reviewer marked, as the document has them; none where an edited re-export moved them."""
    document = get_document(connection, observation.signal.document_id) if review.to_spans else None
    if document is None or review.signal_id != observation.signal.id:
        return ()
    spans = [Span(start, end) for start, end in sorted(review.to_spans)]
    placed = [(span, document.message_at(span)) for span in spans]
    return tuple(
        Evidence(document.id, message.id, span, span.of(document.text), message.speaker, message.role, message.at)
        for span, message in placed
        if message is not None
    )


def _review(row: Row[tuple[object, ...]]) -> Review:
    content = {name: getattr(row, name) for name in Review.__slots__}
    content["verdict"] = Verdict(content["verdict"])
    for name in ("spans", "to_spans"):
        content[name] = spans_from(content[name])
    return Review(**content)


def spans_from(kept: Iterable[Sequence[int]]) -> Spans:
    """As a row has them."""
    return tuple((start, end) for start, end in kept)


def _document_key(seen: Seen) -> str:
    """The exporting system's name of the document, which begins every subject of its signals."""
    return seen.subject.rsplit("#", 2)[0]
