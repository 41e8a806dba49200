"""Keeps which signals only repeat another, as last scored, so that nobody is asked twice about the same words.

Scores never read this; `scoring.copies` finds copies anew for every day.
"""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from store.asked import ask
from store.database import put
from store.tables import copies


def put_copies(connection: Connection, account_id: str, found: Mapping[str, str]) -> None:
    """All of an account's: the original of each copy, by signal ids."""
    mine = copies.c.account_id == account_id
    kept = {row.signal_id: row.original_id for row in connection.execute(select(copies).where(mine))}
    if kept != dict(found):
        connection.execute(copies.delete().where(mine))
        rows = [
            {"signal_id": one, "original_id": original, "account_id": account_id} for one, original in found.items()
        ]
        put(connection, copies, rows)
        ask(connection, account_id)


def original_of(connection: Connection, signal_id: str) -> str | None:
    """None for a signal that counts itself."""
    return connection.execute(select(copies.c.original_id).where(copies.c.signal_id == signal_id)).scalar()
