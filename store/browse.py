"""Looks at many accounts at once, or at one thing by its id, without loading what a page does not show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from sys import maxsize
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Text, and_, bindparam, cast, func, or_, select

from extractor.document import Role, Span
from extractor.signal import Evidence, Signal
from scoring.facts import Account
from store.accounts import account_from
from store.snapshots import Action, action_from
from store.standings import Owners, owned_by
from store.tables import accounts, actions, detections, documents, evidence, quarantine, signals, snapshots


@dataclass(frozen=True, slots=True)
class Point:
    """One scored day; amounts in tenths."""

    day: date
    points: int
    band: str
    coverage: int


class Pending(NamedTuple):
    """A running action as far as a list of many is sorted by it."""

    id: str
    account_id: str
    account: str
    owner: str
    due: date
    state: str
    snoozed_until: date | None
    touched: date | None


class Due(NamedTuple):
    """An action as far as a list by due day needs it."""

    id: str
    due: date


@dataclass(frozen=True, slots=True)
class Paper:
    """A stored document without its text."""

    id: str
    account_id: str
    source: str
    title: str
    thread: str
    origin: str
    first_at: datetime | None
    last_at: datetime | None
    replaced: bool


@dataclass(frozen=True, slots=True)
class Sighting:
    """A signal of any reading of a document; `current` ones count towards the score."""

    signal: Signal
    subject: str
    current: bool


_ACCOUNT = select(accounts).where(accounts.c.id == bindparam("account"))
_MINE = snapshots.c.account_id == bindparam("account"), snapshots.c.day <= bindparam("until")
_EXPLANATION = select(snapshots.c.explanation).where(*_MINE).order_by(snapshots.c.day.desc()).limit(1)
_EXPLANATION_TEXT = _EXPLANATION.with_only_columns(cast(snapshots.c.explanation, Text))
_HISTORIES = (
    select(snapshots.c.account_id, snapshots.c.day, snapshots.c.points, snapshots.c.band, snapshots.c.coverage)
    .where(
        snapshots.c.account_id.in_(bindparam("accounts", expanding=True)),
        snapshots.c.day.between(bindparam("since"), bindparam("until")),
    )
    .order_by(snapshots.c.account_id, snapshots.c.day)
)
_PAPERS = (
    select(*(documents.c[name] for name in Paper.__slots__))
    .where(documents.c.account_id == bindparam("account"))
    .order_by(documents.c.last_at.desc().nulls_last(), documents.c.id)
    .limit(bindparam("most"))
)


def accounts_for(connection: Connection, owners: Owners, only: Collection[str] | None = None) -> list[Account]:
    """By id; `only` names those that are wanted."""
    query = select(accounts).where(owned_by(owners, only)).order_by(accounts.c.id)
    return [account_from(row) for row in connection.execute(query)]


def account_for(connection: Connection, account_id: str, owners: Owners) -> Account | None:
    """None for an account that does not exist and for one that is somebody else's, alike."""
    row = connection.execute(_ACCOUNT, {"account": account_id}).first()
    if row is None or (owners and row.owner.lower() not in {owner.lower() for owner in owners}):
        return None
    return account_from(row)


def actions_for(
    connection: Connection, owners: Owners, running_on: date | None = None, only: Collection[str] | None = None
) -> dict[str, list[Action]]:
    """Each account's actions by due day: all of them, or those that run on a day; `only` names accounts."""
    query = select(actions).join(accounts, accounts.c.id == actions.c.account_id).where(owned_by(owners, only))
    if running_on is not None:
        query = query.where(_runs_on(running_on))
    found: dict[str, list[Action]] = {}
    for row in connection.execute(query.order_by(actions.c.due, actions.c.id)):
        found.setdefault(row.account_id, []).append(action_from(row))
    return found


def pending_for(connection: Connection, owners: Owners, day: date) -> list[Pending]:
    """Every action that runs on a day, without what only its own line tells."""
    known = actions.c
    query = (
        select(known.id, accounts.c.id, accounts.c.name, *(known[name] for name in Pending._fields[3:]))
        .join(accounts, accounts.c.id == known.account_id)
        .where(owned_by(owners), _runs_on(day))
    )
    return [Pending._make(row) for row in connection.execute(query)]


def actions_due(connection: Connection, owners: Owners, due_by: date | None = None, *, open_only: bool) -> list[Due]:
    """Every action that was ever opened, or those still running, in no order."""
    known = actions.c
    query = select(known.id, known.due).join(accounts, accounts.c.id == known.account_id).where(owned_by(owners))
    if open_only:
        query = query.where(known.closed.is_(None))
    if due_by is not None:
        query = query.where(known.due <= due_by)
    return [Due._make(row) for row in connection.execute(query)]


