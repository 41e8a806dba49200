"""Intercom conversations: the source message and the parts; system parts without a body are left out.

Sources: Intercom's API reference (conversation, conversation part), old shape with `conversation_message` included.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from extractor.document import Document, Role
from extractor.readers.fields import Json, object_of, objects_of, parse_iso, text_of
from extractor.readers.outcome import Unread, UnreadableError
from extractor.readers.tickets.conversation import Author, Comment, Ticket, ticket_document

_ROLES = {
    "user": Role.CUSTOMER,
    "lead": Role.CUSTOMER,
    "contact": Role.CUSTOMER,
    "admin": Role.VENDOR,
    "team": Role.VENDOR,
}
_NOTES = frozenset(("note", "note_and_reopen"))


def is_conversation(data: Any) -> bool:
    return (
        isinstance(data, dict) and "conversation_parts" in data and ("source" in data or "conversation_message" in data)
    )


def is_list(data: Any) -> bool:
    return isinstance(data, dict) and any(map(is_conversation, objects_of(data.get("conversations"))))


def read_conversation(data: Json, origin: str) -> Document:
    """Raises UnreadableError where no part has text."""
    people = {text_of(p.get("id")): p for p in _people(data)}
    first = object_of(data.get("source")) or object_of(data.get("conversation_message"))
    parts = object_of(data.get("conversation_parts"))
    listed = objects_of(parts.get("conversation_parts") or parts.get("parts"))
    comments = [
        _comment(first, data.get("created_at"), people),
        *(_comment(p, p.get("created_at"), people) for p in listed),
    ]
    redacted = sum(1 for part in (first, *listed) if part.get("redacted") is True)
    ticket = Ticket(
        key=f"intercom:{text_of(data.get('id'))}",
        title=text_of(data.get("title")) or text_of(first.get("subject")),
        account_hint=_company(data, people),
        notes=(f"{redacted} redacted parts",) if redacted else (),
        opened=parse_iso(data.get("created_at")) if text_of(data.get("state")) else None,
        closed=_closed(data),
    )
    return ticket_document(ticket, (c for c in comments if c is not None), origin)


def read_list(data: Json, origin: str) -> Iterator[Document | Unread]:
    """Every conversation of an API page."""
    for conversation in objects_of(data.get("conversations")):
        place = f"{origin}#conversation {text_of(conversation.get('id'))}"
        try:
            yield read_conversation(conversation, place)
        except UnreadableError as error:
            yield error.at(place)


def _closed(data: Json) -> datetime | None:
    if text_of(data.get("state")) != "closed":
        return None
    return parse_iso(object_of(data.get("statistics")).get("last_close_at")) or parse_iso(data.get("updated_at"))


def _comment(part: Json, at: Any, people: dict[str, Json]) -> Comment | None:
    body = text_of(part.get("body"))
    if not body or part.get("redacted") is True:
        return None
    author = object_of(part.get("author"))
    kind = text_of(author.get("type"))
    known = people.get(text_of(author.get("id")), {})
    address = (text_of(author.get("email")) or text_of(known.get("email"))).lower() or None
    name = text_of(author.get("name")) or text_of(known.get("name")) or address or kind
    bot = kind in ("bot", "operator") or author.get("from_ai_agent") is True
    person = Author(name, _ROLES.get(kind, Role.UNKNOWN), address, bot=bot)
    internal = text_of(part.get("part_type")) in _NOTES
    return Comment(person, html=body, at=parse_iso(part.get("created_at") or at), internal=internal)


def _people(data: Json) -> Iterator[Json]:
    for field in ("user", "customer"):
        yield object_of(data.get(field))
    contacts = data.get("contacts")
    yield from objects_of(object_of(contacts).get("contacts") if isinstance(contacts, dict) else contacts)


def _company(data: Json, people: dict[str, Json]) -> str | None:
    """The company's id in the vendor's own system (`company_id`), where the export holds it."""
    for holder in (data, *people.values()):
        listed = holder.get("companies")
        inner = objects_of(object_of(listed).get("companies") or object_of(listed).get("data") or listed)
        for company in (object_of(holder.get("company")), *inner):
            if found := text_of(company.get("company_id")):
                return found
    return None
