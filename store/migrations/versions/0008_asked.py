"""What reviewers are asked about, kept in the order of the queue; how many somebody decided today, without reading all."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from alembic import op

from scoring.doubt import doubt
from store.tables import Structure

revision = "0008"
down_revision = "0007"
AT_ONCE = 200
"""Accounts whose signals are held in memory."""


def upgrade() -> None:
    op.create_table(
        "asked",
        sa.Column("signal_id", sa.String(), nullable=False),
        sa.Column("account_id", sa.String(), nullable=False),
        sa.Column("type", sa.String(), nullable=False),
        sa.Column("doubt", sa.Float(), nullable=False),
        sa.Column("decided", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"], name=op.f("fk_asked_account_id")),
        sa.ForeignKeyConstraint(["signal_id"], ["signals.id"], name=op.f("fk_asked_signal_id")),
        sa.PrimaryKeyConstraint("signal_id", name=op.f("pk_asked")),
    )
    op.create_table(
        "looks",
        sa.Column("signal_id", sa.String(), nullable=False),
        sa.Column("decision_id", sa.String(), nullable=False),
        sa.ForeignKeyConstraint(
            ["signal_id"], ["asked.signal_id"], name=op.f("fk_looks_signal_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("signal_id", "decision_id", name=op.f("pk_looks")),
    )
    op.create_index(op.f("ix_decisions_author_at"), "decisions", ["author", "at"], unique=False)
    bind = op.get_bind()
    looked = _looked(bind)
    for chunk in _chunks(sorted(row.id for row in bind.execute(sa.select(accounts.c.id)))):
        _ask(bind, chunk, {signal_id for signal_id, _ in looked})
    if looked:
        into = sa.table("looks", sa.column("signal_id"), sa.column("decision_id"))
        bind.execute(into.insert(), [{"signal_id": one, "decision_id": decision} for one, decision in sorted(looked)])
    queue = ["decided", "type", "doubt", "signal_id"]
    op.create_index(op.f("ix_asked_decided_type_doubt_signal_id"), "asked", queue, unique=False)
    op.create_index(op.f("ix_asked_account_id_decided_type"), "asked", ["account_id", "decided", "type"], unique=False)


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(column) for column in columns))


_OF_SIGNAL = ("id", "document_id", "account_id", "type", "severity", "confidence", "extractor", "observed_at")
accounts = _table("accounts", "id")
signals = _table("signals", *_OF_SIGNAL)
documents = sa.table("documents", *map(sa.column, ("id", "key", "known_at")), sa.column("replaced", sa.Boolean()))
detections = sa.table("detections", *map(sa.column, ("document_id", "extractor")), sa.column("current", sa.Boolean()))
copies = _table("copies", "signal_id", "original_id")
evidence = _table("evidence", "signal_id", "start", "end")
_OF_DECISION = ("id", "account_id", "document_key", "signal_id", "type", "retracts")
decisions = sa.table("decisions", *map(sa.column, _OF_DECISION), sa.column("spans", Structure))


def _ask(bind: sa.Connection, account_ids: Sequence[str], decided: set[str]) -> None:
    """About every signal in force that is no copy."""
    query = _in_force(signals.c.id, signals.c.account_id, signals.c.type, signals.c.severity, signals.c.confidence)
    query = query.where(signals.c.account_id.in_(account_ids), ~sa.exists().where(copies.c.signal_id == signals.c.id))
    rows = [
        {
            "signal_id": row.id,
            "account_id": row.account_id,
            "type": row.type,
            "doubt": doubt(row.severity, row.confidence),
            "decided": row.id in decided,
        }
        for row in bind.execute(query)
    ]
    into = sa.table("asked", *map(sa.column, ("signal_id", "account_id", "type", "doubt", "decided")))
    if rows:
        bind.execute(into.insert(), rows)


def _looked(bind: sa.Connection) -> set[tuple[str, str]]:
    """Which decisions hold, each with the original of every signal that it is about."""
    original = {row.signal_id: row.original_id for row in bind.execute(sa.select(copies))}
    said = bind.execute(sa.select(decisions)).all()
    taken_back = {row.retracts for row in said if row.retracts}
    query = _in_force(signals.c.id, evidence.c.start, evidence.c.end)
    query = query.join(evidence, evidence.c.signal_id == signals.c.id, isouter=True)
    found = set()
    for row in said:
        if not row.retracts and row.id not in taken_back:
            mine = signals.c.account_id == row.account_id
            same = sa.and_(signals.c.type == row.type, documents.c.key == row.document_key)
            for signal_id, start, end in bind.execute(query.where(mine, sa.or_(signals.c.id == row.signal_id, same))):
                met = start is not None and any(start < last and first < end for first, last in row.spans)
                if met or signal_id == row.signal_id:
                    found.add((original.get(signal_id, signal_id), row.id))
    return found


def _in_force(*columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    read = sa.and_(
        detections.c.document_id == signals.c.document_id,
        detections.c.extractor == signals.c.extractor,
        detections.c.current.is_(True),
    )
    return (
        sa.select(*columns)
        .select_from(signals)
        .join(documents, sa.and_(documents.c.id == signals.c.document_id, documents.c.replaced.is_(False)))
        .join(detections, read)
        .where(sa.or_(signals.c.observed_at.is_not(None), documents.c.known_at.is_not(None)))
    )


def _chunks(names: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(names), AT_ONCE):
        yield names[start : start + AT_ONCE]
