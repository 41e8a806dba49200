"""Brings together what is kept of one account as the facts that scoring takes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from sqlalchemy import Connection, select

from scoring.facts import Account, AccountVersion, Facts, end_of
from store.accounts import ContractChange, assessments_of, outcomes_of, readings_of
from store.decisions import decisions_on
from store.signals import interactions_of, observations_of
from store.tables import documents
from store.versions import contacts_of, tickets_of, versions_of

NEXT_TERM = timedelta(days=180)
"""A renewal decided further ahead than that is the one after: contracts are renewed within months of their end."""


def facts_of(connection: Connection, account: Account) -> Facts:
    """Everything kept of an account; cut it to a day with `Facts.as_of`."""
    observations = observations_of(connection, account.id)
    versions = versions_of(connection, account.id)
    return Facts(
        account=account,
        contacts=contacts_of(connection, account.id),
        observations=observations,
        interactions=interactions_of(connection, account.id),
        readings=readings_of(connection, account.id),
        assessments=assessments_of(connection, account.id),
        decisions=decisions_on(connection, account.id, observations),
        tickets=tickets_of(connection, account.id),
        versions=before_changes(versions, outcomes_of(connection, account.id)),
    )


def heard_of(connection: Connection, account: Account, signals: Collection[str]) -> Facts:
    """What these signals say, who is who and how people judged, for who shows it: nothing that only scoring takes."""
    observations = observations_of(connection, account.id, signals) if signals else ()
    return Facts(
        account=account,
        contacts=contacts_of(connection, account.id),
        observations=observations,
        assessments=assessments_of(connection, account.id),
        decisions=decisions_on(connection, account.id, observations) if observations else (),
    )


def before_changes(
    versions: tuple[AccountVersion, ...], changes: Sequence[ContractChange]
) -> tuple[AccountVersion, ...]:
    """Undo in the first description what it can only know from later: it is of the day it was exported.

    An export that already holds the terms after a change of the contract describes the days after it. Before that day
    the account was worth what the change says; what else changed with it is not known, and unknown is not guessed. So
    it is before the contract that a description speaks of, and before a dated history begins.
    """
    first, later = versions[:1], versions[1:]
    if first and first[0].known_at is not None:
        first = (AccountVersion(None, _without_terms(first[0].account)), *first)
    for change in reversed(changes):
        if first and _is_after(first[0].account, change):
            undone = AccountVersion(None, _undone(first[0].account, change))
            first = (undone, replace(first[0], known_at=end_of(change.day)), *first[1:])
    start = first[0].account.contract_start if first else None
    if start is not None:
        began = replace(first[0], known_at=datetime.combine(start, time.min, tzinfo=UTC))
        first = (AccountVersion(None, _without_terms(first[0].account)), began, *first[1:])
    return (*first, *later)


def _is_after(account: Account, change: ContractChange) -> bool:
    """Whether a description holds what came of a change: its worth, or a renewal that was decided that day."""
    if change.before is not None and change.before != change.after:
        return account.arr == change.after
    return account.renewal_date is not None and account.renewal_date - change.day > NEXT_TERM


def _undone(account: Account, change: ContractChange) -> Account:
    """The account before the change. Seats stay where its worth stayed, dates where they are not of the next term."""
    worth = change.before if change.before is not None else account.arr
    renewal, start = account.renewal_date, account.contract_start
    return replace(
        account,
        arr=worth,
        licensed_seats=account.licensed_seats if worth == account.arr else None,
        renewal_date=renewal if renewal is None or renewal - change.day <= NEXT_TERM else None,
        contract_start=start if start is None or start < change.day else None,
    )


def _without_terms(account: Account) -> Account:
    return replace(account, licensed_seats=None, renewal_date=None, contract_start=None)


def origins_of(connection: Connection, account_id: str) -> dict[str, str]:
    """The raw file of each of the account's documents."""
    query = select(documents.c.id, documents.c.origin).where(documents.c.account_id == account_id)
    return {row.id: row.origin for row in connection.execute(query)}
