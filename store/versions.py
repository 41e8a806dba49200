"""Keeps what exports said of an account, its people and its tickets, each version from the moment it was known.

An export holds final values. The first description holds from the start, since nobody had looked before; a different
one holds from the moment it came once days were scored, so that a scored day stays as it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace as changed
from datetime import UTC, date, datetime, time
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, func, select

from scoring.facts import Account, AccountVersion, Contact
from scoring.tickets import Ticket
from store.database import of_account, replace
from store.tables import account_versions, contact_versions, contacts, snapshots, tickets

_ACCOUNTS = TypeAdapter(Account)
_VERSIONS = of_account(account_versions, account_versions.c.number)
_CONTACTS = of_account(contact_versions, contact_versions.c.address, contact_versions.c.number)
_TICKETS = of_account(tickets, tickets.c.key, tickets.c.number)


def scored_until(connection: Connection, account_id: str) -> date | None:
    """The account's last scored day."""
    query = select(func.max(snapshots.c.day)).where(snapshots.c.account_id == account_id)
    return connection.execute(query).scalar()


def keep_version(connection: Connection, account: Account, now: datetime) -> None:
    kept = versions_of(connection, account.id)
    if kept and kept[-1].account == account:
        return
    later = bool(kept) and scored_until(connection, account.id) is not None
    number = len(kept) if later else max(len(kept) - 1, 0)
    _put_version(connection, account, number, now if later else None)


def keep_history(connection: Connection, history: Sequence[tuple[date, Account]]) -> None:
    """Dated descriptions of one account, as a system with a property history exports them; each holds from its day.

    They say nothing new of an account that has scored days: those stand.
    """
    (_, newest) = history[-1]
    if scored_until(connection, newest.id) is not None:
        return
    connection.execute(account_versions.delete().where(account_versions.c.account_id == newest.id))
    for number, (day, account) in enumerate(history):
        _put_version(connection, account, number, datetime.combine(day, time.min, tzinfo=UTC))


def versions_of(connection: Connection, account_id: str) -> tuple[AccountVersion, ...]:
    """Every description of the account; the first without a moment, unless a history begins on a day."""
    rows = connection.execute(_VERSIONS, {"account": account_id})
    return tuple(AccountVersion(row.known_at, _ACCOUNTS.validate_python(row.content, strict=False)) for row in rows)


def put_contacts(
    connection: Connection, account_id: str, people: Iterable[Contact], now: datetime | None = None
) -> int:
    """Keep people as they are described now; what they were before stays readable for the days before."""
    latest = {c.address: c for c in contacts_of(connection, account_id)}
    counts = _counts(connection, account_id)
    scored = scored_until(connection, account_id) is not None
    new = []
    for person in people:
        kept = latest.get(person.address)
        if kept is not None and changed(kept, known_at=None) == person:
            continue
        number = counts.get(person.address, 0) if scored else 0
        known_at = (now or datetime.now(UTC)) if scored else None
        new.append(_contact_row(account_id, person) | {"number": number, "known_at": known_at})
        latest[person.address] = person
        replace(connection, contacts, [_contact_row(account_id, person)])
    return replace(connection, contact_versions, new)


def contacts_of(connection: Connection, account_id: str) -> tuple[Contact, ...]:
    """Every description of everybody, the latest of an address last."""
    rows = connection.execute(_CONTACTS, {"account": account_id})
    return tuple(Contact(row.address, row.name, row.role, row.job_title, row.known_at) for row in rows)


def put_ticket(connection: Connection, account_id: str, ticket: Ticket, now: datetime | None = None) -> int:
    """Keep what an export tells of a ticket's times; told otherwise than before, it counts from now on."""
    where = tickets.c.account_id == account_id, tickets.c.key == ticket.key
    kept = connection.execute(select(tickets).where(*where).order_by(tickets.c.number.desc())).first()
    if kept is not None and (kept.opened, kept.closed) == (ticket.opened, ticket.closed):
        return 0
    scored = scored_until(connection, account_id)
    late = scored is not None and (kept is not None or ticket.opened.date() <= scored)
    row = {
        "account_id": account_id,
        "key": ticket.key,
        "number": kept.number + 1 if kept is not None and late else 0,
        "opened": ticket.opened,
        "closed": ticket.closed,
        "known_at": (now or datetime.now(UTC)) if late else None,
    }
    return replace(connection, tickets, [row])


def tickets_of(connection: Connection, account_id: str) -> tuple[Ticket, ...]:
    rows = connection.execute(_TICKETS, {"account": account_id})
    return tuple(Ticket(row.key, row.opened, row.closed, row.known_at) for row in rows)


def _put_version(connection: Connection, account: Account, number: int, known_at: datetime | None) -> None:
    content = _ACCOUNTS.dump_python(account, mode="json")
    row = {"account_id": account.id, "number": number, "known_at": known_at, "content": content}
    replace(connection, account_versions, [row])


def _counts(connection: Connection, account_id: str) -> dict[str, int]:
    query = select(contact_versions.c.address, func.count()).where(contact_versions.c.account_id == account_id)
    return {row[0]: row[1] for row in connection.execute(query.group_by(contact_versions.c.address))}


def _contact_row(account_id: str, person: Contact) -> dict[str, Any]:
    return {
        "account_id": account_id,
        "address": person.address,
        "name": person.name,
        "role": person.role,
        "job_title": person.job_title,
    }
