"""Who is who, from what the store knows or from the tables beside a file."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

from extractor.people import Directory
from extractor.readers.outcome import Unread, UnreadableError
from extractor.readers.tables import AccountRow, ContactRow, read_accounts, read_contacts
from store.accounts import all_accounts, contacts_by_account, domains_by_account
from store.database import Connection


def directory_of(connection: Connection, own_domains: Sequence[str]) -> Directory:
    """Everybody the store knows."""
    domains = domains_by_account(connection)
    accounts = [
        AccountRow(
            account_id=a.id,
            name=a.name,
            segment=a.segment,
            industry=a.industry,
            arr=Decimal(a.arr),
            currency=a.currency,
            owner_email=a.owner,
            contract_start=a.contract_start,
            renewal_date=a.renewal_date,
            email_domains=tuple(domains[a.id]),
            licensed_seats=a.licensed_seats,
        )
        for a in all_accounts(connection)
    ]
    contacts = [
        ContactRow(account_id, c.address, c.name, c.job_title, c.role)
        for account_id, people in contacts_by_account(connection).items()
        for c in people
    ]
    return Directory(accounts, contacts, own_domains)


def directory_beside(path: Path, own_domains: Sequence[str]) -> Directory:
    """Everybody that `accounts.csv` and `contacts.csv` name in the file's folder or the nearest one above it."""
    for folder in path.resolve().parents:
        table = folder / "accounts.csv"
        if table.is_file():
            try:
                accounts = [row for row in read_accounts(table) if not isinstance(row, Unread)]
                people = folder / "contacts.csv"
                contacts = [r for r in read_contacts(people) if not isinstance(r, Unread)] if people.is_file() else []
            except UnreadableError:
                break
            return Directory(accounts, contacts, own_domains)
    return Directory((), (), own_domains)
