"""Signals that await a reviewer, over all accounts that the reviewer may see."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, and_, exists, func, not_, or_, select, true

from store.tables import accounts, copies, decisions, detections, documents, signals


@dataclass(frozen=True, slots=True)
class Waiting:
    """A signal of a current reading."""

    signal_id: str
    document_id: str
    account_id: str
    account_name: str
    type: str
    severity: int
    confidence: float


def waiting(
    connection: Connection, owners: Sequence[str], *, most: int, second_for: str | None = None
) -> list[Waiting]:
    """Undecided signals, the least certain first; with `second_for`, those that others decided and this one has not.

    Of words that reached us twice only the original is asked about; a decision on a copy decides it.
    """
    query = (
        select(
            signals.c.id,
            signals.c.document_id,
            signals.c.account_id,
            accounts.c.name,
            signals.c.type,
            signals.c.severity,
            signals.c.confidence,
        )
        .where(_awaits(second_for), _seen_by(owners))
        .order_by(func.abs(signals.c.confidence - 0.5), signals.c.severity.desc(), signals.c.id)
        .limit(most)
    )
    return [Waiting(*row) for row in connection.execute(_current(query))]


def count_waiting(connection: Connection, owners: Sequence[str], second_for: str | None = None) -> int:
    query = select(func.count()).where(_awaits(second_for), _seen_by(owners))
    return int(connection.execute(_current(query)).scalar_one())


def count_decided(connection: Connection, author: str, since: datetime) -> int:
    """How many decisions somebody made from a moment on, without those taken back."""
    query = select(func.count()).select_from(decisions).where(_holds(decisions))
    return int(connection.execute(query.where(decisions.c.author == author, decisions.c.at >= since)).scalar_one())


def _current(query: Select[Any]) -> Select[Any]:
    read = and_(
        detections.c.document_id == signals.c.document_id,
        detections.c.extractor == signals.c.extractor,
        detections.c.current.is_(True),
    )
    return (
        query.select_from(signals)
        .join(accounts, accounts.c.id == signals.c.account_id)
        .join(documents, and_(documents.c.id == signals.c.document_id, documents.c.replaced.is_(False)))
        .join(detections, read)
    )


def _awaits(second_for: str | None) -> ColumnElement[bool]:
    original = not_(exists().where(copies.c.signal_id == signals.c.id))
    if second_for is None:
        return and_(original, not_(_decided()))
    return and_(original, _decided(), not_(_decided(decisions.c.author == second_for)))


def _decided(*how: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether a decision on the signal or on a copy of it holds."""
    copied = exists().where(
        copies.c.original_id == signals.c.id, decisions.c.signal_id == copies.c.signal_id, _holds(decisions), *how
    )
    return or_(exists().where(decisions.c.signal_id == signals.c.id, _holds(decisions), *how), copied)


def _holds(decision: Table) -> ColumnElement[bool]:
    """Neither a retraction nor taken back by one; both are about the same signal, which is indexed."""
    later = decision.alias()
    taken_back = exists().where(later.c.signal_id == decision.c.signal_id, later.c.retracts == decision.c.id)
    return and_(decision.c.retracts == "", not_(taken_back))


def _seen_by(owners: Sequence[str]) -> ColumnElement[bool]:
    if not owners:
        return true()
    return or_(*(func.lower(accounts.c.owner) == owner.lower() for owner in owners))
