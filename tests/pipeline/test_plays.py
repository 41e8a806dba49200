"""Plays open, rest, escalate and close as the days go by, seen through the store."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest

from extractor.detector import Detector
from pipeline import acting
from pipeline.nightly import days_between, nightly
from scoring.rulebook.loading import load_rulebooks
from store.actions import Action, actions_of, all_actions, events_of, open_action
from store.database import Database

FIRST, LAST = date(2026, 5, 1), date(2026, 6, 12)
ACCOUNT = "a-sundergate"
RULES = load_rulebooks()


def at(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=UTC) + timedelta(hours=12)


class TestPlays:
    def test_turning_red_close_to_the_renewal_opens_the_executives_play_with_its_causes(
        self, six_weeks: Database
    ) -> None:
        with six_weeks.reading() as connection:
            found = [a for a in actions_of(connection, ACCOUNT) if a.reason == "red_before_renewal"]
        assert [a.play for a in found] == ["executive_renewal"]
        assert found[0].opened_by
        assert found[0].due == found[0].opened + timedelta(days=3)

    def test_the_play_that_asks_for_more_stands_instead_of_the_bands_own(
        self, six_weeks: Database, silent: Detector
    ) -> None:
        """The recovery plan that began earlier runs on; once it is done no other opens beside the executives' play."""
        with six_weeks.transaction() as connection:
            plan = next(a for a in actions_of(connection, ACCOUNT) if a.reason == "band:red")
            assert plan.closed is None
            acting.finish(connection, plan, LAST, "csm", "their CEO joined the call")
        nightly(six_weeks, RULES, silent, [LAST + timedelta(days=20)])
        with six_weeks.reading() as connection:
            running = [a.reason for a in actions_of(connection, ACCOUNT) if a.closed is None]
        assert "red_before_renewal" in running
        assert "band:red" not in running

    def test_a_habit_that_nobody_keeps_is_missed_and_begins_again(self, six_weeks: Database, silent: Detector) -> None:
        """The monthly check-in: due after 30 days, overdue for 30 more, then missed and the next one opens."""
        name = "a-kestermere"
        with six_weeks.reading() as connection:
            first = next(a for a in actions_of(connection, name) if a.reason == "band:green")
        late = first.due + timedelta(days=first.every_days)
        nightly(six_weeks, RULES, silent, [late, late + timedelta(days=1)])
        with six_weeks.reading() as connection:
            found = [a for a in actions_of(connection, name) if a.reason == "band:green"]
            kinds = [e.kind for e in events_of(connection, first.id)]
        assert [(a.state, a.opened) for a in found] == [
            ("missed", first.opened),
            ("open", late + timedelta(days=1)),
        ]
        assert kinds == ["opened", "escalated", "missed"]

    def test_a_habit_that_somebody_began_is_not_missed(self, six_weeks: Database, silent: Detector) -> None:
        with six_weeks.transaction() as connection:
            first = next(a for a in actions_of(connection, "a-kestermere") if a.reason == "band:green")
            acting.start(connection, first, LAST, "csm")
        nightly(six_weeks, RULES, silent, [first.due + timedelta(days=first.every_days + 5)])
        with six_weeks.reading() as connection:
            assert acting.find_action(connection, first.id).state == "in_progress"

    def test_never_two_open_actions_for_one_reason(self, six_weeks: Database) -> None:
        with six_weeks.transaction() as connection:
            running = [(a.account_id, a.reason) for a in all_actions(connection) if a.closed is None]
            again = next(a for a in all_actions(connection) if a.closed is None)
            twin = Action(**{n: getattr(again, n) for n in Action.__slots__} | {"id": "sha256:twin"})
            assert not open_action(connection, twin)
        assert len(running) == len(set(running))

    def test_overdue_escalates_once(self, six_weeks: Database) -> None:
        with six_weeks.reading() as connection:
            late = next(a for a in actions_of(connection, ACCOUNT) if a.reason == "red_before_renewal")
            kinds = [e.kind for e in events_of(connection, late.id)]
        assert late.escalated is not None
        assert late.escalated > late.due
        assert kinds == ["opened", "escalated"]

    def test_a_snoozed_action_neither_nags_nor_escalates_until_it_wakes(
        self, six_weeks: Database, silent: Detector
    ) -> None:
        day, until = LAST, LAST + timedelta(days=10)
        with six_weeks.transaction() as connection:
            quiet = next(a for a in actions_of(connection, ACCOUNT) if a.reason == "red_before_renewal")
            assert quiet.escalated is None or quiet.due < day
            acting.snooze(connection, quiet, day, until, "csm", "their board meets then")
        nightly(six_weeks, RULES, silent, [day + timedelta(days=6)])
        with six_weeks.reading() as connection:
            asleep = acting.find_action(connection, quiet.id)
        assert (asleep.state, asleep.escalated) == ("snoozed", quiet.escalated)
        nightly(six_weeks, RULES, silent, [until])
        with six_weeks.reading() as connection:
            awake = acting.find_action(connection, quiet.id)
            assert "woken" in [e.kind for e in events_of(connection, quiet.id)]
        assert awake.state == "open"

    def test_a_result_closes_it_and_the_next_waits_for_the_cadence(self, six_weeks: Database, silent: Detector) -> None:
        with six_weeks.transaction() as connection:
            plan = next(a for a in actions_of(connection, ACCOUNT) if a.reason == "red_before_renewal")
            acting.finish(connection, plan, LAST, "csm", "their CEO joined the call")
        nightly(six_weeks, RULES, silent, [LAST + timedelta(days=1), LAST + timedelta(days=8)])
        with six_weeks.reading() as connection:
            plans = [a for a in actions_of(connection, ACCOUNT) if a.reason == "red_before_renewal"]
        assert [a.state for a in plans] == ["done", "open"]
        assert plans[1].opened == LAST + timedelta(days=8)

    def test_time_to_intervene_counts_from_opening_to_the_first_touch(self, six_weeks: Database) -> None:
        with six_weeks.transaction() as connection:
            plan = next(a for a in actions_of(connection, ACCOUNT) if a.reason == "red_before_renewal")
            acting.note(connection, plan, plan.opened + timedelta(days=3), "csm", "called Ilse")
            acting.note(connection, plan, plan.opened + timedelta(days=9), "csm", "called again")
            figures = acting.time_to_intervene(actions_of(connection, ACCOUNT), LAST)
        assert (figures.touched, figures.median_days) == (1, 3.0)

    @pytest.mark.parametrize(
        "step",
        [
            lambda c, a: acting.note(c, a, LAST, "csm", "  "),
            lambda c, a: acting.snooze(c, a, LAST, LAST + timedelta(days=3), "csm", ""),
            lambda c, a: acting.snooze(c, a, LAST, LAST, "csm", "later"),
            lambda c, a: acting.finish(c, a, LAST, "csm", ""),
        ],
    )
    def test_a_step_without_words_or_days_is_refused(self, six_weeks: Database, step: Callable[..., None]) -> None:
        with six_weeks.transaction() as connection:
            plan = actions_of(connection, ACCOUNT)[-1]
            with pytest.raises(acting.ActionError):
                step(connection, plan)

    def test_correcting_a_past_day_opens_and_closes_nothing(self, six_weeks: Database, silent: Detector) -> None:
        with six_weeks.transaction() as connection:
            before = all_actions(connection)
            connection.exec_driver_sql("UPDATE snapshots SET basis = 'other' WHERE day < '2026-06-01'")
        report = nightly(six_weeks, RULES, silent, days_between(FIRST, date(2026, 5, 30), 3))
        assert report.revised > 0
        with six_weeks.reading() as connection:
            assert all_actions(connection) == before
