"""Zendesk: the NDJSON ticket export, one ticket with its comments a line, and pages of its API.

In an API page `tickets`, `comments`, `users` and `organizations` stand side by side and are joined by their ids.
Source: Zendesk's Ticketing API reference (tickets, ticket comments, users, side-loading).
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from extractor.document import Document, Participant, Role, Took
from extractor.readers.fields import Json, object_of, objects_of, parse_iso, text_of
from extractor.readers.outcome import Obstacle, Unread, UnreadableError
from extractor.readers.tickets.conversation import Author, Comment, Ticket, ticket_document

_ROLES = {"end-user": Role.CUSTOMER, "agent": Role.VENDOR, "admin": Role.VENDOR, "owner": Role.VENDOR}
_SYSTEM_AUTHOR = "-1"
_BOT_CHANNELS = frozenset(("rule", "system", "trigger", "automation"))
_OVER = frozenset(("solved", "closed"))
_NBSP = re.compile(r"&nbsp;?")


def is_ticket(record: Any) -> bool:
    """A ticket with something that only Zendesk's tickets have."""
    return (
        isinstance(record, dict)
        and "id" in record
        and ("requester_id" in record or "submitter_id" in record)
        and ("comments" in record or "description" in record)
    )


def is_page(data: Any) -> bool:
    if not isinstance(data, dict):
        return False
    lists = (data.get("tickets"), data.get("results"))
    listed = any(is_ticket(t) for value in lists for t in objects_of(value))
    return listed or is_ticket(data.get("ticket")) or _is_comments(data) or _is_audits(data)


def _is_comments(data: Json) -> bool:
    return any("author_id" in c and ("plain_body" in c or "html_body" in c) for c in objects_of(data.get("comments")))


def _is_audits(data: Json) -> bool:
    return any("ticket_id" in a and "events" in a for a in objects_of(data.get("audits")))


def read_ticket(record: Json, origin: str, users: Iterable[Json] = (), organizations: Iterable[Json] = ()) -> Document:
    """Raises UnreadableError where the ticket holds no text."""
    known = {
        text_of(u.get("id")): u for u in (*users, *objects_of(record.get("users")), object_of(record.get("requester")))
    }
    known.pop("", None)
    number = text_of(record.get("id"))
    ticket = Ticket(
        key=f"zendesk:{number}",
        title=text_of(record.get("subject")) or text_of(record.get("raw_subject")),
        account_hint=_organization(record, organizations),
        participants=tuple(_copied(record, known)),
        opened=parse_iso(record.get("created_at")) if text_of(record.get("status")) else None,
        closed=_closed(record),
    )
    return ticket_document(ticket, _comments(record, known), origin)


def _closed(record: Json) -> datetime | None:
    if text_of(record.get("status")) not in _OVER:
        return None
    measured = object_of(record.get("metric_set"))
    return parse_iso(measured.get("solved_at")) or parse_iso(record.get("updated_at"))


def read_page(data: Json, origin: str) -> Iterator[Document | Unread]:
    """Every ticket of an API page; comments without a ticket make a document of their own."""
    users = objects_of(data.get("users")) + [u for u in [object_of(data.get("user"))] if u]
    organizations = objects_of(data.get("organizations"))
    tickets = [t for t in [object_of(data.get("ticket"))] if t] or objects_of(data.get("tickets"))
    tickets = tickets or [r for r in objects_of(data.get("results")) if is_ticket(r)]
    comments = objects_of(data.get("comments")) or _audited(data)
    if not tickets and comments:
        numbers = {text_of(c.get("ticket_id")) for c in comments} - {""}
        tickets = [{"id": n} for n in sorted(numbers)] or [{"id": origin.rpartition("/")[2].partition(".")[0]}]
    for ticket in tickets:
        number = text_of(ticket.get("id"))
        place = f"{origin}#ticket {number}" if len(tickets) > 1 else origin
        own = [c for c in comments if text_of(c.get("ticket_id")) in ("", number)] if comments else []
        record = {**ticket, "comments": own} if own and not ticket.get("comments") else ticket
        try:
            yield read_ticket(record, place, users, organizations)
        except UnreadableError as error:
            yield error.at(place)


