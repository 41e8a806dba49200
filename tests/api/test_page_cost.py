"""A page costs a fixed number of statements, however many accounts and signals the store holds."""

from contextlib import contextmanager

import pytest
from sqlalchemy import event

from store.tables import accounts, actions, snapshots, standings

MOST = {"/": 10, "/actions": 6, "/review": 10, "/evaluation": 8, "/quarantine": 6, "/runs": 5, "/audit": 5}
"""Statements of a page, signing in again and the audit entry included."""


@contextmanager
def counted(world):
    statements = []

    def note(connection, cursor, statement, *_):
        statements.append(statement)

    event.listen(world.app.database._engine, "before_cursor_execute", note)
    yield statements
    event.remove(world.app.database._engine, "before_cursor_execute", note)


def copy_accounts(world, times):
    """The same portfolio again and again under other ids."""
    with world.writing() as connection:
        for n in range(times):
            for table in (accounts, snapshots, standings, actions):
                own = {"id"} if table is accounts else {"account_id", "id"} & set(table.c.keys())
                columns = [c + f"-{n}" if c.name in own else c for c in table.c]
                original = table.c["id" if table is accounts else "account_id"].not_like("%-_") & table.c[
                    "id" if table is accounts else "account_id"
                ].not_like("%-__")
                connection.execute(
                    table.insert().from_select(
                        list(table.c.keys()), table.select().with_only_columns(*columns).where(original)
                    )
                )


@pytest.mark.parametrize("path", MOST)
def test_a_page_takes_few_statements(shared_world, path):
    browser = shared_world.browser("admin")
    with counted(shared_world) as statements:
        assert browser.get(path).status_code == 200
    assert len(statements) <= MOST[path], statements


def test_an_account_takes_few_statements(shared_world):
    browser = shared_world.browser("admin")
    with counted(shared_world) as statements:
        assert browser.get("/accounts/a-sundergate").status_code == 200
    assert len(statements) <= 24, statements


@pytest.mark.parametrize("path", ["/", "/actions"])
def test_three_hundred_accounts_cost_no_more_statements_than_eight(world, path):
    browser = world.browser("admin")
    with counted(world) as few:
        browser.get(path)
    copy_accounts(world, 37)
    with counted(world) as many:
        answer = browser.get(path)
    assert len(many) == len(few)
    assert len(answer.content) < 100_000
    assert "of 304" in answer.text or "304 account" in answer.text or path == "/actions"
