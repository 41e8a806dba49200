"""What detectors found in documents, what was refused, and what reviewers said of it."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Float, ForeignKey, Index, Integer, String, Table, Text

from store.tables.base import Moment, Structure, metadata

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

copies = Table(
    "copies",
    metadata,
    Column("signal_id", ForeignKey("signals.id"), primary_key=True),
    Column("original_id", ForeignKey("signals.id"), nullable=False, index=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
)

asked = Table(
    "asked",
    metadata,
    Column("signal_id", ForeignKey("signals.id"), primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False),
    Column("type", String, nullable=False),
    Column("doubt", Float, nullable=False),
    Column("decided", Boolean, nullable=False),
    Index(None, "decided", "type", "doubt", "signal_id"),
    Index(None, "account_id", "decided", "type"),
)

looks = Table(
    "looks",
    metadata,
    Column("signal_id", ForeignKey("asked.signal_id", ondelete="CASCADE"), primary_key=True),
    Column("decision_id", String, primary_key=True),
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

decisions = Table(
    "decisions",
    metadata,
    Column("id", String, primary_key=True),
    Column("account_id", ForeignKey("accounts.id"), nullable=False, index=True),
    Column("document_key", String, nullable=False),
    Column("signal_id", String, nullable=False, index=True),
    Column("type", String, nullable=False),
    Column("spans", Structure, nullable=False),
    Column("verdict", String, nullable=False),
    Column("to_type", String, nullable=False),
    Column("to_severity", Integer, nullable=False),
    Column("to_spans", Structure, nullable=False),
    Column("at", Moment, nullable=False),
    Column("author", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("retracts", String, nullable=False, server_default=""),
    Index(None, "author", "at"),
)
