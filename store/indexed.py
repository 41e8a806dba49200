"""Keeps which documents' passages can be found by meaning, in which index: vectors lie beside the database."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, func, select

from extractor.document import Document
from store.database import replace
from store.documents import document_from
from store.tables import documents, indexed


def unindexed(connection: Connection, index: str, account_id: str | None, most: int) -> list[tuple[str, Document]]:
    """Present documents with their accounts that this index does not hold, the newest first."""
    query = select(documents).where(_wanting(index, account_id))
    rows = connection.execute(query.order_by(documents.c.last_at.desc(), documents.c.id).limit(most))
    return [(row.account_id, document_from(row)) for row in rows]


def count_unindexed(connection: Connection, index: str, account_id: str | None = None) -> int:
    query = select(func.count()).select_from(documents).where(_wanting(index, account_id))
    return int(connection.execute(query).scalar_one())


def any_indexed(connection: Connection, account_id: str) -> bool:
    query = select(indexed.c.document_id).join(documents).where(documents.c.account_id == account_id)
    return connection.execute(query.limit(1)).first() is not None


def outdated(connection: Connection, most: int) -> list[Document]:
    """Documents of which a later export came, and whose passages are still in an index."""
    query = select(documents).join(indexed).where(documents.c.replaced.is_(True))
    return [document_from(row) for row in connection.execute(query.order_by(documents.c.id).limit(most))]


def mark(connection: Connection, index: str, document_ids: Sequence[str]) -> None:
    """Those that were erased in the meantime are left out."""
    present = {row.id for row in connection.execute(select(documents.c.id).where(documents.c.id.in_(document_ids)))}
    replace(connection, indexed, [{"document_id": name, "index": index} for name in document_ids if name in present])


def unmark(connection: Connection, document_ids: Sequence[str]) -> None:
    connection.execute(delete(indexed).where(indexed.c.document_id.in_(document_ids)))


def unmark_accounts(connection: Connection, account_ids: Sequence[str]) -> None:
    mine = select(documents.c.id).where(documents.c.account_id.in_(account_ids))
    connection.execute(delete(indexed).where(indexed.c.document_id.in_(mine)))


def _wanting(index: str, account_id: str | None) -> ColumnElement[bool]:
    held = exists().where(indexed.c.document_id == documents.c.id, indexed.c.index == index)
    wanting = and_(documents.c.replaced.is_(False), ~held)
    return wanting if account_id is None else and_(wanting, documents.c.account_id == account_id)
