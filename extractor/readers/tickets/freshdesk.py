"""Freshdesk tickets with their conversations. Source: Freshdesk's API reference, version 2 (tickets, conversations)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from extractor.document import Document, Role
from extractor.readers.fields import Json, object_of, objects_of, parse_iso, text_of
from extractor.readers.tickets.conversation import Author, Comment, Ticket, ticket_document

_BOT_SOURCES = frozenset(("12", "15"))
"""Conversation sources: 12 is an automation's note, 15 its reply."""
_OVER = frozenset(("4", "5"))
"""Statuses: 4 is resolved, 5 closed."""


def is_ticket(data: Any) -> bool:
    return (
        isinstance(data, dict)
        and "requester_id" in data
        and ("description_text" in data or "conversations" in data or "responder_id" in data)
    )


def read_ticket(data: Json, origin: str) -> Document:
    """Raises UnreadableError where nothing is written; the list call of the API omits descriptions."""
    company = object_of(data.get("company"))
    number = text_of(data.get("id"))
    ticket = Ticket(
        key=f"freshdesk:{number}",
        title=text_of(data.get("subject")),
        account_hint=text_of(data.get("company_id")) or text_of(company.get("id")) or None,
        opened=parse_iso(data.get("created_at")) if text_of(data.get("status")) else None,
        closed=_closed(data),
    )
    return ticket_document(ticket, _comments(data), origin)


def _closed(data: Json) -> datetime | None:
    if text_of(data.get("status")) not in _OVER:
        return None
    measured = object_of(data.get("stats"))
    moments = (measured.get("resolved_at"), measured.get("closed_at"), data.get("updated_at"))
    return next((at for at in map(parse_iso, moments) if at is not None), None)


def _comments(data: Json) -> Iterator[Comment]:
    requester = object_of(data.get("requester"))
    number = text_of(data.get("requester_id"))
    address = text_of(requester.get("email")) or text_of(data.get("email"))
    asker = Author(
        text_of(requester.get("name")) or text_of(data.get("name")) or address or f"user {number}",
        Role.CUSTOMER,
        address.lower() or None,
    )
    yield Comment(
        asker,
        text=text_of(data.get("description_text")),
        html=text_of(data.get("description")),
        at=parse_iso(data.get("created_at")),
    )
    agents = {text_of(a.get("id")): a for a in (object_of(data.get("responder")), *objects_of(data.get("agents")))}
    for entry in objects_of(data.get("conversations")):
        user = text_of(entry.get("user_id"))
        incoming = entry.get("incoming") is True or (user == number and entry.get("incoming") is None)
        yield Comment(
            asker if user == number else _author(entry, agents.get(user, {}), incoming=incoming),
            text=text_of(entry.get("body_text")),
            html=text_of(entry.get("body")),
            at=parse_iso(entry.get("created_at")),
            internal=entry.get("private") is True,
        )


def _author(entry: Json, agent: Json, *, incoming: bool) -> Author:
    address = (text_of(entry.get("from_email")) or text_of(object_of(agent.get("contact")).get("email"))).lower()
    inner = address.rpartition("<")[2].rstrip(">") if "<" in address else address
    name = text_of(agent.get("name")) or inner or f"user {text_of(entry.get('user_id'))}"
    role = Role.CUSTOMER if incoming else Role.VENDOR
    return Author(
        name, role, inner if incoming and "@" in inner else None, bot=text_of(entry.get("source")) in _BOT_SOURCES
    )
