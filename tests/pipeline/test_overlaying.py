"""What a CSM says beside the score: assessments and bands set by hand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.detector import Detector
from pipeline.nightly import nightly
from pipeline.overlaying import OverlayError, assess, override
from scoring.rulebook.loading import load_rulebooks
from store.accounts import get_account
from store.database import Database
from store.overrides import Override
from store.snapshots import latest_snapshot

FIRST, LAST = date(2026, 5, 1), date(2026, 6, 12)
ACCOUNT = "a-sundergate"
RULES = load_rulebooks()


def at(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=UTC) + timedelta(hours=12)


class TestOverlay:
    def test_an_override_survives_the_nightly_run_and_ends_on_its_day(
        self, six_weeks: Database, silent: Detector
    ) -> None:
        last = LAST + timedelta(days=10)
        with six_weeks.transaction() as connection:
            account = get_account(connection, ACCOUNT)
            assert account is not None
            wanted = Override(ACCOUNT, LAST, last, "yellow", "lead", "their group decides in July", at(LAST))
            override(connection, RULES, account, wanted)
        nightly(six_weeks, RULES, silent, [last, last + timedelta(days=1)])
        with six_weeks.reading() as connection:
            held, free = (latest_snapshot(connection, ACCOUNT, last + timedelta(days=n)) for n in (0, 1))
        assert held is not None
        assert free is not None
        assert (held.band, held.computed) == ("yellow", "red")
        assert held.explanation["overlay"]["override"]["reason"] == "their group decides in July"
        assert (free.band, free.computed) == ("red", "red")

    @pytest.mark.parametrize(
        ("band", "days", "reason", "said"),
        [
            ("purple", 5, "because", "bands are green, yellow, red"),
            ("green", 5, " ", "needs a reason"),
            ("green", -1, "because", "lies before"),
            ("green", 400, "because", "120 days at most"),
        ],
    )
    def test_an_override_that_cannot_be_explained_is_refused(
        self, six_weeks: Database, band: str, days: int, reason: str, said: str
    ) -> None:
        with six_weeks.transaction() as connection:
            account = get_account(connection, ACCOUNT)
            assert account is not None
            wanted = Override(ACCOUNT, LAST, LAST + timedelta(days=days), band, "lead", reason, at(LAST))
            with pytest.raises(OverlayError, match=said):
                override(connection, RULES, account, wanted)

    def test_an_assessment_that_contradicts_the_score_is_shown_beside_it(self, six_weeks: Database) -> None:
        answers = {"sponsor_status": "active", "exec_engagement": "active", "outcome_narrative": "defensible"}
        with six_weeks.transaction() as connection:
            account = get_account(connection, ACCOUNT)
            assert account is not None
            told = assess(connection, RULES, account, answers, "csm", at(LAST), "we talk every week").after
        assert told.divergent
        overlay = told.explanation["overlay"]
        assert (overlay["computed"], overlay["assessed"], overlay["comment"]) == ("red", "green", "we talk every week")
        assert "find out who knows more" in told.explanation["paragraph"]

    def test_an_assessment_expires(self, six_weeks: Database, silent: Detector) -> None:
        with six_weeks.transaction() as connection:
            account = get_account(connection, ACCOUNT)
            assert account is not None
            assess(connection, RULES, account, {"sponsor_status": "active"}, "csm", at(LAST))
        nightly(six_weeks, RULES, silent, [LAST + timedelta(days=46)])
        with six_weeks.reading() as connection:
            later = latest_snapshot(connection, ACCOUNT)
        assert later is not None
        assert later.explanation["overlay"]["day"] != LAST.isoformat()

    def test_answers_that_no_rule_knows_are_refused(self, six_weeks: Database) -> None:
        with six_weeks.transaction() as connection:
            account = get_account(connection, ACCOUNT)
            assert account is not None
            for answers, said in (
                ({}, "at least one"),
                ({"mood": "good"}, "no question"),
                ({"sponsor_status": "x"}, "answers are"),
            ):
                with pytest.raises(OverlayError, match=said):
                    assess(connection, RULES, account, answers, "csm", at(LAST))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 60), st.sampled_from(["yellow", "green"])), min_size=1, max_size=4))
def test_of_several_overrides_the_latest_that_holds_wins(set_on: list[tuple[int, str]]) -> None:
    from store.overrides import override_on

    made = [
        Override(
            "a",
            FIRST + timedelta(days=n),
            FIRST + timedelta(days=n + 20),
            band,
            "x",
            "y",
            at(FIRST) + timedelta(hours=k),
        )
        for k, (n, band) in enumerate(set_on)
    ]
    for offset in range(0, 90, 7):
        day = FIRST + timedelta(days=offset)
        holding = [o for o in made if o.first <= day <= o.last]
        assert override_on(made, day) == (holding[-1] if holding else None)
