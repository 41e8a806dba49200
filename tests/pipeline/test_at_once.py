"""Two changes of one account at the same moment: the second waits for the first and sees it; nothing is lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, date, datetime
from typing import TypeVar

import pytest
from sqlalchemy import text

from pipeline import acting
from pipeline.overlaying import assess, override
from pipeline.rescore import rescore
from scoring.facts import Account, Assessment
from scoring.rulebook.loading import load_rulebooks
from store.accounts import assessments_of, put_account, put_assessment
from store.actions import Action, action_named, events_of, open_action
from store.database import Connection, Database
from store.overrides import Override
from store.snapshots import snapshots_of

RULES = load_rulebooks()
DAY = date(2026, 6, 1)
NOON = datetime(2026, 6, 1, 12, tzinfo=UTC)
ACME = Account("acme", "Acme", "enterprise", "csm@v", 100_000, "EUR")
ACTION = Action("sha256:" + "a" * 64, "acme", "call", "Call", "red", "csm@v", DAY, DAY, (), touched=DAY)
QUESTION, ANSWER = next((rule.id, next(iter(rule.answers))) for rule in RULES[-1].assessments)
Found = TypeVar("Found")


@pytest.fixture
def database(postgres_url: str) -> Iterator[Database]:
    """SQLite has one writer at a time by itself."""
    found = Database(postgres_url)
    with found.transaction() as connection:
        put_account(connection, ACME, [])
        open_action(connection, ACTION)
    yield found
    found.close()


def meanwhile(
    database: Database, first: Callable[[Connection], object], second: Callable[[Connection], Found]
) -> Future[Found]:
    """The first ends only when the second waits for it, or has ended without."""

    def later() -> Found:
        with database.transaction() as connection:
            return second(connection)

    with ThreadPoolExecutor(1) as pool, database.transaction() as connection:
        first(connection)
        found = pool.submit(later)
        while not found.done() and not _somebody_waits(database):
            pass
        connection.commit()
    return found


def _somebody_waits(database: Database) -> bool:
    asked = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    with database.reading() as connection:
        return bool(connection.execute(text(asked)).scalar())


def noted(words: str) -> Callable[[Connection], None]:
    return lambda connection: acting.note(connection, ACTION, DAY, "ada", words)


def finished(words: str) -> Callable[[Connection], None]:
    return lambda connection: acting.finish(connection, ACTION, DAY, "ada", words)


def test_two_notes_are_both_kept(database: Database) -> None:
    assert meanwhile(database, noted("one"), noted("two")).exception() is None
    with database.reading() as connection:
        assert [e.text for e in events_of(connection, ACTION.id)][1:] == ["one", "two"]


def test_an_action_is_closed_once(database: Database) -> None:
    with pytest.raises(acting.ActionError, match="was closed on"):
        meanwhile(database, finished("the first result"), finished("another")).result()
    with database.reading() as connection:
        kept = action_named(connection, ACTION.id)
    assert kept is not None
    assert kept.result == "the first result"


def test_two_assessments_of_one_author_and_day_are_both_kept(database: Database) -> None:
    def said(comment: str) -> Callable[[Connection], int]:
        return lambda c: put_assessment(c, "acme", Assessment(DAY, "csm@v", {QUESTION: ANSWER}, comment))

    assert meanwhile(database, said("one"), said("two")).result() == 1
    assert meanwhile(database, said("three"), said("three")).result() == 0
    with database.reading() as connection:
        assert [a.comment for a in assessments_of(connection, "acme")] == ["one", "two", "three"]


def test_what_is_scored_second_counts_what_came_first(database: Database) -> None:
    wanted = Override("acme", DAY, DAY, "yellow", "lead", "a merger", NOON)
    assert meanwhile(
        database,
        lambda c: assess(c, RULES, ACME, {QUESTION: ANSWER}, "csm@v", NOON),
        lambda c: override(c, RULES, ACME, wanted),
    ).result()
    with database.transaction() as connection:
        (kept,) = snapshots_of(connection, "acme")
        assert rescore(connection, RULES, ACME, DAY).after == kept