def _audited(data: Json) -> list[Json]:
    """Comments out of a ticket's audit trail."""
    return [
        {
            "ticket_id": audit.get("ticket_id"),
            "author_id": audit.get("author_id"),
            "created_at": audit.get("created_at"),
            **event,
        }
        for audit in objects_of(data.get("audits"))
        for event in objects_of(audit.get("events"))
        if text_of(event.get("type")) == "Comment"
    ]


def read_line(record: Any, origin: str) -> Document | Unread:
    """One line of the NDJSON export."""
    if not is_ticket(record):
        return Unread(origin, Obstacle.NOT_A_CONVERSATION, f"{origin}: no ticket (needs id, requester_id, comments)")
    file, part, _ = origin.rpartition("#")
    place = f"{file}#ticket {text_of(record.get('id'))}" if part else origin
    try:
        return read_ticket(record, place)
    except UnreadableError as error:
        return error.at(place)


def _comments(record: Json, users: dict[str, Json]) -> Iterator[Comment]:
    listed = objects_of(record.get("comments"))
    description = text_of(record.get("description"))
    requester = text_of(record.get("requester_id"))
    if description and not _repeats_first(description, listed):
        yield Comment(
            _author(requester, users, requester), _NBSP.sub(" ", description), at=parse_iso(record.get("created_at"))
        )
    for comment in listed:
        author = _author(text_of(comment.get("author_id")), users, requester, comment)
        yield Comment(
            author=author,
            text=_plain(comment),
            html=text_of(comment.get("html_body")),
            at=parse_iso(comment.get("created_at")),
            internal=comment.get("public") is False,
        )


def _plain(comment: Json) -> str:
    plain = text_of(comment.get("plain_body"))
    if plain:
        return html.unescape(plain).replace("\xa0", " ") if "&nbsp;" in plain else plain
    return "" if text_of(comment.get("html_body")) else text_of(comment.get("body"))


def _repeats_first(description: str, comments: list[Json]) -> bool:
    """The description is the first comment again, with other white space and markup."""
    if not comments:
        return False
    words = "".join(re.findall(r"\w", description))[:400]
    bodies = (text_of(comments[0].get(name)) for name in ("plain_body", "body", "html_body"))
    return any("".join(re.findall(r"\w", html.unescape(body))).startswith(words) for body in bodies if body)


def _author(number: str, users: dict[str, Json], requester: str, comment: Json | None = None) -> Author:
    user = users.get(number, {})
    channel = text_of(object_of((comment or {}).get("via")).get("channel"))
    bot = number == _SYSTEM_AUTHOR or channel in _BOT_CHANNELS
    role = _ROLES.get(text_of(user.get("role")))
    if role is None:
        role = Role.CUSTOMER if number and number == requester and not bot else Role.UNKNOWN
    address = text_of(user.get("email")).lower() or None
    return Author(text_of(user.get("name")) or address or (f"user {number}" if number else ""), role, address, bot=bot)


def _copied(record: Json, users: dict[str, Json]) -> Iterator[Participant]:
    numbers = [
        text_of(n) for field in ("collaborator_ids", "follower_ids", "email_cc_ids") for n in record.get(field) or ()
    ]
    for number in dict.fromkeys(numbers):
        if number in users:
            author = _author(number, users, "")
            yield Participant(author.name, author.address, author.role, Took.RECEIVED)


def _organization(record: Json, organizations: Iterable[Json]) -> str | None:
    """The organisation's id in the CRM where it is kept (`external_id`), else Zendesk's own."""
    inner = object_of(record.get("organization"))
    number = text_of(inner.get("id")) or text_of(record.get("organization_id"))
    listed = next((o for o in organizations if text_of(o.get("id")) == number), inner)
    return text_of(listed.get("external_id")) or number or None
