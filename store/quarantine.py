"""Keeps what could not be read or matched to an account, with the reason, until somebody has dealt with it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, select

from extractor.document import content_id
from store.database import put
from store.tables import quarantine


@dataclass(frozen=True, slots=True)
class Held:
    """`origin` names the file and the part of it; `candidates` are accounts that it might belong to.

    `document_key` is the document's, and of a recording that was refused its meeting's.
    """

    id: str
    origin: str
    reason: str
    detail: str
    candidates: tuple[str, ...]
    path: str
    document_key: str


def hold(
    connection: Connection,
    origin: str,
    reason: str,
    detail: str,
    path: str,
    candidates: Sequence[str] = (),
    key: str = "",
) -> bool:
    """Keep one row for each origin and reason, however often it is tried; says whether it is new."""
    row = {
        "id": content_id([origin, reason, key]),
        "origin": origin,
        "reason": reason,
        "detail": detail,
        "candidates": list(candidates),
        "path": path,
        "document_key": key,
    }
    return put(connection, quarantine, [row]) == 1


def held(connection: Connection) -> list[Held]:
    return _found(connection, select(quarantine))


def held_for(connection: Connection, key: str, reason: str) -> list[Held]:
    return _found(connection, select(quarantine).where(quarantine.c.document_key == key, quarantine.c.reason == reason))


def held_named(connection: Connection, held_id: str) -> Held | None:
    return next(iter(_found(connection, select(quarantine).where(quarantine.c.id == held_id))), None)


def _found(connection: Connection, query: Select[Any]) -> list[Held]:
    rows = connection.execute(query.order_by(quarantine.c.origin, quarantine.c.reason))
    return [
        Held(row.id, row.origin, row.reason, row.detail, tuple(row.candidates), row.path, row.document_key)
        for row in rows
    ]


def release(connection: Connection, held_id: str) -> None:
    connection.execute(quarantine.delete().where(quarantine.c.id == held_id))


def explain(connection: Connection, held_id: str, detail: str) -> None:
    connection.execute(quarantine.update().where(quarantine.c.id == held_id).values(detail=detail))


def release_origin(connection: Connection, origin: str, key: str) -> None:
    """Forget what was held of this part of a file, now that it is kept."""
    connection.execute(quarantine.delete().where(quarantine.c.origin == origin, quarantine.c.document_key == key))
