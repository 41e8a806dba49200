"""The schema comes from migrations and equals the tables; a transaction is all or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext

from scoring.facts import Account, Contact
from store.accounts import all_accounts, contacts_by_account, put_account, put_contacts
from store.database import HEAD, MIGRATIONS, Database, StoreError
from store.tables import metadata

ACME = Account("a-acme", "Acme", "smb", "csm@vendor.example", 100, "EUR")


def test_migrations_lead_to_the_tables(database: Database) -> None:
    with database.reading() as connection:
        differences = compare_metadata(MigrationContext.configure(connection), metadata)
    assert differences == []


def test_the_newest_migration_is_the_one_the_code_wants() -> None:
    revisions = [path.stem.partition("_")[0] for path in sorted((MIGRATIONS / "versions").glob("*.py"))]
    assert revisions[-1] == HEAD


def test_opening_it_again_keeps_what_is_there(url: str) -> None:
    first = Database(url)
    with first.transaction() as connection:
        put_account(connection, ACME, ["acme.example"])
    first.close()
    second = Database(url)
    with second.reading() as connection:
        assert all_accounts(connection) == [ACME]
    second.close()


def test_a_block_that_fails_leaves_nothing(database: Database) -> None:
    def half_done() -> None:
        with database.transaction() as connection:
            put_account(connection, ACME, [])
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        half_done()
    with database.reading() as connection:
        assert all_accounts(connection) == []


def test_writing_the_same_again_says_that_nothing_changed(database: Database) -> None:
    person = Contact("ada@acme.example", "Ada", "sponsor", "COO")
    with database.transaction() as connection:
        put_account(connection, ACME, ["acme.example"])
        assert put_contacts(connection, "a-acme", [person]) == 1
        assert put_contacts(connection, "a-acme", [person]) == 0
        assert put_contacts(connection, "a-acme", [Contact("ada@acme.example", "Ada", "champion", "COO")]) == 1
        assert contacts_by_account(connection)["a-acme"][0].role == "champion"


@pytest.mark.parametrize("url", ["bogus://x", "sqlite:////proc/no/such/folder.db", "nonsense"])
def test_a_database_that_cannot_be_opened_is_named(url: str) -> None:
    with pytest.raises((StoreError, OSError), match=r"bogus|proc|nonsense"):
        Database(url)


def test_a_password_is_not_shown(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as failure:
        Database(f"postgresql+psycopg://user:secret@/x?host={tmp_path}")
    assert "secret" not in str(failure.value)
