"""A past day sees what was known then: exports that carry final values do not rewrite it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from scoring.facts import Account, Assessment, Facts, Reading
from scoring.rulebook.loading import load_rulebooks
from scoring.score import score
from store.accounts import get_account, put_account, put_assessment, put_outcome, put_readings
from store.database import Database
from store.facts import facts_of
from store.snapshots import Snapshot, put_snapshot
from store.versions import versions_of

SCORED = date(2026, 6, 1)
LATER = datetime(2026, 6, 20, 9, tzinfo=UTC)
ACME = Account("acme", "Acme", "enterprise", "csm@v", 100_000, "EUR", date(2027, 1, 1), date(2025, 1, 1), 100)


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """One account of 100 seats with 80 users, scored on the first of June."""
    found = Database(f"sqlite:///{tmp_path / 'whyred.db'}")
    with found.transaction() as connection:
        put_account(connection, ACME, ["acme.example"])
        put_readings(connection, [("acme", Reading("active_users", date(2026, 5, 28), 80.0))])
        put_assessment(connection, "acme", Assessment(date(2026, 5, 20), "csm@v", {"sponsor_status": "active"}))
        put_snapshot(connection, Snapshot("acme", SCORED, 700, "green", 1000, "r", "b", {}, {}))
    yield found
    found.close()


def facts(database: Database) -> Facts:
    with database.reading() as connection:
        account = get_account(connection, "acme")
        assert account is not None
        return facts_of(connection, account)


def points(database: Database, day: date) -> int:
    return score(facts(database), load_rulebooks()[-1], day).points


def test_a_cut_in_seats_leaves_the_days_before_the_export_as_they_were(database: Database) -> None:
    before = points(database, SCORED)
    with database.transaction() as connection:
        put_account(connection, replace(ACME, licensed_seats=200), ["acme.example"], LATER)
    assert points(database, SCORED) == before
    assert facts(database).as_of(SCORED).account.licensed_seats == 100
    assert facts(database).as_of(LATER.date()).account.licensed_seats == 200
    assert points(database, LATER.date()) < before


def test_the_same_export_again_makes_no_version(database: Database) -> None:
    for _ in range(2):
        with database.transaction() as connection:
            assert put_account(connection, ACME, ["acme.example"], LATER) == 0
    with database.reading() as connection:
        assert len(versions_of(connection, "acme")) == 1


def test_before_anything_was_scored_a_correction_holds_from_the_start(tmp_path: Path) -> None:
    found = Database(f"sqlite:///{tmp_path / 'new.db'}")
    with found.transaction() as connection:
        put_account(connection, ACME, [])
        put_account(connection, replace(ACME, licensed_seats=150), [], LATER)
    assert facts(found).as_of(date(2026, 1, 1)).account.licensed_seats == 150
    found.close()


def test_a_corrected_reading_is_known_from_its_arrival_on(database: Database) -> None:
    corrected = Reading("active_users", date(2026, 5, 28), 20.0)
    with database.transaction() as connection:
        assert put_readings(connection, [("acme", corrected)], LATER) == 1
        assert put_readings(connection, [("acme", corrected)], LATER) == 0
    seen = {day: max(r.value for r in facts(database).as_of(day).readings) for day in (SCORED, LATER.date())}
    assert seen[SCORED] == 80.0
    assert points(database, SCORED) > points(database, LATER.date())


def test_a_reading_for_a_day_not_yet_scored_is_known_on_its_day(database: Database) -> None:
    with database.transaction() as connection:
        put_readings(connection, [("acme", Reading("active_users", date(2026, 6, 10), 60.0))], LATER)
    assert len(facts(database).as_of(date(2026, 6, 10)).readings) == 2


def test_a_changed_assessment_is_a_revision(database: Database) -> None:
    with database.transaction() as connection:
        changed = Assessment(date(2026, 5, 20), "csm@v", {"sponsor_status": "missing"})
        assert put_assessment(connection, "acme", changed, LATER) == 1
        assert put_assessment(connection, "acme", changed, LATER) == 0
    assert [dict(a.answers) for a in facts(database).as_of(SCORED).assessments] == [{"sponsor_status": "active"}]
    assert points(database, LATER.date()) < points(database, LATER.date() - timedelta(days=1))


def test_an_export_made_after_a_downsell_describes_only_the_days_after_it(tmp_path: Path) -> None:
    """The first export already holds the worth and the seats after the cut; seats before it are unknown, not guessed."""
    found = Database(f"sqlite:///{tmp_path / 'final.db'}")
    with found.transaction() as connection:
        put_account(connection, replace(ACME, arr=60_000, licensed_seats=50), [])
        put_outcome(
            connection,
            {"account_id": "acme", "day": date(2026, 4, 1), "outcome": "downsell", "arr_before": 100_000, "arr_after": 60_000},
        )  # fmt: skip
    before, after = (facts(found).as_of(day).account for day in (date(2026, 3, 31), date(2026, 4, 1)))
    assert (before.arr, before.licensed_seats) == (100_000, None)
    assert (after.arr, after.licensed_seats) == (60_000, 50)
    found.close()
