"""Keeps who read which document and who decided what: appended, never changed, each entry sealed with the one before."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Text, cast, func, or_, select, text, update

from extractor.document import content_id
from store.tables import audit


@dataclass(frozen=True, slots=True)
class Entry:
    """`who` did `action` to `subject`; `request` is the id that the answer carried."""

    at: datetime
    who: str
    role: str
    action: str
    subject: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    request: str = ""
    id: int = 0


def append(connection: Connection, entry: Entry) -> None:
    """Insert first: from then on this transaction is the only writer, so the entry before cannot change."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("LOCK TABLE audit IN EXCLUSIVE MODE"))
    row = {
        "at": entry.at,
        "who": entry.who,
        "role": entry.role,
        "action": entry.action,
        "subject": entry.subject,
        "detail": dict(entry.detail),
        "request": entry.request,
    }
    result = connection.execute(audit.insert().values(**row, chain=""))
    key = result.inserted_primary_key
    assert key is not None
    before = connection.execute(
        select(audit.c.chain).where(audit.c.id < key[0]).order_by(audit.c.id.desc()).limit(1)
    ).scalar()
    connection.execute(update(audit).where(audit.c.id == key[0]).values(chain=_seal(before or "", entry)))


def entries(
    connection: Connection, *, subject: str | None = None, who: str | None = None, limit: int = 100, before: int = 0
) -> list[Entry]:
    """Newest first; `before` is the id of the last entry already seen.

    `subject` is a document, an account or a signal; entries about something else that name it in their detail are told too.
    """
    query = select(audit).order_by(audit.c.id.desc()).limit(limit)
    if subject is not None:
        query = query.where(_concerns(subject))
    if who is not None:
        query = query.where(audit.c.who == who)
    if before:
        query = query.where(audit.c.id < before)
    return [_entry(row) for row in connection.execute(query)]


def _concerns(subject: str) -> ColumnElement[bool]:
    """Of several documents, a look names them in a list, which both databases show alike as text."""
    named = [audit.c.detail[name].as_string() == subject for name in ("account", "signal")]
    listed = cast(audit.c.detail["documents"], Text).contains(f'"{subject}"', autoescape=True)
    return or_(audit.c.subject == subject, *named, listed)


def count_entries(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(audit)).scalar_one())


def broken_seals(connection: Connection) -> Iterator[int]:
    """Ids of entries that were changed, or whose predecessor was changed or taken out."""
    before = ""
    for row in connection.execute(select(audit).order_by(audit.c.id)):
        if _seal(before, _entry(row)) != row.chain:
            yield row.id
        before = row.chain


def _seal(before: str, entry: Entry) -> str:
    said = [entry.at.isoformat(), entry.who, entry.role, entry.action, entry.subject, dict(entry.detail), entry.request]
    return content_id([before, said])


def _entry(row: Row[Any]) -> Entry:
    return Entry(row.at, row.who, row.role, row.action, row.subject, row.detail, row.request, row.id)
