"""The tables, the same in SQLite and PostgreSQL.

Everything derives from content and may be re-derived; only `runs` and what people and tools did hold the wall clock. Structured values that are
always read whole (messages of a document, lines of a score) are JSON.
"""

from store.tables.access import attempts, audit, jobs, keys, links, sessions
from store.tables.base import Moment, Structure, metadata
from store.tables.documents import documents, indexed, interactions, quarantine
from store.tables.facts import (
    account_versions,
    accounts,
    assessments,
    contact_versions,
    contacts,
    outcomes,
    readings,
    tickets,
)
from store.tables.operating import action_events, actions, deliveries, outbox, overrides, runs, snapshots, standings
from store.tables.signals import asked, copies, decisions, detections, evidence, looks, rejections, signals

__all__ = [
    "Moment",
    "Structure",
    "account_versions",
    "accounts",
    "action_events",
    "actions",
    "asked",
    "assessments",
    "attempts",
    "audit",
    "contact_versions",
    "contacts",
    "copies",
    "decisions",
    "deliveries",
    "detections",
    "documents",
    "evidence",
    "indexed",
    "interactions",
    "jobs",
    "keys",
    "links",
    "looks",
    "metadata",
    "outbox",
    "outcomes",
    "overrides",
    "quarantine",
    "readings",
    "rejections",
    "runs",
    "sessions",
    "signals",
    "snapshots",
    "standings",
    "tickets",
]
