"""What was said, by whom, when: one canonical text per mail, call or ticket.

Every span in the project indexes `Document.text`, in Unicode code points, half open. Quoted history, signatures and
disclaimers stay in the text and are marked, so that what a reader saw and what counts as evidence never drift apart.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

SEPARATOR = "\n\n"
"""Stands between two messages in the canonical text and belongs to neither."""


class Source(StrEnum):
    EMAIL = "email"
    TRANSCRIPT = "transcript"
    TICKET = "ticket"


class Role(StrEnum):
    """On whose side a speaker stands; `INTERNAL` is a note that the vendor's staff wrote for themselves."""

    CUSTOMER = "customer"
    VENDOR = "vendor"
    INTERNAL = "internal"
    UNKNOWN = "unknown"


class Took(StrEnum):
    """What somebody did in an interaction, as far as metadata tells."""

    WROTE = "wrote"
    SPOKE = "spoke"
    ATTENDED = "attended"
    RECEIVED = "received"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    TENTATIVE = "tentative"

    @property
    def is_presence(self) -> bool:
        """Whether the person took part, rather than was merely written to or invited."""
        return self in {Took.WROTE, Took.SPOKE, Took.ATTENDED}


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """`[start, end)` in Unicode code points of one canonical text."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start <= self.end:
            raise ValueError(f"span [{self.start}, {self.end}) is not a stretch of text: needs 0 <= start <= end")

    def of(self, text: str) -> str:
        return text[self.start : self.end]

    def contains(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end

    def moved(self, by: int) -> Span:
        return Span(self.start + by, self.end + by)


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A stretch that is never evidence, and why: `quoted_history`, `forwarded`, `signature`, `disclaimer`, `automatic`."""

    span: Span
    why: str


@dataclass(frozen=True, slots=True)
class Message:
    """One turn: a mail, a speaker's uninterrupted words in a call, a comment on a ticket.

    `span` indexes the document's text. `address` is the e-mail address where the export has one; `at` is None only
    where the export carries no time at all. `until` is when a spoken turn ended; it is no part of what makes two
    messages equal.
    """

    id: str
    span: Span
    speaker: str
    role: Role
    at: datetime | None
    address: str | None = None
    job_title: str | None = None
    until: datetime | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Participant:
    """Somebody who received, attended or was invited, whether or not they spoke."""

    name: str
    address: str | None
    role: Role
    took: Took


@dataclass(frozen=True, slots=True)
class Document:
    """A canonical text with its messages; made by `compose`, so that id, text and spans agree.

    `key` is the exporting system's own name (Message-ID, call id, ticket number): a later export of the same key
    replaces the earlier one. `answers` are the keys of earlier mails that it names, the oldest first; `thread` ties the
    mails of one conversation. `origin` names the raw file. `notes` hold what the reader had to mend. `opened` and
    `closed` are a ticket's own times as this export tells them; they are no part of what makes two documents
    equal.
    """

    id: str
    source: Source
    key: str
    title: str
    text: str
    messages: tuple[Message, ...]
    excluded: tuple[Exclusion, ...] = ()
    account_hint: str | None = None
    thread: str | None = None
    participants: tuple[Participant, ...] = ()
    origin: str = ""
    notes: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    opened: datetime | None = field(default=None, compare=False)
    closed: datetime | None = field(default=None, compare=False)

    def words(self, message: Message) -> str:
        return message.span.of(self.text)

    def message(self, message_id: str) -> Message | None:
        return next((m for m in self.messages if m.id == message_id), None)

    def message_at(self, span: Span) -> Message | None:
        """The message that holds the whole span, or None where it crosses messages."""
        return next((m for m in self.messages if m.span.contains(span)), None)

    def is_wholly(self, message: Message, why: str) -> bool:
        """Whether the whole message, and not nothing, is excluded for this reason."""
        return message.span.start < message.span.end and any(
            e.why == why and e.span.contains(message.span) for e in self.excluded
        )

    def own_moments(self) -> list[datetime]:
        """When its messages were said; a mail within it that was only forwarded is older and does not count."""
        return [m.at for m in self.messages if m.at is not None and not self.is_wholly(m, "forwarded")]

    def exclusion_at(self, span: Span) -> Exclusion | None:
        return next((e for e in self.excluded if e.span.overlaps(span)), None)


@dataclass(frozen=True, slots=True)
class Turn:
    """What a reader knows of a message before the canonical text exists; exclusions index `text` itself."""

    text: str
    speaker: str
    role: Role = Role.UNKNOWN
    at: datetime | None = None
    address: str | None = None
    job_title: str | None = None
    excluded: tuple[Exclusion, ...] = field(default=())
    id: str | None = None
    until: datetime | None = None


def compose(
    turns: Iterable[Turn],
    *,
    source: Source,
    key: str,
    title: str = "",
    account_hint: str | None = None,
    thread: str | None = None,
    participants: tuple[Participant, ...] = (),
    origin: str = "",
    notes: tuple[str, ...] = (),
    answers: tuple[str, ...] = (),
) -> Document:
    """Lay the turns end to end as one text and derive the id from what was said, by whom, when.

    Turns without an id are numbered `m1`, `m2`, … The roles are not part of the id: learning who somebody is does
    not make another document.
    """
    pieces: list[str] = []
    messages: list[Message] = []
    excluded: list[Exclusion] = []
    length = 0
    for number, turn in enumerate(turns, 1):
        text = turn.text
        if pieces:
            pieces.append(SEPARATOR)
            length += len(SEPARATOR)
        span = Span(length, length + len(text))
        messages.append(
            Message(
                turn.id or f"m{number}",
                span,
                turn.speaker,
                turn.role,
                turn.at,
                turn.address,
                turn.job_title,
                turn.until,
            )
        )
        excluded.extend(Exclusion(e.span.moved(length), e.why) for e in turn.excluded)
        pieces.append(text)
        length += len(text)
    whole = "".join(pieces)
    return Document(
        id=_digest(source, key, title, whole, messages),
        source=source,
        key=key,
        title=title,
        text=whole,
        messages=tuple(messages),
        excluded=tuple(sorted(excluded, key=lambda e: e.span)),
        account_hint=account_hint,
        thread=thread,
        participants=participants,
        origin=origin,
        notes=notes,
        answers=answers,
    )


def document_id(document: Document) -> str:
    """The id that the document's content gives, for checking a stored one."""
    return _digest(document.source, document.key, document.title, document.text, document.messages)


def _digest(source: Source, key: str, title: str, text: str, messages: Iterable[Message]) -> str:
    said = [[m.id, m.span.start, m.span.end, m.speaker, m.at.isoformat() if m.at else None] for m in messages]
    return content_id([source, key, title, text, said])


def content_id(value: object) -> str:
    """`sha256:` and 64 hexadecimal digits of the value's JSON; lone surrogates hash as they stand."""
    canonical = json.dumps(value, ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return "sha256:" + hashlib.sha256(canonical.encode("ascii")).hexdigest()
