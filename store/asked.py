"""Keeps what reviewers are asked about: one row for each signal in force that does not only repeat another.

The rows follow from what else is stored and are brought up to date with every change of that, so that the queue is read
by an index however many signals there are. What a decision is about is told by `Review.is_about` alone, so that a new
reading of a document does not ask again about what was decided.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, or_, select, update

from scoring.doubt import doubt
from scoring.facts import unretracted
from store.database import put
from store.decisions import reviews_of
from store.signals import observations_of
from store.tables import asked, copies, detections, documents, looks, signals

Looks = set[tuple[str, str]]
"""Pairs of a signal and of a decision that holds and is about it, or about a copy of it."""


def ask(connection: Connection, account_id: str, document_ids: Collection[str] | None = None) -> None:
    """Bring what is asked about the account's signals, or about those of some documents, to what is stored now."""
    mine = signals.c.account_id == account_id
    if document_ids is not None:
        mine = and_(mine, signals.c.document_id.in_(document_ids))
    wanted = _wanted(connection, mine)
    had = _asked(connection, mine)
    gone = [signal_id for signal_id in had if signal_id not in wanted]
    connection.execute(delete(asked).where(asked.c.signal_id.in_(gone)))
    found = _looks(connection, account_id, wanted, everything=document_ids is None)
    decided = {signal_id for signal_id, _ in found}
    rows = [row | {"decided": signal_id in decided} for signal_id, row in wanted.items() if signal_id not in had]
    put(connection, asked, rows)
    for state in (False, True):
        turned = [s for s, was in had.items() if s in wanted and (s in decided) is state and was is not state]
        if turned:
            connection.execute(update(asked).where(asked.c.signal_id.in_(turned)).values(decided=state))
    _keep_looks(connection, [s for s, was in had.items() if was and s in wanted], found)


def _wanted(connection: Connection, mine: ColumnElement[bool]) -> dict[str, dict[str, Any]]:
    read = and_(detections.c.document_id == signals.c.document_id, detections.c.extractor == signals.c.extractor)
    query = (
        select(signals.c.id, signals.c.account_id, signals.c.type, signals.c.severity, signals.c.confidence)
        .join(documents, documents.c.id == signals.c.document_id)
        .join(detections, read)
        .where(mine, documents.c.replaced.is_(False), detections.c.current.is_(True))
        .where(or_(signals.c.observed_at.is_not(None), documents.c.known_at.is_not(None)))
        .where(~exists().where(copies.c.signal_id == signals.c.id))
    )
    return {
        row.id: {
            "signal_id": row.id,
            "account_id": row.account_id,
            "type": row.type,
            "doubt": doubt(row.severity, row.confidence),
        }
        for row in connection.execute(query)
    }


def _asked(connection: Connection, mine: ColumnElement[bool]) -> dict[str, bool]:
    query = select(asked.c.signal_id, asked.c.decided).join(signals, signals.c.id == asked.c.signal_id).where(mine)
    return {row.signal_id: row.decided for row in connection.execute(query)}


def _looks(connection: Connection, account_id: str, wanted: Mapping[str, Any], *, everything: bool) -> Looks:
    reviews = unretracted(reviews_of(connection, account_id))
    if not reviews or not wanted:
        return set()
    repeated = select(copies.c.signal_id, copies.c.original_id).where(copies.c.account_id == account_id)
    originals = {copy: original for copy, original in connection.execute(repeated).all() if original in wanted}
    alike = {**{signal_id: signal_id for signal_id in wanted}, **originals}
    seen = observations_of(connection, account_id, None if everything else alike.keys())
    return {(alike[o.signal.id], r.id) for o in seen if o.signal.id in alike for r in reviews if r.is_about(o)}


def _keep_looks(connection: Connection, had: Collection[str], found: Looks) -> None:
    kept: Looks = set()
    if had:
        query = select(looks.c.signal_id, looks.c.decision_id).where(looks.c.signal_id.in_(had))
        kept = {(row.signal_id, row.decision_id) for row in connection.execute(query)}
    for signal_id, decision_id in kept - found:
        connection.execute(delete(looks).where(looks.c.signal_id == signal_id, looks.c.decision_id == decision_id))
    put(connection, looks, _rows(found - kept))


def _rows(found: Looks) -> Iterable[dict[str, str]]:
    return ({"signal_id": signal_id, "decision_id": decision_id} for signal_id, decision_id in sorted(found))
