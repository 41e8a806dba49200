"""The tables, the same in SQLite and PostgreSQL.

Everything derives from content and may be re-derived; only `runs` and what people and tools did hold the wall clock. Structured values that are
always read whole (messages of a document, lines of a score) are JSON.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB


class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as naive UTC: SQLite has no zones and PostgreSQL would shift them by session."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        del dialect
        return value.astimezone(UTC).replace(tzinfo=None) if value is not None else None

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        del dialect
        return value.replace(tzinfo=UTC) if value is not None else None


Structure = JSON().with_variant(JSONB(), "postgresql")
"""A value read whole; in PostgreSQL as JSONB, since its plain JSON cannot be compared."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

accounts = Table(
    "accounts",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("segment", String, nullable=False),
    Column("industry", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("arr", Integer, nullable=False),
    Column("currency", String, nullable=False),
    Column("contract_start", Date),
    Column("renewal_date", Date),
    Column("licensed_seats", Integer),
    Column("domains", Structure, nullable=False),
)

account_versions = Table(
    "account_versions",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("known_at", Moment),
    Column("content", Structure, nullable=False),
)

contacts = Table(
    "contacts",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("address", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("job_title", String, nullable=False),
)

readings = Table(
    "readings",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("metric", String, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("value", Float, nullable=False),
    Column("known_at", Moment),
)

assessments = Table(
    "assessments",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("author", String, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("answers", Structure, nullable=False),
    Column("comment", Text, nullable=False),
    Column("known_at", Moment),
)

outcomes = Table(
    "outcomes",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("outcome", String, nullable=False),
    Column("arr_before", Integer),
    Column("arr_after", Integer),
)

documents = Table(
    "documents",
    metadata,
    Column("id", String, primary_key=True),
    Column("key", String, nullable=False, index=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("source", String, nullable=False),
    Column("title", Text, nullable=False),
    Column("thread", String, nullable=False),
    Column("answers", Structure, nullable=False, server_default="[]"),
    Column("text", Text, nullable=False),
    Column("messages", Structure, nullable=False),
    Column("excluded", Structure, nullable=False),
    Column("participants", Structure, nullable=False),
    Column("notes", Structure, nullable=False),
    Column("origin", Text, nullable=False),
    Column("first_at", Moment),
    Column("last_at", Moment),
    Column("known_at", Moment),
    Column("replaced", Boolean, nullable=False),
    Index(None, "account_id", "last_at"),
)

interactions = Table(
    "interactions",
    metadata,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("address", String),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("took", String, nullable=False),
    Column("at", Moment, nullable=False),
    Index(None, "account_id", "at"),
)

detections = Table(
    "detections",
    metadata,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("extractor", String, primary_key=True),
    Column("outcome", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("usage", Structure, nullable=False),
    Column("current", Boolean, nullable=False),
)

signals = Table(
    "signals",
    metadata,
    Column("id", String, primary_key=True),
    Column("document_id", ForeignKey("documents.id"), nullable=False, index=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("subject", String, nullable=False),
    Column("type", String, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("extractor", String, nullable=False),
    Column("observed_at", Moment),
    Index(None, "account_id", "observed_at"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("signal_id", ForeignKey("signals.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("message", String, nullable=False),
    Column("start", Integer, nullable=False),
    Column("end", Integer, nullable=False),
    Column("quote", Text, nullable=False),
    Column("speaker", String, nullable=False),
    Column("role", String, nullable=False),
    Column("at", Moment),
)

rejections = Table(
    "rejections",
    metadata,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("extractor", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("type", String, nullable=False),
    Column("quote", Text, nullable=False),
    Column("severity", Integer, nullable=False),
    Column("confidence", Float, nullable=False),
    Column("message", String),
    Column("reason", String, nullable=False, index=True),
    Column("detail", Text, nullable=False),
)

quarantine = Table(
    "quarantine",
    metadata,
    Column("id", String, primary_key=True),
    Column("origin", Text, nullable=False),
    Column("reason", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("candidates", Structure, nullable=False),
    Column("path", Text, nullable=False),
    Column("document_key", String, nullable=False),
)

snapshots = Table(
    "snapshots",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("points", Integer, nullable=False),
    Column("band", String, nullable=False),
    Column("computed", String, nullable=False),
    Column("divergent", Boolean, nullable=False),
    Column("coverage", Integer, nullable=False),
    Column("rulebook", String, nullable=False),
    Column("basis", String, nullable=False),
    Column("score", Structure, nullable=False),
    Column("explanation", Structure, nullable=False),
    Index(None, "day"),
)

actions = Table(
    "actions",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("reason", String, nullable=False),
    Column("play", String, nullable=False),
    Column("label", Text, nullable=False),
    Column("band", String, nullable=False),
    Column("owner", String, nullable=False),
    Column("opened", Date, nullable=False),
    Column("due", Date, nullable=False),
    Column("opened_by", Structure, nullable=False),
    Column("every_days", Integer, nullable=False),
    Column("steps", Structure, nullable=False),
    Column("overdue", Text, nullable=False),
    Column("state", String, nullable=False),
    Column("snoozed_until", Date),
    Column("escalated", Date),
    Column("touched", Date),
    Column("result", String, nullable=False),
    Column("closed", Date),
    Index(
        "uq_actions_one_open",
        "account_id",
        "reason",
        unique=True,
        sqlite_where=text("closed IS NULL"),
        postgresql_where=text("closed IS NULL"),
    ),
)

action_events = Table(
    "action_events",
    metadata,
    Column("action_id", ForeignKey("actions.id"), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("day", Date, nullable=False),
    Column("author", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("text", Text, nullable=False),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("document_key", String, nullable=False),
    Column("signal_id", String, nullable=False),
    Column("type", String, nullable=False),
    Column("spans", Structure, nullable=False),
    Column("verdict", String, nullable=False),
    Column("to_type", String, nullable=False),
    Column("to_severity", Integer, nullable=False),
    Column("to_spans", Structure, nullable=False),
    Column("at", Moment, nullable=False),
    Column("author", String, nullable=False),
    Column("reason", Text, nullable=False),
)

overrides = Table(
    "overrides",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("first", Date, nullable=False),
    Column("last", Date, nullable=False),
    Column("band", String, nullable=False),
    Column("author", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Moment, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("key", String, primary_key=True),
    Column("number", Integer, nullable=False, index=True),
    Column("kind", String, nullable=False),
    Column("account_id", String, nullable=False),
    Column("day", Date, nullable=False),
    Column("content", Structure, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    Column("key", ForeignKey("outbox.key"), primary_key=True),
    Column("receiver", String, primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Moment),
    Column("delivered", Moment),
    Column("error", Text, nullable=False),
)

runs = Table(
    "runs",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("job", String, nullable=False),
    Column("started", Moment, nullable=False),
    Column("ended", Moment),
    Column("report", Structure, nullable=False),
)

keys = Table(
    "keys",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("owners", Structure, nullable=False),
    Column("salt", String, nullable=False),
    Column("digest", String, nullable=False),
    Column("created", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
    Column("revoked", Moment),
)

links = Table(
    "links",
    metadata,
    Column("digest", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("owners", Structure, nullable=False),
    Column("expires", Moment, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("digest", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("owners", Structure, nullable=False),
    Column("key_id", ForeignKey("keys.id")),
    Column("csrf", String, nullable=False),
    Column("created", Moment, nullable=False),
    Column("seen", Moment, nullable=False),
    Column("expires", Moment, nullable=False),
)

attempts = Table(
    "attempts",
    metadata,
    Column("subject", String, primary_key=True),
    Column("failures", Integer, nullable=False),
    Column("first", Moment, nullable=False),
    Column("last", Moment, nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("at", Moment, nullable=False),
    Column("who", String, nullable=False),
    Column("role", String, nullable=False),
    Column("action", String, nullable=False),
    Column("subject", Text, nullable=False),
    Column("detail", Structure, nullable=False),
    Column("request", String, nullable=False),
    Column("chain", String, nullable=False),
    Index(None, "at"),
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),
    Column("who", String, nullable=False),
    Column("idempotency", String, unique=True),
    Column("digest", String, nullable=False),
    Column("state", String, nullable=False),
    Column("created", Moment, nullable=False),
    Column("ended", Moment),
    Column("report", Structure, nullable=False),
)
