"""What the whole store says about its engines: what they read, what was refused, what reviewers decided."""

from __future__ import annotations

from dataclasses import dataclass, replace

from sqlalchemy import Connection, func, select

from store.decisions import Spans, spans_from
from store.tables import decisions, detections, documents, rejections, signals


@dataclass(frozen=True, slots=True)
class Said:
    """One decision or retraction with the engine that found the signal; `extractor` is empty where the signal is gone."""

    id: str
    account_id: str
    signal_id: str
    type: str
    extractor: str
    author: str
    verdict: str
    to_type: str
    retracts: str
    document_key: str
    spans: Spans


@dataclass(frozen=True, slots=True)
class Reading:
    """How many documents an engine left in one state; only those of a current reading count towards scores."""

    extractor: str
    outcome: str
    current: int
    documents: int


def decisions_said(connection: Connection) -> list[Said]:
    """Every decision, oldest first."""
    query = (
        select(
            decisions.c.id,
            decisions.c.account_id,
            decisions.c.signal_id,
            decisions.c.type,
            func.coalesce(signals.c.extractor, ""),
            decisions.c.author,
            decisions.c.verdict,
            decisions.c.to_type,
            decisions.c.retracts,
            decisions.c.document_key,
            decisions.c.spans,
        )
        .join_from(decisions, signals, signals.c.id == decisions.c.signal_id, isouter=True)
        .order_by(decisions.c.at, decisions.c.retracts, decisions.c.id)
    )
    return [replace(Said(*row), spans=spans_from(row.spans)) for row in connection.execute(query)]


def readings(connection: Connection) -> list[Reading]:
    query = (
        select(
            detections.c.extractor,
            detections.c.outcome,
            func.count().filter(detections.c.current.is_(True)),
            func.count(),
        )
        .join(documents, documents.c.id == detections.c.document_id)
        .where(documents.c.replaced.is_(False))
        .group_by(detections.c.extractor, detections.c.outcome)
        .order_by(detections.c.extractor, detections.c.outcome)
    )
    return [Reading(*row) for row in connection.execute(query)]


def never_read(connection: Connection) -> int:
    """Documents that no engine has a current reading of."""
    read = select(detections.c.document_id).where(detections.c.current.is_(True))
    query = select(func.count()).select_from(documents)
    return int(
        connection.execute(query.where(documents.c.replaced.is_(False), documents.c.id.not_in(read))).scalar_one()
    )


def count_signals(connection: Connection) -> dict[str, int]:
    """By engine, of every reading that is kept."""
    query = select(signals.c.extractor, func.count()).group_by(signals.c.extractor)
    return {row[0]: row[1] for row in connection.execute(query)}


def refusals(connection: Connection) -> dict[str, dict[str, int]]:
    """Refused claims by engine and reason."""
    query = select(rejections.c.extractor, rejections.c.reason, func.count())
    found: dict[str, dict[str, int]] = {}
    for extractor, reason, count in connection.execute(query.group_by(rejections.c.extractor, rejections.c.reason)):
        found.setdefault(extractor, {})[reason] = count
    return found