def actions_named(connection: Connection, ids: Collection[str]) -> dict[str, Action]:
    rows = connection.execute(select(actions).where(actions.c.id.in_(ids)))
    return {row.id: action_from(row) for row in rows}


def _runs_on(day: date) -> ColumnElement[bool]:
    return and_(actions.c.opened <= day, or_(actions.c.closed.is_(None), actions.c.closed > day))


def histories(
    connection: Connection, account_ids: Iterable[str], since: date | None = None, until: date | None = None
) -> dict[str, list[Point]]:
    """The scored days of each account, oldest first."""
    wanted = {"accounts": list(account_ids), "since": since or date.min, "until": until or date.max}
    found: dict[str, list[Point]] = {}
    for account_id, *rest in connection.execute(_HISTORIES, wanted):
        found.setdefault(account_id, []).append(Point(*rest))
    return found


def explanation_on(connection: Connection, account_id: str, day: date | None) -> dict[str, Any] | None:
    """The stored explanation of the last scored day up to `day`, as it was kept."""
    return connection.execute(_EXPLANATION, {"account": account_id, "until": day or date.max}).scalar()


def explanation_text(connection: Connection, account_id: str, day: date | None) -> str | None:
    """The same as JSON text, for who passes it on or reads it in one go."""
    return connection.execute(_EXPLANATION_TEXT, {"account": account_id, "until": day or date.max}).scalar()


def last_day(connection: Connection) -> date | None:
    return connection.execute(select(func.max(snapshots.c.day))).scalar()


def papers_of(connection: Connection, account_id: str, most: int | None = None) -> list[Paper]:
    """The account's documents, newest first."""
    return [Paper(*row) for row in connection.execute(_PAPERS, {"account": account_id, "most": most or maxsize})]


def account_of_document(connection: Connection, document_id: str) -> str | None:
    return connection.execute(select(documents.c.account_id).where(documents.c.id == document_id)).scalar()


def document_of_signal(connection: Connection, signal_id: str) -> str | None:
    return connection.execute(select(signals.c.document_id).where(signals.c.id == signal_id)).scalar()


def sightings(connection: Connection, document_id: str) -> list[Sighting]:
    """Every signal that any reading found in a document, in reading order."""
    return sightings_in(connection, [document_id]).get(document_id, [])


def sightings_in(connection: Connection, document_ids: Sequence[str]) -> dict[str, list[Sighting]]:
    """The same of several documents at once."""
    read = (detections.c.document_id == signals.c.document_id) & (detections.c.extractor == signals.c.extractor)
    query = select(signals, detections.c.current).join(detections, read)
    rows = connection.execute(query.where(signals.c.document_id.in_(document_ids))).all()
    quotes: dict[str, list[Evidence]] = {}
    cited = select(evidence, signals.c.document_id).join(signals, signals.c.id == evidence.c.signal_id)
    cited = cited.where(signals.c.document_id.in_(document_ids)).order_by(evidence.c.signal_id, evidence.c.number)
    for row in connection.execute(cited):
        span = Span(row.start, row.end)
        found = Evidence(row.document_id, row.message, span, row.quote, row.speaker, Role(row.role), row.at)
        quotes.setdefault(row.signal_id, []).append(found)
    seen: dict[str, list[Sighting]] = {}
    for row in rows:
        cites = tuple(quotes.get(row.id, ()))
        signal = Signal(row.id, row.document_id, row.type, row.severity, row.confidence, cites, row.extractor)
        seen.setdefault(row.document_id, []).append(Sighting(signal, row.subject, row.current))
    return {document_id: sorted(found, key=_reading_order) for document_id, found in seen.items()}


def _reading_order(seen: Sighting) -> tuple[Span, str]:
    return seen.signal.evidence[0].span if seen.signal.evidence else Span(0, 0), seen.signal.type


def count_held(connection: Connection) -> int:
    return int(connection.execute(select(func.count()).select_from(quarantine)).scalar_one())


def count_bands(connection: Connection) -> dict[str, int]:
    """How many accounts stand in each band at their last scored day."""
    last = (
        select(snapshots.c.account_id, func.max(snapshots.c.day).label("day"))
        .group_by(snapshots.c.account_id)
        .subquery()
    )
    query = (
        select(snapshots.c.band, func.count())
        .join(last, (last.c.account_id == snapshots.c.account_id) & (last.c.day == snapshots.c.day))
        .group_by(snapshots.c.band)
        .order_by(snapshots.c.band)
    )
    return {row.band: row[1] for row in connection.execute(query)}
