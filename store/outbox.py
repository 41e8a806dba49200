"""Keeps what must reach others until it has: written with what it tells of, in one transaction, delivered later.

A message is never changed; each receiver's delivery of it has its own count of attempts, so that one receiver that is
down holds nobody else up.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, func, or_, select

from extractor.document import content_id
from store.database import put, replace
from store.tables import deliveries, outbox


@dataclass(frozen=True, slots=True)
class Announcement:
    """Something that happened to an account, in the form that receivers get. The same event has the same `key`."""

    kind: str
    account_id: str
    day: date
    content: dict[str, Any]

    @property
    def key(self) -> str:
        return content_id([self.kind, self.account_id, self.day.isoformat(), self.content])


@dataclass(frozen=True, slots=True)
class Delivery:
    """One announcement for one receiver; not delivered until `delivered` is set, not tried again before `next_at`."""

    key: str
    receiver: str
    kind: str
    account_id: str
    day: date
    content: dict[str, Any]
    attempts: int = 0
    next_at: datetime | None = None
    delivered: datetime | None = None
    error: str = ""


def enqueue(connection: Connection, announced: Iterable[Announcement]) -> int:
    """Keep what is new, in order; says how many were."""
    new = 0
    for item in announced:
        last = connection.execute(select(func.max(outbox.c.number))).scalar()
        row = {
            "key": item.key,
            "number": 0 if last is None else last + 1,
            "kind": item.kind,
            "account_id": item.account_id,
            "day": item.day,
            "content": item.content,
        }
        new += put(connection, outbox, [row])
    return new


def was_announced(connection: Connection, kind: str, day: date) -> bool:
    query = select(outbox.c.key).where(outbox.c.kind == kind, outbox.c.day == day)
    return connection.execute(query.limit(1)).first() is not None


def due(connection: Connection, receivers: Sequence[str], now: datetime, limit: int = 500) -> list[Delivery]:
    """What each receiver has not got and may be tried again, oldest first."""
    found: list[Delivery] = []
    for receiver in receivers:
        joined = outbox.outerjoin(deliveries, and_(deliveries.c.key == outbox.c.key, deliveries.c.receiver == receiver))
        waiting = and_(
            deliveries.c.delivered.is_(None), or_(deliveries.c.next_at.is_(None), deliveries.c.next_at <= now)
        )
        query = select(outbox, *_OF_DELIVERY).select_from(joined).where(waiting).order_by(outbox.c.number).limit(limit)
        found += [_delivery(row, receiver) for row in connection.execute(query)]
    return found


def all_deliveries(connection: Connection) -> list[Delivery]:
    """Every announcement with every receiver that was tried; one that nobody was tried for stands once, without."""
    joined = outbox.outerjoin(deliveries, deliveries.c.key == outbox.c.key)
    query = select(outbox, deliveries.c.receiver, *_OF_DELIVERY).select_from(joined)
    rows = connection.execute(query.order_by(outbox.c.number, deliveries.c.receiver))
    return [_delivery(row, row.receiver or "") for row in rows]


def keep_attempt(connection: Connection, delivery: Delivery) -> None:
    names = ("key", "receiver", "attempts", "next_at", "delivered", "error")
    replace(connection, deliveries, [{name: getattr(delivery, name) for name in names}])


_OF_DELIVERY = (deliveries.c.attempts, deliveries.c.next_at, deliveries.c.delivered, deliveries.c.error)


def _delivery(row: Row[Any], receiver: str) -> Delivery:
    return Delivery(
        row.key,
        receiver,
        row.kind,
        row.account_id,
        row.day,
        row.content,
        row.attempts or 0,
        row.next_at,
        row.delivered,
        row.error or "",
    )
