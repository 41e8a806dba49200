"""Erases an account: everything kept about it, in every table that points at it or at what it had."""

from __future__ import annotations

from sqlalchemy import ColumnElement, Connection, Table, delete, or_, select

from store.tables import accounts, metadata

_KEPT = frozenset({"audit", "runs", "jobs", "keys", "sessions", "links", "attempts", "quarantine"})
"""Who did what, and what never found its account; none holds an account's words."""


def erase_account(connection: Connection, account_id: str) -> dict[str, int]:
    """How many rows went, by table. Tables that a later release adds are found by what they point at."""
    gone: dict[str, int] = {}
    conditions = [(table, _belongs(table, account_id)) for table in reversed(metadata.sorted_tables)]
    for table, condition in conditions:
        if condition is not None and table.name not in _KEPT:
            count = connection.execute(delete(table).where(condition)).rowcount
            if count:
                gone[table.name] = count
    return gone


def _belongs(table: Table, account_id: str) -> ColumnElement[bool] | None:
    """Rows of the account itself, and rows that point at any such row."""
    if table is accounts:
        return accounts.c.id == account_id
    conditions: list[ColumnElement[bool]] = [table.c.account_id == account_id] if "account_id" in table.c else []
    for key in table.foreign_keys:
        owner = key.column.table
        condition = _belongs(owner, account_id) if owner not in {table, accounts} else None
        if condition is not None:
            conditions.append(key.parent.in_(select(key.column).where(condition)))
    return or_(*conditions) if conditions else None
