"""A page costs a fixed number of statements, however many accounts and signals the store holds."""

from contextlib import contextmanager
from datetime import date

import pytest
from sqlalchemy import event

from api.console.review.page import review_page
from api.queue import lines_of, queue_on
from pipeline.answers import ranked
from store.reviewing import COUNTED
from store.standings import bands_on, standings_on

MOST = {"/": 10, "/actions": 6, "/review": 11, "/evaluation": 10, "/quarantine": 6, "/runs": 5, "/audit": 5}
"""Statements of a page, signing in again and the audit entry included."""


@contextmanager
def counted(world):
    statements = []

    def note(connection, cursor, statement, parameters, *_):
        statements.append((statement, parameters))

    event.listen(world.app.database._engine, "before_cursor_execute", note)
    yield statements
    event.remove(world.app.database._engine, "before_cursor_execute", note)


def plans(world, statements):
    """How SQLite goes about them, step by step."""
    with world.app.database.reading() as connection:
        return [
            step.detail
            for statement, parameters in statements
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", parameters)
        ]


@pytest.mark.parametrize("path", MOST)
def test_a_page_takes_few_statements(shared_world, path):
    browser = shared_world.browser("admin")
    with counted(shared_world) as statements:
        assert browser.get(path).status_code == 200
    assert len(statements) <= MOST[path], statements


def test_an_account_takes_few_statements(shared_world):
    browser = shared_world.browser("admin")
    with counted(shared_world) as statements:
        answer = browser.get("/accounts/a-sundergate")
    assert answer.status_code == 200
    assert len(answer.content) < 100_000
    assert len(statements) <= 15, statements


@pytest.mark.parametrize("path", ["/", "/actions"])
def test_three_hundred_accounts_cost_no_more_statements_than_eight(world, path):
    browser = world.browser("admin")
    with counted(world) as few:
        browser.get(path)
    world.copy_accounts(37)
    with counted(world) as many:
        answer = browser.get(path)
    assert len(many) == len(few)
    assert len(answer.content) < 100_000
    assert "of 304" in answer.text or "304 account" in answer.text or path == "/actions"


@pytest.mark.parametrize("role", [("admin",), ("csm", "tobias.renwick@vendor.example")])
def test_the_portfolio_walks_down_indices_and_reads_no_day_that_it_does_not_show(shared_world, role):
    """Standings, snapshots and actions grow with every account and day; none of them is ever read from end to end."""
    browser = shared_world.browser(*role)
    with counted(shared_world) as statements:
        browser.get("/")
    with shared_world.app.database.reading() as connection, counted(shared_world) as whole:
        standings_on(connection, date(2026, 9, 1))
        bands_on(connection, [date(2026, 9, 1)])
    steps = plans(shared_world, statements + whole)
    assert sum("SEARCH standings" in step for step in steps) >= 2
    assert [step for step in steps if step.startswith("SCAN") and not step.startswith("SCAN accounts")] == []


def test_only_accounts_that_are_shown_are_told_in_words(world):
    """Neither a sentence nor an action is loaded of the others."""
    world.copy_accounts(37)
    with world.app.database.reading() as connection:
        queue = queue_on(connection, (), None)
        assert len(queue.ranked) == 304
        with counted(world) as statements:
            shown = lines_of(connection, queue, queue.ranked[10:20])
    assert [row.account_id for row in shown] == [footing.account_id for footing in queue.ranked[10:20]]
    for statement, parameters in statements:
        assert len(set(parameters) & {footing.account_id for footing in queue.ranked}) == 10, statement


@pytest.mark.parametrize("path", ["accounts", "accounts?sort=name", "portfolio", "actions", "actions?open=false"])
def test_a_page_of_the_api_reads_whole_only_what_it_shows(world, path):
    """However many accounts there are, the same statements; none of them reads the words of more than a page."""
    tool = world.tool()
    with counted(world) as few:
        tool.get(f"/v1/{path}", params={"limit": 5})
    world.copy_accounts(37)
    with counted(world) as many:
        assert tool.get(f"/v1/{path}", params={"limit": 5}).status_code == 200
    assert len(many) == len(few) <= 8
    for statement, parameters in many:
        if any(words in statement for words in (".sentence", ".steps", ".industry")):
            assert len([p for p in parameters if str(p).startswith(("a-", "sha256:"))]) == 5, statement


def test_the_queue_is_ranked_as_its_lines_are(world):
    with world.app.database.reading() as connection:
        queue = queue_on(connection, (), None)
        assert lines_of(connection, queue, queue.ranked) == ranked(connection, None)


@pytest.mark.parametrize("path", ["/review", "/review?second=true"])
@pytest.mark.parametrize("role", [("admin",), ("reviewer", "tobias.renwick@vendor.example")])
def test_the_review_page_reads_no_table_from_end_to_end(shared_world, role, path):
    """Signals, their documents, decisions and what awaits review are all found by index, however many there are."""
    browser = shared_world.browser(*role)
    with counted(shared_world) as statements:
        browser.get(path)
    whole = [step for step in plans(shared_world, statements) if step.startswith("SCAN")]
    assert [step for step in whole if not step.startswith(("SCAN accounts", "SCAN anon_"))] == []
    assert any("ix_asked_" in step for step in plans(shared_world, statements))


def test_more_than_anybody_needs_to_know_is_told_without_a_number():
    few, many = (review_page((), left, 3, None, second=False) for left in (COUNTED, COUNTED + 1))
    assert (few.waiting, few.whole) == (str(COUNTED), COUNTED + 3)
    assert (many.waiting, many.whole) == (f"more than {COUNTED}", None)
