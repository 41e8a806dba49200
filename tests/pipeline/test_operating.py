"""From a scored day to people: plays, overrides, assessments, reviews, each seen through the store."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.detector import Detection, Detector, Outcome
from extractor.document import Document
from pipeline import acting
from pipeline.ingest import ingest
from pipeline.labels import load_labels
from pipeline.nightly import days_between, nightly
from pipeline.overlaying import OverlayError, assess, override
from pipeline.reviewing import ReviewError, decide, find_signal
from scoring.facts import Verdict
from scoring.rulebook.loading import load_rulebooks
from store.accounts import get_account
from store.actions import Action, actions_of, all_actions, events_of, open_action
from store.database import Database
from store.overrides import Override
from store.signals import observations_of
from store.snapshots import latest_snapshot, snapshots_of

PORTFOLIO = Path(__file__).parents[2] / "samples" / "portfolio"
FIRST, LAST = date(2026, 5, 1), date(2026, 6, 12)
ACCOUNT = "a-sundergate"
RULES = load_rulebooks()


class Quiet:
    """A detector that finds nothing: the signals come from labels."""

    extractor = "quiet/1"

    def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
        return (Detection(document.id, Outcome.READ) for document in documents)


@pytest.fixture(scope="session")
def scored_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The account that turns red in these six weeks, every third day scored."""
    path = tmp_path_factory.mktemp("operating") / "whyred.db"
    found = Database(f"sqlite:///{path}")
    ingest(found, [PORTFOLIO], (), labels=load_labels(PORTFOLIO / "labels.jsonl"))
    nightly(found, RULES, Quiet(), days_between(FIRST, LAST, 3))
    found.close()
    return path


