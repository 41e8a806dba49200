"""Keeps accounts, their people, their measured values and the CSM's assessments."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from sqlalchemy import Connection, select

from scoring.facts import Account, Assessment, Contact, Reading
from store.database import put, replace
from store.tables import accounts, assessments, contacts, outcomes, readings


def put_account(connection: Connection, account: Account, domains: Sequence[str]) -> int:
    return replace(connection, accounts, [{**asdict(account), "domains": list(domains)}])


def put_contacts(connection: Connection, account_id: str, people: Iterable[Contact]) -> int:
    return replace(connection, contacts, [{"account_id": account_id, **asdict(c)} for c in people])


def put_readings(connection: Connection, rows: Iterable[tuple[str, Reading]]) -> int:
    return put(connection, readings, [{"account_id": account_id, **asdict(r)} for account_id, r in rows])


def put_assessment(connection: Connection, account_id: str, assessment: Assessment) -> int:
    row = {
        "account_id": account_id,
        "day": assessment.day,
        "author": assessment.author,
        "answers": dict(assessment.answers),
        "comment": assessment.comment,
    }
    return put(connection, assessments, [row])


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
    query = select(readings).where(readings.c.account_id == account_id).order_by(readings.c.day, readings.c.metric)
    return tuple(Reading(row.metric, row.day, row.value) for row in connection.execute(query))


def assessments_of(connection: Connection, account_id: str) -> tuple[Assessment, ...]:
    query = select(assessments).where(assessments.c.account_id == account_id).order_by(assessments.c.day)
    return tuple(Assessment(row.day, row.author, dict(row.answers), row.comment) for row in connection.execute(query))


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
    )
