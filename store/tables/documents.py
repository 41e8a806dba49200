"""What was read, who took part, and what could not be read or matched."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, ForeignKey, Index, Integer, String, Table, Text

from store.tables.base import Moment, Structure, metadata

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

indexed = Table(
    "indexed",
    metadata,
    Column("document_id", ForeignKey("documents.id"), primary_key=True),
    Column("index", String, nullable=False),
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
