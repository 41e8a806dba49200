"""Keeps canonical documents whole, and who took part in them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, or_, select, update

from extractor.document import Document, Exclusion, Message, Participant, Role, Source, Span, Took
from extractor.signal import Interaction
from store.database import put
from store.tables import asked, detections, documents, interactions, signals


def add_document(
    connection: Connection,
    document: Document,
    account_id: str,
    seen: Iterable[Interaction],
    known_at: datetime | None = None,
) -> bool:
    """Keep a document unless it is kept already; a later export of the same key replaces the earlier ones.

    `known_at` is given for a document that arrived after days it speaks of had been scored; None means that it was
    known when it was written. Returns whether it was new.
    """
    if not put(connection, documents, [row_of(document, account_id, known_at)]):
        return False
    earlier = documents.c.key == document.key, documents.c.id != document.id, documents.c.account_id == account_id
    outdated = select(signals.c.id).join(documents, documents.c.id == signals.c.document_id).where(*earlier)
    connection.execute(delete(asked).where(asked.c.signal_id.in_(outdated)))
    connection.execute(update(documents).where(*earlier).values(replaced=True))
    rows = [
        {
            "document_id": document.id,
            "number": number,
            "account_id": account_id,
            "address": i.address,
            "name": i.name,
            "role": i.role.value,
            "took": i.took.value,
            "at": i.at,
        }
        for number, i in enumerate(seen)
    ]
    put(connection, interactions, rows)
    return True


def document_exists(connection: Connection, document_id: str) -> bool:
    return connection.execute(select(documents.c.id).where(documents.c.id == document_id)).first() is not None


def get_document(connection: Connection, document_id: str) -> Document | None:
    row = connection.execute(select(documents).where(documents.c.id == document_id)).first()
    return document_from(row) if row is not None else None


def get_documents(connection: Connection, document_ids: Sequence[str]) -> dict[str, Document]:
    """Those that exist, by id."""
    rows = connection.execute(select(documents).where(documents.c.id.in_(document_ids)))
    return {row.id: document_from(row) for row in rows}


def documents_with_keys(connection: Connection, keys: Sequence[str]) -> list[Document]:
    """The present versions of the documents that the exporting systems call so."""
    query = select(documents).where(documents.c.key.in_(keys), documents.c.replaced.is_(False))
    return [document_from(row) for row in connection.execute(query.order_by(documents.c.first_at, documents.c.id))]


def calls_named(connection: Connection, key: str, meeting: str) -> list[tuple[str, Document]]:
    """Every stored version of a call of that key, and of what else was kept of its meeting, each with its account."""
    query = select(documents).where(
        documents.c.source == Source.TRANSCRIPT.value, or_(documents.c.key == key, documents.c.thread == meeting)
    )
    return [(row.account_id, document_from(row)) for row in connection.execute(query.order_by(documents.c.id))]


def unread_documents(connection: Connection, extractors: Sequence[str]) -> list[Document]:
    """Present documents that none of these extractors has read; refusals and failures are unread."""
    done = (
        select(detections.c.document_id)
        .where(detections.c.extractor.in_(extractors), detections.c.outcome == "read")
        .scalar_subquery()
    )
    query = select(documents).where(documents.c.replaced.is_(False), documents.c.id.not_in(done))
    return [document_from(row) for row in connection.execute(query.order_by(documents.c.first_at, documents.c.id))]


def all_documents(connection: Connection) -> Iterator[tuple[str, Document]]:
    """Every stored version with its account, in a fixed order."""
    for row in connection.execute(select(documents).order_by(documents.c.id)):
        yield row.account_id, document_from(row)


def account_of(connection: Connection, document_id: str) -> str:
    return str(connection.execute(select(documents.c.account_id).where(documents.c.id == document_id)).scalar_one())


def period_of_documents(connection: Connection) -> tuple[datetime, datetime] | None:
    """The first and the last moment that any present document speaks of."""
    query = select(documents.c.first_at, documents.c.last_at).where(documents.c.replaced.is_(False))
    rows = [(first, last) for first, last in connection.execute(query) if first and last]
    return (min(first for first, _ in rows), max(last for _, last in rows)) if rows else None


def row_of(document: Document, account_id: str, known_at: datetime | None) -> dict[str, Any]:
    times = document.own_moments()
    return {
        "id": document.id,
        "key": document.key,
        "account_id": account_id,
        "source": document.source.value,
        "title": document.title,
        "thread": document.thread or document.key,
        "answers": list(document.answers),
        "text": document.text,
        "messages": [
            [
                m.id,
                m.span.start,
                m.span.end,
                m.speaker,
                m.role.value,
                m.at.isoformat() if m.at else None,
                m.address,
                m.job_title,
            ]
            for m in document.messages
        ],
        "excluded": [[e.span.start, e.span.end, e.why] for e in document.excluded],
        "participants": [[p.name, p.address, p.role.value, p.took.value] for p in document.participants],
        "notes": list(document.notes),
        "origin": document.origin,
        "first_at": min(times, default=None),
        "last_at": max(times, default=None),
        "known_at": known_at,
        "replaced": False,
    }


def document_from(row: Row[Any]) -> Document:
    return Document(
        id=row.id,
        source=Source(row.source),
        key=row.key,
        title=row.title,
        text=row.text,
        messages=tuple(
            Message(
                name, Span(start, end), speaker, Role(role), datetime.fromisoformat(at) if at else None, address, job
            )
            for name, start, end, speaker, role, at, address, job in row.messages
        ),
        excluded=tuple(Exclusion(Span(start, end), why) for start, end, why in row.excluded),
        account_hint=row.account_id,
        thread=row.thread,
        participants=tuple(Participant(name, a, Role(role), Took(took)) for name, a, role, took in row.participants),
        origin=row.origin,
        notes=tuple(row.notes),
        answers=tuple(row.answers),
    )
