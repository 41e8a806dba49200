"""Who may do what and who did: keys, sessions, the audit trail, jobs asked for over HTTP."""

from __future__ import annotations

from sqlalchemy import Column, ForeignKey, Index, Integer, String, Table, Text

from store.tables.base import Moment, Structure, metadata

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
