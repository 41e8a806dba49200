"""HubSpot engagements: notes, mails, calls, meetings and tickets, in the CRM objects' shape and the older engagements'.

Sources: HubSpot's CRM API reference (notes, emails, calls, meetings, tickets) and its engagements API, version 1. A mail
body is redacted where the export lacks the scope for it.
"""

from __future__ import annotations

import html
from collections.abc import Iterator
from typing import Any

from extractor.document import Document, Participant, Role, Took
from extractor.readers.fields import Json, object_of, objects_of, parse_iso, text_of
from extractor.readers.outcome import Obstacle, Unread, UnreadableError
from extractor.readers.tickets.conversation import Author, Comment, Ticket, ticket_document

_BODIES = (
    "hs_email_text",
    "hs_email_html",
    "hs_note_body",
    "hs_call_body",
    "hs_meeting_body",
    "hs_communication_body",
    "content",
)
_REDACTED = "has been redacted"
_STAFF = frozenset(("NOTE", "CALL", "MEETING", "TASK"))
"""What the vendor's staff writes down for itself."""


def is_object(data: Any) -> bool:
    return isinstance(data, dict) and any(name in object_of(data.get("properties")) for name in _BODIES)


def is_engagement(data: Any) -> bool:
    return (
        isinstance(data, dict) and isinstance(data.get("engagement"), dict) and isinstance(data.get("metadata"), dict)
    )


def is_page(data: Any) -> bool:
    return isinstance(data, dict) and any(is_object(r) or is_engagement(r) for r in objects_of(data.get("results")))


def read_one(data: Json, origin: str) -> Document:
    """Raises UnreadableError where the body is empty or redacted."""
    return _read_engagement(data, origin) if is_engagement(data) else _read_object(data, origin)


def read_page(data: Json, origin: str) -> Iterator[Document | Unread]:
    """Every engagement of an API page."""
    for record in objects_of(data.get("results")):
        number = text_of(record.get("id")) or text_of(object_of(record.get("engagement")).get("id"))
        place = f"{origin}#{number}"
        try:
            yield read_one(record, place)
        except UnreadableError as error:
            yield error.at(place)


def _read_object(data: Json, origin: str) -> Document:
    properties = object_of(data.get("properties"))
    kind = next((n.split("_")[1].upper() for n in _BODIES if n in properties and n.startswith("hs_")), "TICKET")
    direction = text_of(properties.get("hs_email_direction"))
    body = next((text_of(properties.get(name)) for name in _BODIES if text_of(properties.get(name))), "")
    address = text_of(properties.get("hs_email_from_email")).lower() or None
    first, last = text_of(properties.get("hs_email_from_firstname")), text_of(properties.get("hs_email_from_lastname"))
    owner = text_of(properties.get("hubspot_owner_id"))
    name = " ".join(word for word in (first, last) if word) or address or (f"owner {owner}" if owner else "")
    role = _role(kind, direction)
    comment = Comment(
        Author(name, role, address),
        html=body if "<" in body else html.escape(body).replace("\n", "<br>"),
        at=parse_iso(properties.get("hs_timestamp")) or parse_iso(properties.get("createdate")),
        internal=kind in _STAFF,
    )
    title = (
        text_of(properties.get("hs_email_subject"))
        or text_of(properties.get("subject"))
        or text_of(properties.get("hs_call_title"))
    )
    title = title or text_of(properties.get("hs_meeting_title"))
    companies = object_of(object_of(data.get("associations")).get("companies"))
    company = next((text_of(c.get("id")) for c in objects_of(companies.get("results"))), "")
    is_ticket = kind == "TICKET" and "closed_date" in properties
    ticket = Ticket(
        f"hubspot:{kind.lower()}:{text_of(data.get('id'))}",
        title,
        company or None,
        opened=parse_iso(properties.get("createdate")) if is_ticket else None,
        closed=parse_iso(properties.get("closed_date")) if is_ticket else None,
    )
    return _document(ticket, comment, body, origin)


def _read_engagement(data: Json, origin: str) -> Document:
    engagement, metadata = object_of(data.get("engagement")), object_of(data.get("metadata"))
    kind = text_of(engagement.get("type"))
    body = text_of(metadata.get("text")) or text_of(metadata.get("html")) or text_of(metadata.get("body"))
    sender = object_of(metadata.get("from"))
    address = text_of(sender.get("email")).lower() or None
    owner = text_of(engagement.get("ownerId"))
    name = " ".join(w for w in (text_of(sender.get("firstName")), text_of(sender.get("lastName"))) if w)
    comment = Comment(
        Author(name or address or (f"owner {owner}" if owner else ""), _role(kind, kind), address),
        text=text_of(metadata.get("text")),
        html=text_of(metadata.get("html")) or text_of(metadata.get("body")),
        at=parse_iso(engagement.get("timestamp")),
        internal=kind in _STAFF,
    )
    companies = object_of(data.get("associations")).get("companyIds")
    company = next((text_of(c) for c in companies), "") if isinstance(companies, list) else ""
    number = text_of(engagement.get("id"))
    received = tuple(
        Participant(text_of(p.get("email")), text_of(p.get("email")).lower(), Role.UNKNOWN, Took.RECEIVED)
        for p in objects_of(metadata.get("to"))
        if text_of(p.get("email"))
    )
    ticket = Ticket(
        f"hubspot:{kind.lower()}:{number}",
        text_of(metadata.get("subject") or metadata.get("title")),
        company or None,
        received,
    )
    return _document(ticket, comment, body, origin)


def _role(kind: str, direction: str) -> Role:
    if kind == "TICKET" or direction == "INCOMING_EMAIL":
        return Role.CUSTOMER
    return Role.VENDOR


def _document(ticket: Ticket, comment: Comment, body: str, origin: str) -> Document:
    if _REDACTED in body[:400]:
        raise UnreadableError(
            f"{origin}: mail body redacted; export it again with the scope sales-email-read", Obstacle.NO_TEXT
        )
    return ticket_document(ticket, [comment], origin)