@pytest.fixture
def scored(scored_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A copy that a test may change."""
    path = tmp_path / "copy.db"
    with closing(sqlite3.connect(scored_file)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    found = Database(f"sqlite:///{path}")
    yield found
    found.close()


def at(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=UTC) + timedelta(hours=12)


class TestPlays:
    def test_turning_red_opens_the_recovery_plan_with_its_causes(self, scored: Database) -> None:
        with scored.reading() as connection:
            found = [a for a in actions_of(connection, ACCOUNT) if a.reason == "band:red"]
        assert [a.play for a in found] == ["recovery_plan"]
        assert found[0].opened_by
        assert found[0].due == found[0].opened + timedelta(days=5)

    def test_never_two_open_actions_for_one_reason(self, scored: Database) -> None:
        with scored.transaction() as connection:
            running = [(a.account_id, a.reason) for a in all_actions(connection) if a.closed is None]
            again = next(a for a in all_actions(connection) if a.closed is None)
            twin = Action(**{n: getattr(again, n) for n in Action.__slots__} | {"id": "sha256:twin"})
            assert not open_action(connection, twin)
        assert len(running) == len(set(running))

    def test_overdue_escalates_once(self, scored: Database) -> None:
        with scored.reading() as connection:
            late = next(a for a in actions_of(connection, ACCOUNT) if a.reason == "band:red")
            kinds = [e.kind for e in events_of(connection, late.id)]
        assert late.escalated is not None
        assert late.escalated > late.due
        assert kinds == ["opened", "escalated"]

    def test_a_snoozed_action_neither_nags_nor_escalates_until_it_wakes(
        self, scored: Database, silent: Detector
    ) -> None:
        day, until = LAST, LAST + timedelta(days=10)
        with scored.transaction() as connection:
            quiet = next(a for a in actions_of(connection, ACCOUNT) if a.reason == "red_before_renewal")
            assert quiet.escalated is None or quiet.due < day
            acting.snooze(connection, quiet, day, until, "csm", "their board meets then")
        nightly(scored, RULES, silent, [day + timedelta(days=6)])
        with scored.reading() as connection:
            asleep = acting.find_action(connection, quiet.id)
        assert (asleep.state, asleep.escalated) == ("snoozed", quiet.escalated)
        nightly(scored, RULES, silent, [until])
        with scored.reading() as connection:
            awake = acting.find_action(connection, quiet.id)
            assert "woken" in [e.kind for e in events_of(connection, quiet.id)]
        assert awake.state == "open"

    def test_a_result_closes_it_and_the_next_waits_for_the_cadence(self, scored: Database, silent: Detector) -> None:
        with scored.transaction() as connection:
            plan = next(a for a in actions_of(connection, ACCOUNT) if a.reason == "band:red")
            acting.finish(connection, plan, LAST, "csm", "their CEO joined the call")
        nightly(scored, RULES, silent, [LAST + timedelta(days=1), LAST + timedelta(days=8)])
        with scored.reading() as connection:
            plans = [a for a in actions_of(connection, ACCOUNT) if a.reason == "band:red"]
        assert [a.state for a in plans] == ["done", "open"]
        assert plans[1].opened == LAST + timedelta(days=8)

    def test_time_to_intervene_counts_from_opening_to_the_first_touch(self, scored: Database) -> None:
        with scored.transaction() as connection:
            plan = next(a for a in actions_of(connection, ACCOUNT) if a.reason == "band:red")
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
    def test_a_step_without_words_or_days_is_refused(self, scored: Database, step: Callable[..., None]) -> None:
        with scored.transaction() as connection:
            plan = actions_of(connection, ACCOUNT)[-1]
            with pytest.raises(acting.ActionError):
                step(connection, plan)

    def test_correcting_a_past_day_opens_and_closes_nothing(self, scored: Database, silent: Detector) -> None:
        with scored.transaction() as connection:
            before = all_actions(connection)
            connection.exec_driver_sql("UPDATE snapshots SET basis = 'other' WHERE day < '2026-06-01'")
        report = nightly(scored, RULES, silent, days_between(FIRST, date(2026, 5, 30), 3))
        assert report.revised > 0
        with scored.reading() as connection:
            assert all_actions(connection) == before


class TestOverlay:
    def test_an_override_survives_the_nightly_run_and_ends_on_its_day(self, scored: Database, silent: Detector) -> None:
        last = LAST + timedelta(days=10)
        with scored.transaction() as connection:
            account = get_account(connection, ACCOUNT)
            assert account is not None
            wanted = Override(ACCOUNT, LAST, last, "yellow", "lead", "their group decides in July", at(LAST))
            override(connection, RULES, account, wanted)
        nightly(scored, RULES, silent, [last, last + timedelta(days=1)])
        with scored.reading() as connection:
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
        self, scored: Database, band: str, days: int, reason: str, said: str
    ) -> None:
        with scored.transaction() as connection:
            account = get_account(connection, ACCOUNT)
            assert account is not None
            wanted = Override(ACCOUNT, LAST, LAST + timedelta(days=days), band, "lead", reason, at(LAST))
            with pytest.raises(OverlayError, match=said):
                override(connection, RULES, account, wanted)

    def test_an_assessment_that_contradicts_the_score_is_shown_beside_it(self, scored: Database) -> None:
        answers = {"sponsor_status": "active", "exec_engagement": "active", "outcome_narrative": "defensible"}
        with scored.transaction() as connection:
            account = get_account(connection, ACCOUNT)
            assert account is not None
            told = assess(connection, RULES, account, answers, "csm", at(LAST), "we talk every week").after
        assert told.divergent
        overlay = told.explanation["overlay"]
        assert (overlay["computed"], overlay["assessed"], overlay["comment"]) == ("red", "green", "we talk every week")
        assert "find out who knows more" in told.explanation["paragraph"]

    def test_an_assessment_expires(self, scored: Database, silent: Detector) -> None:
        with scored.transaction() as connection:
            account = get_account(connection, ACCOUNT)
            assert account is not None
            assess(connection, RULES, account, {"sponsor_status": "active"}, "csm", at(LAST))
        nightly(scored, RULES, silent, [LAST + timedelta(days=46)])
        with scored.reading() as connection:
            later = latest_snapshot(connection, ACCOUNT)
        assert later is not None
        assert later.explanation["overlay"]["day"] != LAST.isoformat()

    def test_answers_that_no_rule_knows_are_refused(self, scored: Database) -> None:
        with scored.transaction() as connection:
            account = get_account(connection, ACCOUNT)
            assert account is not None
            for answers, said in (
                ({}, "at least one"),
                ({"mood": "good"}, "no question"),
                ({"sponsor_status": "x"}, "answers are"),
            ):
                with pytest.raises(OverlayError, match=said):
                    assess(connection, RULES, account, answers, "csm", at(LAST))


class TestReviews:
    def test_a_rejected_signal_stops_counting_from_the_decision_on(self, scored: Database, silent: Detector) -> None:
        with scored.transaction() as connection:
            threat = max(
                (
                    o
                    for o in observations_of(connection, ACCOUNT)
                    if o.signal.type == "renewal_risk" and o.observed_at.date() <= LAST
                ),
                key=lambda o: o.signal.severity,
            )
            before = snapshots_of(connection, ACCOUNT)
            found = find_signal(connection, threat.signal.id)
            told = decide(
                connection, RULES, found, Verdict.REJECT, "lead", "about another contract", at(LAST + timedelta(days=1))
            )
        assert told.after.points > before[-1].points
        lines = {s for line in told.after.explanation["ledger"] for s in line["signals"]}
        assert threat.signal.id not in lines
        nightly(scored, RULES, silent, days_between(FIRST, LAST, 3))
        with scored.reading() as connection:
            assert snapshots_of(connection, ACCOUNT)[:-1] == before, "days before the decision stand as they stood"

    def test_a_relabelled_signal_counts_as_what_it_is(self, scored: Database) -> None:
        with scored.transaction() as connection:
            threat = next(o for o in observations_of(connection, ACCOUNT) if o.signal.type == "renewal_risk")
            found = find_signal(connection, threat.signal.id[7:25])
            told = decide(
                connection,
                RULES,
                found,
                Verdict.RELABEL,
                "lead",
                "only the price",
                at(date(2026, 9, 1)),
                "budget_pressure",
                1,
            )
        rules = {line["rule"] for line in told.after.explanation["ledger"] if threat.signal.id in line["signals"]}
        assert rules == {"budget_pressure"}

    def test_a_decision_without_sense_is_refused(self, scored: Database) -> None:
        with scored.transaction() as connection:
            one = find_signal(connection, observations_of(connection, ACCOUNT)[0].signal.id)
            for verdict, reason, type_, said in (
                (Verdict.REJECT, "", "", "needs a reason"),
                (Verdict.RELABEL, "wrong", "", "needs --type"),
                (Verdict.RELABEL, "wrong", "gossip", "is unknown"),
            ):
                with pytest.raises(ReviewError, match=said):
                    decide(connection, RULES, one, verdict, "lead", reason, at(LAST), type_)
            with pytest.raises(ReviewError, match="no current signal"):
                find_signal(connection, "ffffffff")


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
