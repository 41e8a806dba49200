"""Keeps each account's score of each day with its explanation."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, func, select

from store.actions import Action, action_from, actions_of, close_actions, open_action
from store.database import put
from store.tables import snapshots, standings

__all__ = [
    "Action",
    "Snapshot",
    "action_from",
    "actions_of",
    "close_actions",
    "drop_snapshot",
    "last_snapshot_day",
    "latest_snapshot",
    "open_action",
    "put_snapshot",
    "snapshots_of",
    "snapshots_on",
]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One account on one day. `points` and `coverage` in tenths; `basis` is the digest of everything that went in;
    `score` and `explanation` are the stored JSON of `Score` and `Explanation`.

    `band` is the one people act on: an override where one holds, else `computed`, the score's own.
    """

    account_id: str
    day: date
    points: int
    band: str
    coverage: int
    rulebook: str
    basis: str
    score: dict[str, Any]
    explanation: dict[str, Any]
    computed: str = ""
    divergent: bool = False


def put_snapshot(connection: Connection, snapshot: Snapshot) -> None:
    row = {name: getattr(snapshot, name) for name in Snapshot.__slots__}
    drop_snapshot(connection, snapshot.account_id, snapshot.day)
    put(connection, snapshots, [row])
    put(connection, standings, [_standing_row(snapshot)])


def drop_snapshot(connection: Connection, account_id: str, day: date) -> None:
    for table in (standings, snapshots):
        connection.execute(table.delete().where(table.c.account_id == account_id, table.c.day == day))


def latest_snapshot(connection: Connection, account_id: str, until: date | None = None) -> Snapshot | None:
    """The account's last snapshot, or its last up to and including a day."""
    query = select(snapshots).where(snapshots.c.account_id == account_id)
    if until is not None:
        query = query.where(snapshots.c.day <= until)
    row = connection.execute(query.order_by(snapshots.c.day.desc()).limit(1)).first()
    return _snapshot(row) if row is not None else None


def snapshots_of(connection: Connection, account_id: str) -> list[Snapshot]:
    query = select(snapshots).where(snapshots.c.account_id == account_id).order_by(snapshots.c.day)
    return [_snapshot(row) for row in connection.execute(query)]


def snapshots_on(connection: Connection, day: date | None = None) -> list[Snapshot]:
    """Each account's last snapshot up to a day."""
    latest = select(snapshots.c.account_id, func.max(snapshots.c.day).label("day"))
    if day is not None:
        latest = latest.where(snapshots.c.day <= day)
    last = latest.group_by(snapshots.c.account_id).subquery()
    query = select(snapshots).join(
        last, (last.c.account_id == snapshots.c.account_id) & (last.c.day == snapshots.c.day)
    )
    return [_snapshot(row) for row in connection.execute(query.order_by(snapshots.c.account_id))]


def last_snapshot_day(connection: Connection, account_id: str) -> date | None:
    query = select(func.max(snapshots.c.day)).where(snapshots.c.account_id == account_id)
    return connection.execute(query).scalar()


def _snapshot(row: Row[Any]) -> Snapshot:
    return Snapshot(**{name: getattr(row, name) for name in Snapshot.__slots__})


def _standing_row(snapshot: Snapshot) -> dict[str, Any]:
    told = snapshot.explanation
    after, overlay = told.get("after") or {}, told.get("overlay") or {}
    return {
        "account_id": snapshot.account_id,
        "day": snapshot.day,
        "points": snapshot.points,
        "low": round(10 * after.get("low", 0)),
        "high": round(10 * after.get("high", 0)),
        "coverage": snapshot.coverage,
        "band": snapshot.band,
        "computed": snapshot.computed,
        "assessed": overlay.get("assessed") or "",
        "sentence": told.get("sentence", ""),
    }
