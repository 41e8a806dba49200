"""Erases an account, or one person from everything kept of others: row by row, in every table there is."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import JSON, ColumnElement, Connection, String, Table, and_, delete, func, insert, or_, select, update

from extractor.document import Span
from extractor.erasing.person import Person, Redaction
from extractor.erasing.traces import Traces
from extractor.signal import Evidence, Signal, make_signal
from store.asked import ask
from store.decisions import reviews_of
from store.documents import row_of
from store.indexed import unmark
from store.recording import add_review
from store.signals import evidence_row, signal_row, signals_in
from store.tables import (
    accounts,
    asked,
    copies,
    decisions,
    detections,
    documents,
    evidence,
    interactions,
    metadata,
    rejections,
    signals,
)

_KEPT = frozenset({"audit", "runs", "jobs", "keys", "sessions", "links", "attempts", "quarantine"})
"""Who did what, and what never found its account: belongs to no account, so words are taken out of it instead."""
_SEALED = frozenset({"audit", "keys", "sessions", "links", "attempts", "documents", "evidence", "indexed"})
"""The log is sealed and holds ids alone, documents are rewritten with their evidence, the rest is about those who sign in."""

TracesFor = Callable[[str], Traces]
"""What gives somebody away in a row of that account; "" for rows of none."""


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


def erase_documents(connection: Connection, document_ids: Sequence[str]) -> None:
    """The documents, everything that was found in them, and what reviewers said of that."""
    found = [row.id for row in connection.execute(select(signals.c.id).where(signals.c.document_id.in_(document_ids)))]
    connection.execute(delete(decisions).where(decisions.c.signal_id.in_(found)))
    told_of = select(documents.c.account_id).where(documents.c.id.in_(document_ids)).distinct()
    account_ids = list(connection.execute(told_of).scalars())
    for table in reversed(metadata.sorted_tables):
        condition = _rests_on(table, document_ids)
        if condition is not None:
            connection.execute(delete(table).where(condition))
    for account_id in account_ids:
        ask(connection, account_id)


def owned_accounts(connection: Connection, address: str) -> list[str]:
    """Ids of the accounts whose CSM has this address."""
    query = select(accounts.c.id).where(func.lower(accounts.c.owner) == address.lower())
    return [row.id for row in connection.execute(query.order_by(accounts.c.id))]


def forget_person(connection: Connection, person: Person, account_ids: frozenset[str]) -> None:
    """Take them off the lists of contacts and of who was there."""
    naming = [t for t in metadata.sorted_tables if {"account_id", "name", "address"} <= set(t.c.keys())]
    for table in naming:
        mine = table.c.account_id.in_(account_ids)
        for name, address in connection.execute(select(table.c.name, table.c.address).where(mine).distinct()).all():
            if person.is_called(name, address):
                same = (table.c.address == address) if address is not None else table.c.address.is_(None)
                connection.execute(delete(table).where(mine, table.c.name == name, same))


def rewrite_document(connection: Connection, old_id: str, redaction: Redaction) -> int:
    """Put the redacted document where the old one stood, with what was found in it; says how many signals went."""
    old = connection.execute(select(documents).where(documents.c.id == old_id)).one()
    row = row_of(redaction.document, old.account_id, old.known_at) | {"replaced": old.replaced}
    if redaction.document.id == old_id:  # only who received it and where it came from
        connection.execute(update(documents).where(documents.c.id == old_id).values(row))
        return 0
    connection.execute(insert(documents).values(row))
    unmark(connection, [old_id])
    names: dict[str, str] = {}
    before = signals_in(connection, old_id)
    subjects = dict(
        connection.execute(select(signals.c.id, signals.c.subject).where(signals.c.document_id == old_id)).all()
    )
    gone = [s.id for s in before]
    connection.execute(delete(copies).where(or_(copies.c.signal_id.in_(gone), copies.c.original_id.in_(gone))))
    connection.execute(delete(asked).where(asked.c.signal_id.in_(gone)))
    connection.execute(delete(evidence).where(evidence.c.signal_id.in_(gone)))
    connection.execute(delete(signals).where(signals.c.document_id == old_id))
    for table in (detections, interactions):
        connection.execute(update(table).where(table.c.document_id == old_id).values(document_id=row["id"]))
    for signal in before:
        kept = _moved(signal, redaction)
        if kept is not None:
            names[signal.id] = kept.id
            _put_signal(connection, kept, subjects[signal.id], old.account_id)
    _move_decisions(connection, old.account_id, {s.id for s in before}, names, redaction)
    _move_rejections(connection, old_id, redaction)
    connection.execute(delete(documents).where(documents.c.id == old_id))
    ask(connection, old.account_id)
    return len(before) - len(names)


def take_out(connection: Connection, traces_for: TracesFor, *, only_shared: bool = False) -> dict[str, int]:
    """Replace what gives somebody away in every other text of every table; how many rows changed, by table.

    `only_shared` leaves the rows of accounts as they are.
    """
    changed: dict[str, int] = {}
    for table in metadata.sorted_tables:
        if table.name not in _SEALED and (table.name in _KEPT or not only_shared):
            count = sum(_take_out_of(connection, table, traces_for))
            if count:
                changed[table.name] = count
    return changed


def _take_out_of(connection: Connection, table: Table, traces_for: TracesFor) -> list[bool]:
    keys = list(table.primary_key)
    texts = [c for c in table.columns if c not in keys and not c.foreign_keys and isinstance(c.type, String | JSON)]
    if not texts:
        return []
    account = table.c.id if table is accounts else table.c.get("account_id")
    waiting: list[tuple[ColumnElement[bool], dict[str, Any]]] = []
    for row in connection.execute(select(table)):
        values: dict[str, Any] = dict(row._mapping)  # noqa: SLF001  SQLAlchemy's public name for a row as a mapping
        traces = traces_for(values[account.name] if account is not None else "")
        new = {c.name: traces.out_of_all(values[c.name]) for c in texts if values[c.name] is not None}
        new = {name: value for name, value in new.items() if value != values[name]}
        if new:
            here = [key == values[key.name] for key in keys]
            waiting.append((and_(*here), new))
    return [connection.execute(update(table).where(where).values(new)).rowcount > 0 for where, new in waiting]


def _moved(signal: Signal, redaction: Redaction) -> Signal | None:
    """The signal with what others said, at its place in the new text; None where it rested on the person alone."""
    document = redaction.document
    kept: list[Evidence] = []
    for item in signal.evidence:
        span = redaction.moved(item.span) if item.message not in redaction.theirs else None
        message = document.message(item.message)
        if span is not None and message is not None:
            quote = span.of(document.text)
            kept.append(replace(item, document_id=document.id, span=span, quote=quote, speaker=message.speaker))
    if not kept:
        return None
    return make_signal(document.id, signal.type, signal.severity, signal.confidence, tuple(kept), signal.extractor)


def _put_signal(connection: Connection, signal: Signal, subject: str, account_id: str) -> None:
    row = signal_row(signal, subject, account_id)
    connection.execute(insert(signals).values(row))
    connection.execute(insert(evidence).values([evidence_row(signal, n, e) for n, e in enumerate(signal.evidence)]))


def _move_decisions(
    connection: Connection, account_id: str, mine: set[str], names: Mapping[str, str], redaction: Redaction
) -> None:
    """Decisions on what went go with it; the others follow their words."""
    for review in reviews_of(connection, account_id):
        if review.signal_id in mine:
            connection.execute(delete(decisions).where(decisions.c.id == review.id))
            if review.signal_id in names:
                spans, to_spans = (_all_moved(found, redaction) for found in (review.spans, review.to_spans))
                moved = replace(review, signal_id=names[review.signal_id], spans=spans, to_spans=to_spans)
                add_review(connection, moved)


def _all_moved(spans: tuple[tuple[int, int], ...], redaction: Redaction) -> tuple[tuple[int, int], ...]:
    moved = (redaction.moved(Span(start, end)) for start, end in spans)
    return tuple((span.start, span.end) for span in moved if span is not None)


def _move_rejections(connection: Connection, old_id: str, redaction: Redaction) -> None:
    """A refused claim stays where its words are plainly somebody else's."""
    text = redaction.document.text
    for row in connection.execute(select(rejections).where(rejections.c.document_id == old_id)).all():
        here = and_(*(key == getattr(row, key.name) for key in rejections.primary_key))
        if row.quote in text and row.message not in redaction.theirs:
            values = {"document_id": redaction.document.id, "detail": ""}
            connection.execute(update(rejections).where(here).values(values))
        else:
            connection.execute(delete(rejections).where(here))


def _rests_on(table: Table, document_ids: Sequence[str]) -> ColumnElement[bool] | None:
    """The documents' own rows, and rows that point at any such row."""
    if table is documents:
        return documents.c.id.in_(document_ids)
    conditions = [
        key.parent.in_(select(key.column).where(condition))
        for key in table.foreign_keys
        if (condition := _rests_on(key.column.table, document_ids)) is not None
    ]
    return or_(*conditions) if conditions else None


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
