"""An export holds final values; a past day sees none of them: people, contracts, tickets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring.facts import Account, Contact, Facts
from scoring.tickets import LONG, OPEN_LONG, Ticket, open_long
from store.accounts import get_account, put_account, put_outcome
from store.database import Connection, Database
from store.facts import facts_of
from store.snapshots import Snapshot, put_snapshot
from store.versions import keep_history, put_contacts, put_ticket

SCORED = date(2026, 6, 1)
LATER = datetime(2026, 6, 20, 9, tzinfo=UTC)
ACME = Account("acme", "Acme", "enterprise", "csm@v", 100_000, "EUR", date(2027, 1, 1), date(2025, 1, 1), 100)
ADA = Contact("ada@acme.example", "Ada", "sponsor", "COO")


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database(f"sqlite:///{tmp_path / 'whyred.db'}")
    with found.transaction() as connection:
        put_account(connection, ACME, [])
    yield found
    found.close()


def facts(connection: Connection) -> Facts:
    account = get_account(connection, "acme")
    assert account is not None
    return facts_of(connection, account)


def score_once(connection: Connection) -> None:
    put_snapshot(connection, Snapshot("acme", SCORED, 700, "green", 1000, "r", "b", {}, {}))


def roles(found: Facts, day: date) -> dict[str, str]:
    return {c.address: c.role for c in found.as_of(day).contacts}


class TestPeople:
    def test_a_role_taken_away_later_is_still_held_on_the_days_before(self, database: Database) -> None:
        with database.transaction() as connection:
            put_contacts(connection, "acme", [ADA])
            score_once(connection)
            assert put_contacts(connection, "acme", [replace(ADA, role="user")], LATER) == 1
            assert put_contacts(connection, "acme", [replace(ADA, role="user")], LATER) == 0
            found = facts(connection)
        assert [roles(found, day)[ADA.address] for day in (SCORED, LATER.date())] == ["sponsor", "user"]

    def test_somebody_new_was_nobody_before(self, database: Database) -> None:
        with database.transaction() as connection:
            score_once(connection)
            put_contacts(connection, "acme", [ADA], LATER)
            found = facts(connection)
        assert roles(found, SCORED) == {}
        assert roles(found, LATER.date()) == {ADA.address: "sponsor"}

    def test_before_anything_was_scored_a_correction_holds_from_the_start(self, database: Database) -> None:
        with database.transaction() as connection:
            put_contacts(connection, "acme", [ADA])
            put_contacts(connection, "acme", [replace(ADA, role="champion")])
            assert roles(facts(connection), SCORED) == {ADA.address: "champion"}


class TestContracts:
    def outcome(self, connection: Connection, day: date, before: int | None, after: int | None) -> None:
        row = {"account_id": "acme", "day": day, "outcome": "renewed", "arr_before": before, "arr_after": after}
        put_outcome(connection, row)

    def test_a_renewal_is_not_known_before_it_was_made(self, database: Database) -> None:
        """Exported after the renewal, the account renews in 2027; in May 2026 nobody knew that."""
        with database.transaction() as connection:
            self.outcome(connection, date(2026, 5, 20), 100_000, 100_000)
            found = facts(connection)
        before, after = (found.as_of(day).account for day in (date(2026, 5, 19), date(2026, 5, 20)))
        assert (before.renewal_date, before.licensed_seats) == (None, 100)
        assert after.renewal_date == date(2027, 1, 1)

    def test_an_export_made_before_the_renewal_keeps_its_date(self, database: Database) -> None:
        with database.transaction() as connection:
            put_account(connection, replace(ACME, renewal_date=date(2026, 6, 30)), [])
            self.outcome(connection, date(2026, 5, 20), 100_000, 100_000)
            assert facts(connection).as_of(date(2026, 5, 1)).account.renewal_date == date(2026, 6, 30)

    def test_before_the_contract_it_speaks_of_a_description_says_nothing_of_terms(self, database: Database) -> None:
        with database.transaction() as connection:
            account = facts(connection).as_of(date(2024, 12, 31)).account
        assert (account.licensed_seats, account.renewal_date, account.contract_start) == (None, None, None)

    def test_a_property_history_tells_each_day_what_held_then(self, database: Database) -> None:
        history = [(date(2026, 1, 1), replace(ACME, licensed_seats=200)), (date(2026, 4, 1), ACME)]
        with database.transaction() as connection:
            keep_history(connection, history)
            found = facts(connection)
        days = date(2025, 12, 31), date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 1)
        assert [found.as_of(day).account.licensed_seats for day in days] == [None, 200, 200, 100]


def at(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=UTC) + timedelta(hours=10)


OPENED = date(2026, 5, 1)


class TestTickets:
    def test_a_ticket_exported_as_solved_was_open_until_then(self, database: Database) -> None:
        with database.transaction() as connection:
            put_ticket(connection, "acme", Ticket("z:1", at(OPENED), at(date(2026, 5, 25))))
            found = facts(connection)
        counts = {}
        for day in (date(2026, 4, 30), date(2026, 5, 10), date(2026, 5, 20), date(2026, 5, 25)):
            counts[day] = [r.value for r in found.as_of(day).readings if r.metric == OPEN_LONG]
        assert list(counts.values()) == [[], [0], [1], [0]]

    def test_solved_after_it_was_scored_as_open_it_stays_open_on_the_scored_days(self, database: Database) -> None:
        with database.transaction() as connection:
            put_ticket(connection, "acme", Ticket("z:1", at(OPENED)))
            score_once(connection)
            solved = Ticket("z:1", at(OPENED), at(date(2026, 5, 25)))
            assert put_ticket(connection, "acme", solved, LATER) == 1
            assert put_ticket(connection, "acme", solved, LATER) == 0
            found = facts(connection)
        values = [r.value for day in (SCORED, LATER.date()) for r in found.as_of(day).readings]
        assert values == [1, 0]

    def test_what_was_measured_is_believed_before_what_tickets_tell(self, database: Database) -> None:
        from scoring.facts import Reading
        from store.accounts import put_readings

        with database.transaction() as connection:
            put_ticket(connection, "acme", Ticket("z:1", at(OPENED)))
            put_readings(connection, [("acme", Reading(OPEN_LONG, date(2026, 5, 28), 7.0))])
            found = facts(connection)
        assert [r.value for r in found.as_of(SCORED).readings] == [7.0]


hours = st.integers(0, 24 * 120).map(lambda n: datetime(2026, 3, 1, tzinfo=UTC) + timedelta(hours=n))


@st.composite
def tickets(draw: st.DrawFn) -> Ticket:
    opened = draw(hours)
    closed = draw(st.none() | st.integers(0, 24 * 60).map(lambda n: opened + timedelta(hours=n)))
    return Ticket(draw(st.sampled_from("abcdef")), opened, closed)


@settings(max_examples=150, deadline=None)
@given(st.lists(tickets(), max_size=6, unique_by=lambda t: t.key), st.integers(0, 150), st.data())
def test_nothing_that_happens_after_a_day_changes_what_tickets_tell_of_it(
    given: list[Ticket], offset: int, data: st.DataObject
) -> None:
    """Whatever the final export says of later closings, openings and reopenings."""
    day = date(2026, 3, 1) + timedelta(days=offset)
    end = datetime.combine(day, datetime.max.time(), tzinfo=UTC)
    rewritten = [
        replace(t, closed=data.draw(st.none() | st.just(end + timedelta(days=3))))
        if t.opened > end or t.closed is None or t.closed > end
        else t
        for t in given
        if t.opened <= end or data.draw(st.booleans())
    ]
    assert open_long(given, day) == open_long(rewritten, day)
    told = open_long(given, day)
    wanted = sum(t.opened < end - LONG and (t.closed is None or t.closed > end) for t in given)
    assert (told[0] if told else 0) == wanted
