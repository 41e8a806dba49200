"""Which stored mails belong to one conversation, over everything ever imported."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from extractor.document import Source
from extractor.readers.mail.thread import Letter, threads
from store.tables import documents


def join_threads(connection: Connection, account_id: str) -> int:
    """Name the thread of each of the account's mails; says how many names changed.

    Called once an import, not once a mail: one pass over the account's envelopes, whose words are not read.
    """
    columns = (documents.c.id, documents.c.key, documents.c.title, documents.c.answers, documents.c.messages)
    query = select(*columns, documents.c.thread).where(
        documents.c.account_id == account_id,
        documents.c.source == Source.EMAIL.value,
        documents.c.replaced.is_(False),
    )
    mails = connection.execute(query).all()
    names = threads(_letter(row) for row in mails)
    changed = [{"mail": row.id, "name": names[row.key]} for row in mails if row.thread != names[row.key]]
    if changed:
        renaming = update(documents).where(documents.c.id == bindparam("mail")).values(thread=bindparam("name"))
        connection.execute(renaming, changed)
    return len(changed)


def _letter(row: Row[*tuple[Any, ...]]) -> Letter:
    """A mail's own moment is its first message's; what it forwards is older."""
    sent = row.messages[0][5] if row.messages else None
    return Letter(row.key, row.title, tuple(row.answers), datetime.fromisoformat(sent) if sent else None)
