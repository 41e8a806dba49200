"""What a detector's reading of a document came to, as kept: signals with evidence, refusals, who took part."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, select

from extractor.document import Role, Source, Span, Took
from extractor.signal import Claim, Evidence, Interaction, Reason, Rejection, Signal
from scoring.facts import Observation
from store.tables import detections, documents, evidence, interactions, rejections, signals


def observations_of(
    connection: Connection, account_id: str, only: Collection[str] | None = None
) -> tuple[Observation, ...]:
    """The account's signals from the current reading of each present document; all of them, or `only` those named."""
    wanted: dict[str, Any] = {"account": account_id}
    found, cited = _EVERY
    if only is not None:
        wanted["only"] = list(only)
        found, cited = _ONLY
    rows = connection.execute(found, wanted).all()
    quotes = _quotes(connection, cited, wanted)
    return tuple(_observation(row, quotes.get(row.id, ())) for row in rows if row.observed_at or row.known_at)


def current_signals_named(connection: Connection, start: str, most: int = 2) -> list[tuple[str, str]]:
    """Account and id of the signals of current readings whose id begins so, by the index on ids.

    `start` ends within the hexadecimal digits of an id, of which none sorts behind `f` in any collation.
    """
    query = (
        select(signals.c.account_id, signals.c.id)
        .join(documents, documents.c.id == signals.c.document_id)
        .join(
            detections,
            (detections.c.document_id == signals.c.document_id) & (detections.c.extractor == signals.c.extractor),
        )
        .where(signals.c.id >= start, signals.c.id < f"{start}g")
        .where(documents.c.replaced.is_(False), detections.c.current.is_(True))
        .order_by(signals.c.id)
        .limit(most)
    )
    return [(row.account_id, row.id) for row in connection.execute(query)]


def interactions_of(connection: Connection, account_id: str) -> tuple[Interaction, ...]:
    rows = connection.execute(_INTERACTIONS, {"account": account_id}).all()
    return tuple(
        Interaction(
            row.document_id, row.address, row.name, Role(row.role), Took(row.took), row.at, row.thread, row.known_at
        )
        for row in rows
    )


def rejections_of(connection: Connection, account_id: str) -> Iterator[Rejection]:
    return (rejection for _, rejection in numbered_rejections(connection, account_id))


def numbered_rejections(connection: Connection, account_id: str) -> Iterator[tuple[int, Rejection]]:
    """Each with its number among those of its document and engine, which it keeps."""
    query = (
        select(rejections)
        .join(documents, documents.c.id == rejections.c.document_id)
        .where(documents.c.account_id == account_id)
        .order_by(rejections.c.document_id, rejections.c.extractor, rejections.c.number)
    )
    for row in connection.execute(query):
        claim = Claim(row.type, row.quote, row.severity, row.confidence, row.message)
        yield row.number, Rejection(row.document_id, claim, Reason(row.reason), row.extractor, row.detail)


def signals_in(connection: Connection, document_id: str) -> list[Signal]:
    """Every signal of one document with its evidence, from whichever reading."""
    mine = signals.c.document_id == document_id
    return list(_signals(connection, select(signals).where(mine), select(evidence, signals.c.document_id).where(mine)))


def quotes_of(connection: Connection, document_id: str) -> set[str]:
    """Every stretch of the document that a signal or a refused claim quotes."""
    refused = connection.execute(select(rejections.c.quote).where(rejections.c.document_id == document_id))
    found = {item.quote for signal in signals_in(connection, document_id) for item in signal.evidence}
    return {quote for quote in found | set(refused.scalars()) if quote.strip()}


def all_signals(connection: Connection) -> Iterator[Signal]:
    """Every stored signal with its evidence, for `verify`."""
    yield from _signals(connection, select(signals), select(evidence, signals.c.document_id))


def _signals(connection: Connection, query: Select[Any], quoted: Select[Any]) -> Iterator[Signal]:
    quotes = _quotes(connection, _cited(quoted))
    for row in connection.execute(query.order_by(signals.c.id)):
        yield Signal(
            row.id, row.document_id, row.type, row.severity, row.confidence, quotes.get(row.id, ()), row.extractor
        )


def signal_row(signal: Signal, subject: str, account_id: str) -> dict[str, Any]:
    return {
        "id": signal.id,
        "document_id": signal.document_id,
        "account_id": account_id,
        "subject": subject,
        "type": signal.type,
        "severity": signal.severity,
        "confidence": signal.confidence,
        "extractor": signal.extractor,
        "observed_at": signal.observed_at,
    }


def evidence_row(signal: Signal, number: int, item: Evidence) -> dict[str, Any]:
    return {
        "signal_id": signal.id,
        "number": number,
        "message": item.message,
        "start": item.span.start,
        "end": item.span.end,
        "quote": item.quote,
        "speaker": item.speaker,
        "role": item.role.value,
        "at": item.at,
    }


def _cited(query: Select[Any]) -> Select[Any]:
    """The evidence of the signals that a query over `evidence` and their documents picks."""
    joined = query.join(signals, signals.c.id == evidence.c.signal_id)
    return joined.order_by(evidence.c.signal_id, evidence.c.number)


def _current(*which: ColumnElement[bool]) -> tuple[Select[Any], Select[Any]]:
    """An account's signals in force with what scoring knows of their documents, and their evidence."""
    mine = signals.c.account_id == bindparam("account"), *which
    document = documents.c.thread, documents.c.source, documents.c.title, documents.c.known_at, documents.c.last_at
    read = (detections.c.document_id == signals.c.document_id) & (detections.c.extractor == signals.c.extractor)
    query = (
        select(signals, *document)
        .join(documents, documents.c.id == signals.c.document_id)
        .join(detections, read)
        .where(*mine, documents.c.replaced.is_(False), detections.c.current.is_(True))
        .order_by(signals.c.id)
    )
    return query, _cited(select(evidence, signals.c.document_id).where(*mine))


_EVERY = _current()
_ONLY = _current(signals.c.id.in_(bindparam("only", expanding=True)))
_INTERACTIONS = (
    select(interactions, documents.c.thread, documents.c.known_at)
    .join(documents, documents.c.id == interactions.c.document_id)
    .where(interactions.c.account_id == bindparam("account"), documents.c.replaced.is_(False))
    .order_by(interactions.c.at, interactions.c.document_id, interactions.c.number)
)
"""Statements of one account, made once: making one takes several times as long as a small answer to it."""


def _quotes(
    connection: Connection, cited: Select[Any], wanted: Mapping[str, Any] | None = None
) -> dict[str, tuple[Evidence, ...]]:
    """Evidence by signal."""
    found: dict[str, list[Evidence]] = {}
    for row in connection.execute(cited, wanted).all():
        found.setdefault(row.signal_id, []).append(_evidence(row))
    return {signal_id: tuple(quotes) for signal_id, quotes in found.items()}


def _evidence(row: Any) -> Evidence:
    span = Span(row.start, row.end)
    return Evidence(row.document_id, row.message, span, row.quote, row.speaker, Role(row.role), row.at)


def _observation(row: Any, quotes: tuple[Evidence, ...]) -> Observation:
    signal = Signal(row.id, row.document_id, row.type, row.severity, row.confidence, quotes, row.extractor)
    known_at = max(moment for moment in (row.known_at, row.observed_at) if moment is not None)
    return Observation(signal, row.subject, row.thread, Source(row.source), row.title, known_at)
