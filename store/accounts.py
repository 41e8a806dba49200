"""Keeps accounts, their people, their measured values and the CSM's assessments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, func, select, update

from scoring.facts import Account, Assessment, Contact, Reading
from store.database import of_account, put, replace
from store.tables import accounts, assessments, contacts, outcomes, readings, snapshots
from store.versions import keep_version

_ASSESSMENTS = of_account(assessments, assessments.c.day)
_OUTCOMES = of_account(outcomes, outcomes.c.day)
_HELD = update(accounts).where(accounts.c.id == bindparam("account")).values(name=accounts.c.name)


class ContractChange(NamedTuple):
    """A day on which a contract was renewed, cut, widened or lost; worth before and after where it was told."""

    day: date
    outcome: str
    before: int | None
    after: int | None


def hold_account(connection: Connection, account_id: str) -> None:
    """Wait for who is changing the account, and let nobody else change it until this transaction ends.

    To be called before anything of it is read or written, and before the audit log is: whoever did it the other way
    round could wait for each other for ever. It changes nothing; a lock of rows is what SQLite does not know.
    """
    connection.execute(_HELD, {"account": account_id})


def put_account(connection: Connection, account: Account, domains: Sequence[str], now: datetime | None = None) -> int:
    """Keep the account as it is described now; what it was before stays readable for the days before.

    The first description holds from the start; a different one holds from the moment it came, once days were scored.
    """
    changed = replace(connection, accounts, [{**asdict(account), "domains": list(domains)}])
    if changed:
        keep_version(connection, account, now or datetime.now(UTC))
    return changed


def put_readings(connection: Connection, rows: Iterable[tuple[str, Reading]], now: datetime | None = None) -> int:
    """Keep what is new or differs; what speaks of days already scored is known from now on, not before."""
    scored = _scored_until(connection)
    latest = _latest_readings(connection)
    new = []
    for account_id, reading in rows:
        key = (account_id, reading.metric, reading.day)
        kept = latest.get(key)
        if kept is None or kept[1] != reading.value:
            revision = kept[0] + 1 if kept else 0
            late = account_id in scored and reading.day <= scored[account_id]
            latest[key] = (revision, reading.value)
            known_at = (now or datetime.now(UTC)) if late else None
            new.append({"account_id": account_id, **asdict(reading), "revision": revision, "known_at": known_at})
    return put(connection, readings, new)


def put_assessment(connection: Connection, account_id: str, assessment: Assessment, now: datetime | None = None) -> int:
    """As `put_readings`: a changed assessment of the same day and author is a revision, never a replacement.

    Where another one took the number meanwhile, this one is compared with that and comes after it.
    """
    where = (
        assessments.c.account_id == account_id,
        assessments.c.day == assessment.day,
        assessments.c.author == assessment.author,
    )
    kept = connection.execute(select(assessments).where(*where).order_by(assessments.c.revision.desc())).first()
    if kept is not None and (dict(kept.answers), kept.comment) == (dict(assessment.answers), assessment.comment):
        return 0
    scored = _scored_until(connection).get(account_id)
    late = scored is not None and assessment.day <= scored
    row = {
        "account_id": account_id,
        "day": assessment.day,
        "author": assessment.author,
        "revision": kept.revision + 1 if kept is not None else 0,
        "answers": dict(assessment.answers),
        "comment": assessment.comment,
        "known_at": assessment.known_at or ((now or datetime.now(UTC)) if late else None),
    }
    return put(connection, assessments, [row]) or put_assessment(connection, account_id, assessment, now)


def put_outcome(connection: Connection, row: Mapping[str, Any]) -> int:
    return put(connection, outcomes, [row])


def all_accounts(connection: Connection) -> list[Account]:
    return [account_from(row) for row in connection.execute(select(accounts).order_by(accounts.c.id))]


def get_account(connection: Connection, account_id: str) -> Account | None:
    row = connection.execute(select(accounts).where(accounts.c.id == account_id)).first()
    return account_from(row) if row is not None else None


def domains_by_account(connection: Connection) -> dict[str, list[str]]:
    return {row.id: list(row.domains) for row in connection.execute(select(accounts.c.id, accounts.c.domains))}


def contacts_by_account(connection: Connection) -> dict[str, tuple[Contact, ...]]:
    people: dict[str, list[Contact]] = {}
    for row in connection.execute(select(contacts).order_by(contacts.c.account_id, contacts.c.address)):
        people.setdefault(row.account_id, []).append(Contact(row.address, row.name, row.role, row.job_title))
    return {account_id: tuple(found) for account_id, found in people.items()}


def readings_of(connection: Connection, account_id: str) -> tuple[Reading, ...]:
    query = (
        select(readings)
        .where(readings.c.account_id == account_id)
        .order_by(readings.c.day, readings.c.metric, readings.c.revision)
    )
    return tuple(Reading(row.metric, row.day, row.value, row.known_at) for row in connection.execute(query))


def assessments_of(connection: Connection, account_id: str) -> tuple[Assessment, ...]:
    rows = connection.execute(_ASSESSMENTS, {"account": account_id})
    return tuple(Assessment(row.day, row.author, dict(row.answers), row.comment, row.known_at) for row in rows)


def outcomes_of(connection: Connection, account_id: str) -> list[ContractChange]:
    """How the account's contract periods ended, oldest first."""
    rows = connection.execute(_OUTCOMES, {"account": account_id})
    return [ContractChange(row.day, row.outcome, row.arr_before, row.arr_after) for row in rows]


def last_reading_day(connection: Connection) -> date | None:
    return connection.execute(select(readings.c.day).order_by(readings.c.day.desc()).limit(1)).scalar()


def account_from(row: Any) -> Account:
    return Account(
        id=row.id,
        name=row.name,
        segment=row.segment,
        owner=row.owner,
        arr=row.arr,
        currency=row.currency,
        renewal_date=row.renewal_date,
        contract_start=row.contract_start,
        licensed_seats=row.licensed_seats,
        industry=row.industry,
        product=row.product,
    )


def _scored_until(connection: Connection) -> dict[str, date]:
    query = select(snapshots.c.account_id, func.max(snapshots.c.day).label("day")).group_by(snapshots.c.account_id)
    return {row.account_id: row.day for row in connection.execute(query)}


def _latest_readings(connection: Connection) -> dict[tuple[str, str, date], tuple[int, float]]:
    rows = connection.execute(select(readings).order_by(readings.c.revision))
    return {(row.account_id, row.metric, row.day): (row.revision, row.value) for row in rows}
