"""Brings together what is kept of one account as the facts that scoring takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection, select

from scoring.facts import Account, AccountVersion, Facts, end_of
from store.accounts import assessments_of, contacts_of, contract_changes_of, readings_of, versions_of
from store.decisions import decisions_on
from store.signals import interactions_of, observations_of
from store.tables import documents


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
        versions=before_changes(versions, contract_changes_of(connection, account.id)),
    )


def before_changes(
    versions: tuple[AccountVersion, ...], changes: Sequence[tuple[date, int, int]]
) -> tuple[AccountVersion, ...]:
    """Undo in the first description what it can only know from a later change of the contract.

    An export that already holds the worth after a change describes the days after it. Before that day the account was
    worth what the change says; how many seats it had is not known, and unknown is not guessed.
    """
    first, later = versions[:1], versions[1:]
    for day, before, after in reversed(changes):
        if first and first[0].account.arr == after:
            earlier = replace(first[0].account, arr=before, licensed_seats=None)
            first = (AccountVersion(None, earlier), replace(first[0], known_at=end_of(day)), *first[1:])
    return (*first, *later)


def origins_of(connection: Connection, account_id: str) -> dict[str, str]:
    """The raw file of each of the account's documents."""
    query = select(documents.c.id, documents.c.origin).where(documents.c.account_id == account_id)
    return {row.id: row.origin for row in connection.execute(query)}
