"""Jira Service Management issues: description and comments in ADF; `jsdPublic` false is a note for the staff.

Source: Atlassian's REST API reference (issue, comment) and its service management fields.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from extractor.document import Document, Role
from extractor.readers.fields import Json, object_of, objects_of, parse_iso, text_of
from extractor.readers.outcome import Unread, UnreadableError
from extractor.readers.tickets.adf import adf_text
from extractor.readers.tickets.conversation import Author, Comment, Ticket, ticket_document

_NOTE_PROPERTY = "sd.public.comment"
_ROLES = {"customer": Role.CUSTOMER, "atlassian": Role.VENDOR}


def is_issue(data: Any) -> bool:
    return isinstance(data, dict) and "key" in data and isinstance(data.get("fields"), dict)


def is_search(data: Any) -> bool:
    return isinstance(data, dict) and any(map(is_issue, objects_of(data.get("issues"))))


def read_issue(data: Json, origin: str) -> Document:
    """Raises UnreadableError where neither description nor comments hold text."""
    fields = object_of(data.get("fields"))
    ticket = Ticket(
        key=f"jira:{text_of(data.get('key'))}",
        title=text_of(fields.get("summary")),
        account_hint=_organisation(fields),
        opened=parse_iso(fields.get("created")) if "resolutiondate" in fields else None,
        closed=parse_iso(fields.get("resolutiondate")),
    )
    return ticket_document(ticket, _comments(fields), origin)


def read_search(data: Json, origin: str) -> Iterator[Document | Unread]:
    """Every issue of a search result."""
    for issue in objects_of(data.get("issues")):
        place = f"{origin}#issue {text_of(issue.get('key'))}"
        try:
            yield read_issue(issue, place)
        except UnreadableError as error:
            yield error.at(place)


def _comments(fields: Json) -> Iterator[Comment]:
    reporter = object_of(fields.get("reporter")) or object_of(fields.get("creator"))
    described = adf_text(fields.get("description"))
    asker = _author(reporter, default=Role.CUSTOMER)
    yield Comment(asker, text=described.text, at=parse_iso(fields.get("created")), marked=described.excluded)
    for comment in objects_of(object_of(fields.get("comment")).get("comments")):
        author = object_of(comment.get("author"))
        same = text_of(author.get("accountId")) and author.get("accountId") == reporter.get("accountId")
        body = adf_text(comment.get("body"))
        yield Comment(
            asker if same else _author(author, default=Role.UNKNOWN),
            text=body.text,
            at=parse_iso(comment.get("created")),
            internal=comment.get("jsdPublic") is False or _is_note(comment),
            marked=body.excluded,
        )


def _is_note(comment: Json) -> bool:
    """What Data Center and `expand=properties` say in place of `jsdPublic`."""
    marks = (object_of(p.get("value")) for p in objects_of(comment.get("properties")) if p.get("key") == _NOTE_PROPERTY)
    return any(mark.get("internal") is True for mark in marks)


def _author(user: Json, *, default: Role) -> Author:
    kind = text_of(user.get("accountType"))
    address = text_of(user.get("emailAddress")).lower() or None
    name = text_of(user.get("displayName")) or address or text_of(user.get("accountId"))
    return Author(name, _ROLES.get(kind, default), address, bot=kind == "app")


def _organisation(fields: Json) -> str | None:
    """The customer organisation: a custom field of objects whose link points to an organisation."""
    for name, value in fields.items():
        if not name.startswith("customfield_"):
            continue
        for entry in objects_of(value):
            link = text_of(object_of(entry.get("_links")).get("self"))
            if "/organization/" in link and (found := text_of(entry.get("id"))):
                return found
    return None
