"""What a reviewer decides changes the score from then on, and never the days before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from extractor.detector import Detector
from pipeline.nightly import days_between, nightly
from pipeline.reviewing import ReviewError, decide, find_signal
from scoring.facts import Verdict
from scoring.rulebook.loading import load_rulebooks
from store.database import Database
from store.documents import get_document
from store.signals import observations_of
from store.snapshots import snapshots_of

FIRST, LAST = date(2026, 5, 1), date(2026, 6, 12)
ACCOUNT = "a-sundergate"
RULES = load_rulebooks()


def at(day: date) -> datetime:
    return datetime.combine(day, datetime.min.time(), tzinfo=UTC) + timedelta(hours=12)


class TestReviews:
    def test_a_rejected_signal_stops_counting_from_the_decision_on(self, six_weeks: Database, silent: Detector) -> None:
        with six_weeks.transaction() as connection:
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
        nightly(six_weeks, RULES, silent, days_between(FIRST, LAST, 3))
        with six_weeks.reading() as connection:
            assert snapshots_of(connection, ACCOUNT)[:-1] == before, "days before the decision stand as they stood"

    def test_a_relabelled_signal_counts_as_what_it_is(self, six_weeks: Database) -> None:
        with six_weeks.transaction() as connection:
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

    def test_a_decision_without_sense_is_refused(self, six_weeks: Database) -> None:
        with six_weeks.transaction() as connection:
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

    def test_words_that_a_reviewer_marked_are_quoted_from_then_on(self, six_weeks: Database) -> None:
        with six_weeks.transaction() as connection:
            threat = max(
                (o for o in observations_of(connection, ACCOUNT) if o.signal.type == "renewal_risk"),
                key=lambda o: (o.observed_at.date() <= LAST, o.signal.severity),
            )
            document = get_document(connection, threat.signal.document_id)
            assert document is not None
            message = document.message(threat.signal.evidence[0].message)
            assert message is not None
            better = document.words(message).strip().splitlines()[0].split(". ")[0]
            found = find_signal(connection, threat.signal.id)
            relabelled = decide(connection, RULES, found, Verdict.RELABEL, "lead", "milder", at(LAST), "", 2)
            told = decide(
                connection, RULES, found, Verdict.RELABEL, "lead", "these words", at(LAST) + timedelta(hours=1), quotes=[better]
            )  # fmt: skip
        quotes = {
            q["quote"]
            for c in told.after.explanation["causes"]
            for q in c["evidence"]
            if q["signal"] == threat.signal.id
        }
        assert quotes == {better}
        places = [q for c in told.after.explanation["causes"] for q in c["evidence"] if q["signal"] == threat.signal.id]
        assert all(document.text[q["start"] : q["end"]] == q["quote"] for q in places)
        assert {q["severity"] for q in places} == {2}, "a later word on the quote leaves the earlier one on severity"
        assert relabelled.after.points == told.after.points

    def test_words_that_are_no_evidence_are_refused(self, six_weeks: Database) -> None:
        with six_weeks.transaction() as connection:
            one = find_signal(connection, observations_of(connection, ACCOUNT)[0].signal.id)
            for quotes, said in ((["never said by anybody"], "not found"), (["a", "b", "c", "d"], "at most")):
                with pytest.raises(ReviewError, match=said):
                    decide(connection, RULES, one, Verdict.RELABEL, "lead", "wrong words", at(LAST), quotes=quotes)
