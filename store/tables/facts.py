"""What is known of accounts beside words: their descriptions, people, tickets, measured values, assessments, outcomes."""

from __future__ import annotations

from sqlalchemy import Column, Date, Float, ForeignKey, Integer, String, Table, Text

from store.tables.base import Moment, Structure, metadata

accounts = Table(
    "accounts",
    metadata,
    Column("id", String, primary_key=True),
    Column("name", String, nullable=False),
    Column("segment", String, nullable=False),
    Column("industry", String, nullable=False),
    Column("product", String, nullable=False, server_default=""),
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

contact_versions = Table(
    "contact_versions",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("address", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("known_at", Moment),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("job_title", String, nullable=False),
)

tickets = Table(
    "tickets",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("key", String, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("opened", Moment, nullable=False),
    Column("closed", Moment),
    Column("known_at", Moment),
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
