"""Comments to a ticket document: in order, with quoted mail and signatures marked, notes for the staff set apart."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime

from extractor.document import Document, Exclusion, Participant, Role, Source, Span, Turn, compose
from extractor.readers.encoding import checked, plain_newlines
from extractor.readers.html import render
from extractor.readers.limits import BODY_CHARACTERS, CONVERSATION_TURNS
from extractor.readers.mail.spans import not_newly_written
from extractor.readers.outcome import Obstacle, UnreadableError


@dataclass(frozen=True, slots=True)
class Author:
    """Who wrote a comment; `bot` marks automations, whose words are never evidence."""

    name: str
    role: Role = Role.UNKNOWN
    address: str | None = None
    job_title: str | None = None
    bot: bool = False


@dataclass(frozen=True, slots=True)
class Comment:
    """One comment as exported, plain text or HTML; `internal` where the customer cannot see it.

    `marked` says which stretches of `text` the export itself calls quoted.
    """

    author: Author
    text: str = ""
    html: str = ""
    at: datetime | None = None
    internal: bool = False
    marked: tuple[Exclusion, ...] = ()


@dataclass(frozen=True, slots=True)
class Ticket:
    """`opened` only where the export tells whether it is closed; `closed` is when, or the last update, which came no earlier."""

    key: str
    title: str = ""
    account_hint: str | None = None
    participants: tuple[Participant, ...] = ()
    notes: tuple[str, ...] = field(default=())
    opened: datetime | None = None
    closed: datetime | None = None


def ticket_document(ticket: Ticket, comments: Iterable[Comment], origin: str) -> Document:
    """Raises UnreadableError where nothing is written in it or it is beyond the limits."""
    turns = [turn for comment in comments if (turn := comment_turn(comment, origin)) is not None]
    if not turns:
        raise UnreadableError(f"{origin}: no comment with text; check what the export includes", Obstacle.NO_TEXT)
    if len(turns) > CONVERSATION_TURNS:
        raise UnreadableError(
            f"{origin}: {len(turns)} comments, at most {CONVERSATION_TURNS} are read; split it", Obstacle.TOO_LARGE
        )
    document = compose(
        turns,
        source=Source.TICKET,
        key=ticket.key,
        title=checked(ticket.title, origin),
        account_hint=ticket.account_hint or _outside_domain(turns),
        participants=ticket.participants,
        origin=origin,
        notes=ticket.notes,
    )
    return replace(document, opened=ticket.opened, closed=ticket.closed)


def comment_turn(comment: Comment, origin: str) -> Turn | None:
    marked = comment.marked
    text = comment.text if marked else plain_newlines(comment.text).strip("\n")
    if not text.strip() and comment.html:
        rendered = render(comment.html)
        text, marked = rendered.text, rendered.excluded
    if not text.strip():
        return None
    if len(text) > BODY_CHARACTERS:
        raise UnreadableError(f"{origin}: a comment of {len(text)} characters; shorten it", Obstacle.TOO_LARGE)
    author = comment.author
    role = Role.INTERNAL if comment.internal else author.role
    turn = Turn(checked(text, origin), checked(author.name, origin), role, comment.at, author.address, author.job_title)
    if author.bot:
        return replace(turn, excluded=(Exclusion(Span(0, len(text)), "automatic"),))
    names = tuple(n for n in (author.name, author.address) if n)
    return replace(turn, excluded=not_newly_written(text, names=names, marked=marked))


def _outside_domain(turns: Iterable[Turn]) -> str | None:
    customers = (t.address for t in turns if t.role is Role.CUSTOMER and t.address and "@" in t.address)
    return next((address.rpartition("@")[2].lower() for address in customers), None)
