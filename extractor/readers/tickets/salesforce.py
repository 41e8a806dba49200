"""Salesforce cases with their EmailMessage and CaseComment records, nested in the case or side by side in one answer.

Source: Salesforce's object reference (Case, EmailMessage, CaseComment) and the shape of its query answers.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from extractor.document import Document, Role
from extractor.readers.fields import Json, object_of, objects_of, parse_iso, text_of
from extractor.readers.outcome import Unread, UnreadableError
from extractor.readers.tickets.conversation import Author, Comment, Ticket, ticket_document

_DRAFT = ("5", "Draft")
"""`Status` of an EmailMessage that was never sent."""
_EARLIEST = datetime.min.replace(tzinfo=UTC)
_PORTAL_USERS = ("Csp", "PowerCustomer", "Customer", "Guest")


def kind_of(record: Json) -> str:
    """The object's name: from its attributes, else from the fields that only this object has."""
    named = text_of(object_of(record.get("attributes")).get("type"))
    if named:
        return named
    if "CaseNumber" in record:
        return "Case"
    if "CommentBody" in record:
        return "CaseComment"
    return "EmailMessage" if "ParentId" in record and ("TextBody" in record or "HtmlBody" in record) else ""


def is_case(data: Any) -> bool:
    return isinstance(data, dict) and kind_of(data) == "Case"


def is_answer(data: Any) -> bool:
    kinds = {"Case", "EmailMessage", "CaseComment"}
    return isinstance(data, dict) and any(kind_of(r) in kinds for r in objects_of(data.get("records")))


def read_case(data: Json, origin: str) -> Document:
    """Raises UnreadableError where nothing is written in the case."""
    return _document(data, _nested(data, "EmailMessages"), _nested(data, "CaseComments"), origin)


def read_answer(data: Json, origin: str) -> Iterator[Document | Unread]:
    """Every case of a query answer; mails and comments beside them are joined by ParentId."""
    records = objects_of(data.get("records"))
    cases = [r for r in records if kind_of(r) == "Case"]
    parents = {text_of(c.get("Id")) for c in cases}
    loose = [r for r in records if kind_of(r) in ("EmailMessage", "CaseComment")]
    orphaned = dict.fromkeys(text_of(r.get("ParentId")) for r in loose)
    cases.extend({"Id": number} for number in orphaned if number not in parents)
    for case in cases:
        number = text_of(case.get("Id"))
        place = f"{origin}#case {text_of(case.get('CaseNumber')) or number}"
        own = [r for r in loose if text_of(r.get("ParentId")) == number]
        mails = [*_nested(case, "EmailMessages"), *(r for r in own if kind_of(r) == "EmailMessage")]
        comments = [*_nested(case, "CaseComments"), *(r for r in own if kind_of(r) == "CaseComment")]
        try:
            yield _document(case, mails, comments, place)
        except UnreadableError as error:
            yield error.at(place)


def _nested(case: Json, name: str) -> list[Json]:
    value = case.get(name)
    return objects_of(object_of(value).get("records") if isinstance(value, dict) else value)


def _document(case: Json, mails: list[Json], comments: list[Json], origin: str) -> Document:
    ticket = Ticket(
        key=f"salesforce:{text_of(case.get('CaseNumber')) or text_of(case.get('Id'))}",
        title=text_of(case.get("Subject")),
        account_hint=text_of(case.get("AccountId")) or text_of(object_of(case.get("Contact")).get("AccountId")) or None,
        opened=parse_iso(case.get("CreatedDate")) if "ClosedDate" in case else None,
        closed=parse_iso(case.get("ClosedDate")),
    )
    said = [*(_mail(m) for m in mails if text_of(m.get("Status")) not in _DRAFT), *(_comment(c) for c in comments)]
    said.sort(key=lambda c: c.at or _EARLIEST)
    opening = _opening(case)
    repeated = any("".join(opening.text.split())[:200] in "".join(c.text.split()) for c in said[:1])
    return ticket_document(ticket, said if repeated else [opening, *said], origin)


def _opening(case: Json) -> Comment:
    contact = object_of(case.get("Contact"))
    address = (
        text_of(contact.get("Email")) or text_of(case.get("ContactEmail")) or text_of(case.get("SuppliedEmail"))
    ).lower()
    name = text_of(contact.get("Name")) or text_of(case.get("SuppliedName")) or address
    author = Author(
        name or text_of(case.get("ContactId")), Role.CUSTOMER, address or None, text_of(contact.get("Title")) or None
    )
    return Comment(author, text=text_of(case.get("Description")), at=parse_iso(case.get("CreatedDate")))


def _mail(mail: Json) -> Comment:
    address = text_of(mail.get("FromAddress")).lower()
    incoming = mail.get("Incoming")
    role = (
        {True: Role.CUSTOMER, False: Role.VENDOR}.get(incoming, Role.UNKNOWN)
        if isinstance(incoming, bool)
        else Role.UNKNOWN
    )
    return Comment(
        Author(text_of(mail.get("FromName")) or address, role, address or None),
        text=text_of(mail.get("TextBody")),
        html=text_of(mail.get("HtmlBody")),
        at=parse_iso(mail.get("MessageDate")) or parse_iso(mail.get("CreatedDate")),
    )


def _comment(comment: Json) -> Comment:
    creator = object_of(comment.get("CreatedBy"))
    outside = text_of(creator.get("UserType")).startswith(_PORTAL_USERS)
    name = text_of(creator.get("Name")) or text_of(comment.get("CreatedById"))
    address = text_of(creator.get("Email")).lower() or None
    return Comment(
        Author(name, Role.CUSTOMER if outside else Role.VENDOR, address),
        text=text_of(comment.get("CommentBody")),
        at=parse_iso(comment.get("CreatedDate")),
        internal=comment.get("IsPublished") is False,
    )
