"""What the nightly job keeps and what people do about it: scored days, actions, overrides, messages to send, runs."""

from __future__ import annotations

from sqlalchemy import Boolean, Column, Date, ForeignKey, Index, Integer, String, Table, Text, text

from store.tables.base import Moment, Structure, metadata

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

standings = Table(
    "standings",
    metadata,
    Column("account_id", ForeignKey("accounts.id"), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("points", Integer, nullable=False),
    Column("low", Integer, nullable=False),
    Column("high", Integer, nullable=False),
    Column("coverage", Integer, nullable=False),
    Column("band", String, nullable=False),
    Column("computed", String, nullable=False),
    Column("assessed", String, nullable=False),
    Column("sentence", Text, nullable=False),
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
