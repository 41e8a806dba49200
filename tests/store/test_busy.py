"""When several change the same, who cannot be served is told so by one error, whichever database it is."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import event, text

from scoring.facts import Account
from store.accounts import hold_account, put_account
from store.database import Database, StoreBusyError

ACME = Account("a-acme", "Acme", "smb", "csm@vendor.example", 100, "EUR")
BOND = replace(ACME, id="a-bond")


def kept(database: Database) -> Database:
    with database.transaction() as connection:
        for account in (ACME, BOND):
            put_account(connection, account, [])
    return database


@pytest.fixture
def on_postgres(postgres_url: str) -> Iterator[Database]:
    found = kept(Database(postgres_url))
    yield found
    found.close()


def test_a_locked_file(tmp_path: Path) -> None:
    path = tmp_path / "whyred.db"
    database = kept(Database(f"sqlite:///{path}"))
    event.listen(database._engine, "begin", lambda c: c.exec_driver_sql("PRAGMA busy_timeout = 0"))
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreBusyError, match="do it again"), database.transaction() as connection:
            hold_account(connection, ACME.id)
    database.close()


def test_two_that_wait_for_each_other(on_postgres: Database) -> None:
    both = threading.Barrier(2)

    def hold(first: Account, second: Account) -> None:
        with on_postgres.transaction() as connection:
            connection.execute(text("SET LOCAL deadlock_timeout = '1ms'"))
            hold_account(connection, first.id)
            both.wait()
            hold_account(connection, second.id)

    with ThreadPoolExecutor(2) as pool:
        ends = [pool.submit(hold, ACME, BOND), pool.submit(hold, BOND, ACME)]
    assert [type(e.exception()) for e in ends if e.exception()] == [StoreBusyError]


def test_what_was_changed_since_it_was_read(on_postgres: Database) -> None:
    with on_postgres.reading() as connection:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        connection.execute(text("SELECT name FROM accounts"))
        with on_postgres.transaction() as other:
            hold_account(other, ACME.id)
        with pytest.raises(StoreBusyError):
            hold_account(connection, ACME.id)
