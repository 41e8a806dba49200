"""Brings together what is kept of one account as the facts that scoring takes."""

from __future__ import annotations

from sqlalchemy import Connection, select

from scoring.facts import Account, Facts
from store.accounts import assessments_of, contacts_by_account, readings_of
from store.signals import interactions_of, observations_of
from store.tables import documents


def facts_of(connection: Connection, account: Account) -> Facts:
    """Everything kept of an account; cut it to a day with `Facts.as_of`."""
    return Facts(
        account=account,
        contacts=contacts_by_account(connection).get(account.id, ()),
        observations=observations_of(connection, account.id),
        interactions=interactions_of(connection, account.id),
        readings=readings_of(connection, account.id),
        assessments=assessments_of(connection, account.id),
    )


def origins_of(connection: Connection, account_id: str) -> dict[str, str]:
    """The raw file of each of the account's documents."""
    query = select(documents.c.id, documents.c.origin).where(documents.c.account_id == account_id)
    return {row.id: row.origin for row in connection.execute(query)}
