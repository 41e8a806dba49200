"""What a reviewer decides changes the score from then on, and never the days before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event
from typer.testing import CliRunner

from extractor.detector import Detector
from pipeline.command import app
from pipeline.nightly import days_between, nightly
from pipeline.rescore import rescore
from pipeline.reviewing import ReviewError, decide, find_signal, take_back
from pipeline.snapshot import difference
from scoring.changes import Kind
from scoring.facts import Account, Observation, Verdict
from scoring.rulebook.loading import in_force, load_rulebooks
from scoring.score import score
from store.accounts import all_accounts, put_account
from store.database import Connection, Database
from store.decisions import reviews_of
from store.documents import get_document
from store.facts import facts_of
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


class TestRetraction:
    """A decision taken back was never made, as far as scores, queue and agreement go; the log keeps both."""

    def test_the_score_is_what_it_was_before_the_decision(self, six_weeks: Database) -> None:
        day = LAST + timedelta(days=1)
        with six_weeks.transaction() as connection:
            found = find_signal(connection, worst_threat(connection).signal.id)
            undecided = rescore(connection, RULES, found[0], day).after
            rejected = decide(connection, RULES, found, Verdict.REJECT, "lead", "about another contract", at(day))
            back = take_back(connection, RULES, found, "lead", "pressed the wrong key", at(day) + timedelta(minutes=1))
            kept = [(r.verdict, r.retracts) for r in reviews_of(connection, ACCOUNT)]
            made = reviews_of(connection, ACCOUNT)[0]
        assert rejected.after.points != undecided.points
        assert (back.after.points, back.after.basis) == (undecided.points, undecided.basis)
        assert back.after.explanation == undecided.explanation
        assert kept == [(Verdict.REJECT, ""), (Verdict.RETRACT, made.id)]

    def test_the_decision_before_it_stands_again(self, six_weeks: Database) -> None:
        with six_weeks.transaction() as connection:
            found = find_signal(connection, worst_threat(connection).signal.id)
            rejected = decide(connection, RULES, found, Verdict.REJECT, "ada", "not about us", at(LAST))
            accepted = decide(connection, RULES, found, Verdict.ACCEPT, "ben", "", at(LAST) + timedelta(hours=1))
            back = take_back(connection, RULES, found, "ben", "", at(LAST) + timedelta(hours=2))
        assert accepted.after.points < rejected.after.points == back.after.points

    def test_days_between_decision_and_retraction_stay_as_they_were_scored(
        self, six_weeks: Database, silent: Detector
    ) -> None:
        decided, taken_back = LAST + timedelta(days=1), LAST + timedelta(days=3)
        with six_weeks.transaction() as connection:
            found = find_signal(connection, worst_threat(connection).signal.id)
            decide(connection, RULES, found, Verdict.REJECT, "lead", "about another contract", at(decided))
            before = snapshots_of(connection, ACCOUNT)
            take_back(connection, RULES, found, "lead", "", at(taken_back))
        nightly(six_weeks, RULES, silent, [*days_between(FIRST, LAST, 3), decided])
        with six_weeks.reading() as connection:
            assert snapshots_of(connection, ACCOUNT)[:-1] == before

    def test_is_a_cause_only_where_the_decision_was_in_between(self, six_weeks: Database) -> None:
        day = LAST + timedelta(days=1)
        with six_weeks.transaction() as connection:
            found = find_signal(connection, worst_threat(connection).signal.id)
            decide(connection, RULES, found, Verdict.REJECT, "lead", "about another contract", at(day))
            take_back(connection, RULES, found, "lead", "", at(day + timedelta(days=1)))
            facts, rules = facts_of(connection, found[0]), in_force(RULES, day)
        undecided, rejected, back = (score(facts, rules, LAST + timedelta(days=n)) for n in range(3))
        kinds = [
            {c.kind for c in difference(facts, before, after, rules).causes}
            for before, after in ((undecided, rejected), (rejected, back), (undecided, back))
        ]
        assert [Kind.REVIEWED in found for found in kinds] == [True, True, False]

    def test_only_ones_own_decision_is_taken_back(self, six_weeks: Database) -> None:
        with six_weeks.transaction() as connection:
            found = find_signal(connection, worst_threat(connection).signal.id)
            decide(connection, RULES, found, Verdict.ACCEPT, "ada", "", at(LAST))
            with pytest.raises(ReviewError, match="no decision of 'ben'"):
                take_back(connection, RULES, found, "ben", "", at(LAST) + timedelta(hours=1))

    def test_twice_takes_back_nothing_more(self, six_weeks: Database) -> None:
        with six_weeks.transaction() as connection:
            found = find_signal(connection, worst_threat(connection).signal.id)
            decide(connection, RULES, found, Verdict.ACCEPT, "ada", "", at(LAST))
            take_back(connection, RULES, found, "ada", "", at(LAST) + timedelta(hours=1))
            with pytest.raises(ReviewError, match="no decision of 'ada'"):
                take_back(connection, RULES, found, "ada", "", at(LAST) + timedelta(hours=2))


class TestFindSignal:
    def test_costs_the_same_however_many_accounts_there_are(self, six_weeks: Database) -> None:
        with six_weeks.transaction() as connection:
            wanted = worst_threat(connection).signal.id
            few = statements_of(connection, wanted)
            for number in range(40):
                put_account(connection, Account(f"a-{number}", f"A{number}", "smb", "o@vendor.example", 1, "EUR"), [])
            assert statements_of(connection, wanted) == few

    def test_the_beginning_of_an_id_must_be_of_one_signal(self, six_weeks: Database) -> None:
        with six_weeks.transaction() as connection:
            ids = sorted(o.signal.id for a in all_accounts(connection) for o in observations_of(connection, a.id))
            for wanted in ids[::10]:
                others = [i for i in ids if i != wanted]
                length = next(n for n in range(8, 72) if not any(i.startswith(wanted[:n]) for i in others))
                for start in (wanted[:length], wanted[7:length], wanted):
                    assert find_signal(connection, start)[1].signal.id == wanted
                if length > 8:
                    with pytest.raises(ReviewError, match="several signals begin"):
                        find_signal(connection, wanted[: length - 1])
            for nonsense in ("", "sha256:", "%", "xyz", "F"):
                with pytest.raises(ReviewError, match="no current signal"):
                    find_signal(connection, nonsense)


def test_a_decision_without_a_reason_is_listed_without_one(
    six_weeks: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with six_weeks.transaction() as connection:
        found = find_signal(connection, worst_threat(connection).signal.id)
        decide(connection, RULES, found, Verdict.ACCEPT, "lead", "", at(LAST))
    monkeypatch.setenv("WHYRED_HOME", str(tmp_path))
    monkeypatch.setenv("WHYRED_DATABASE_URL", f"sqlite:///{tmp_path / 'copy.db'}")
    assert "[accept by lead]" in CliRunner().invoke(app, ["review", "list", ACCOUNT]).output


def worst_threat(connection: Connection) -> Observation:
    known = [o for o in observations_of(connection, ACCOUNT) if o.observed_at.date() <= LAST]
    return max((o for o in known if o.signal.type == "renewal_risk"), key=lambda o: o.signal.severity)


def statements_of(connection: Connection, signal_id: str) -> int:
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    find_signal(connection, signal_id)
    event.remove(connection, "before_cursor_execute", note)
    return len(seen)
