"""The schema comes from migrations and equals the tables; a transaction is all or nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text

from extractor.document import Source, Turn, compose
from scoring.facts import Account, Contact, Verdict, unretracted
from store.accounts import all_accounts, contacts_by_account, put_account
from store.database import HEAD, MIGRATIONS, Database, StoreError
from store.decisions import Review, retraction_of, reviews_of
from store.documents import add_document, documents_with_keys
from store.recording import add_review
from store.tables import metadata
from store.versions import put_contacts

ACME = Account("a-acme", "Acme", "smb", "csm@vendor.example", 100, "EUR")
DECISION = Review(
    "a-acme",
    "mail:1@x",
    "s1",
    "value_gap",
    ((0, 4),),
    Verdict.REJECT,
    datetime(2026, 5, 1, 12, tzinfo=UTC),
    "ada",
    "no",
)


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


def test_a_store_made_before_keeps_which_mail_an_answer_named(url: str) -> None:
    """Revision 0001 knew only the first mail of a conversation."""
    _downgraded_store(url)
    upgraded = Database(url)
    with upgraded.reading() as connection:
        found = {d.key: d.answers for d in documents_with_keys(connection, ["mail:1@x", "mail:2@x"])}
    upgraded.close()
    assert found == {"mail:1@x": (), "mail:2@x": ("mail:1@x",)}


def test_a_decision_made_before_still_holds(url: str) -> None:
    """Revision 0001 knew no retractions."""
    _downgraded_store(url)
    upgraded = Database(url)
    with upgraded.transaction() as connection:
        assert unretracted(reviews_of(connection)) == [DECISION]
        assert add_review(connection, retraction_of(DECISION, DECISION.at + timedelta(days=1), "ada", ""))
        assert unretracted(reviews_of(connection)) == []
    upgraded.close()


def _downgraded_store(url: str) -> None:
    """Two mails and a decision as revision 0001 kept them."""
    made = Database(url)
    with made.transaction() as connection:
        put_account(connection, ACME, [])
        for key in ("mail:1@x", "mail:2@x"):
            mail = compose([Turn(key, "Ada")], source=Source.EMAIL, key=key, thread="mail:1@x")
            add_document(connection, mail, ACME.id, ())
        add_review(connection, DECISION)
        for name in ("indexed", "looks", "asked", "copies"):
            connection.execute(text(f"DROP TABLE {name}"))
        connection.execute(text("ALTER TABLE documents DROP COLUMN answers"))
        connection.execute(text("ALTER TABLE accounts DROP COLUMN product"))
        connection.execute(text("DROP INDEX ix_decisions_signal_id"))
        connection.execute(text("DROP INDEX ix_decisions_author_at"))
        connection.execute(text("ALTER TABLE decisions DROP COLUMN retracts"))
        for name in ("contact_versions", "tickets", "standings"):
            connection.execute(text(f"DROP TABLE {name}"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    made.close()
