"""Every movement is explained to the last tenth."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from histories import LENGTH, START, days, default_rules, histories, observations, rulebooks, said
from hypothesis import given
from hypothesis import strategies as st

from scoring.changes import Kind
from scoring.facts import Account, Assessment, Decision, Facts, Verdict, end_of
from scoring.movement import Context, movement, starting_point
from scoring.rulebook.model import Rulebook
from scoring.score import score

pairs = st.tuples(days, days).filter(lambda d: d[0] != d[1]).map(sorted)


def reviewed_between(facts: Facts, first: date, last: date) -> frozenset[str]:
    return frozenset(d.subject for d in facts.decisions if end_of(first) < d.at <= end_of(last))


@given(histories(), st.one_of(st.builds(default_rules), rulebooks()), pairs)
def test_causes_sum_to_the_movement(facts: Facts, book: Rulebook, between: list[date]) -> None:
    before, after = (score(facts, book, day) for day in between)
    rebased = score(facts, book, before.day) if before.rulebook != after.rulebook else None
    moved = movement(before, after, Context(reviewed_between(facts, *between), rebased))
    assert moved.residual == 0
    assert sum(c.points for c in moved.causes) == after.points - before.points


@given(histories(), rulebooks(), pairs)
def test_causes_sum_across_a_change_of_rules(facts: Facts, book: Rulebook, between: list[date]) -> None:
    before, after = score(facts, default_rules(), between[0]), score(facts, book, between[1])
    moved = movement(before, after, Context(rebased=score(facts, book, between[0])))
    assert moved.residual == 0


@given(histories(), pairs, st.data())
def test_causes_sum_when_mails_arrive_late(facts: Facts, between: list[date], data: st.DataObject) -> None:
    """The earlier day was scored before the mail came; the mail speaks of days before it."""
    book = default_rules()
    mail = data.draw(observations(number=88))
    late = replace(mail, known_at=max(mail.observed_at, end_of(between[0]) + timedelta(hours=1)))
    grown = replace(facts, observations=(*facts.observations, late))
    before, after = score(facts, book, between[0]), score(grown, book, between[1])
    rebased = score(grown, book, between[0]) if before.rulebook != after.rulebook else None
    assert movement(before, after, Context(rebased=rebased)).residual == 0


@given(histories(), st.one_of(st.builds(default_rules), rulebooks()), days)
def test_a_first_score_is_explained_from_the_baselines(facts: Facts, book: Rulebook, day: date) -> None:
    after = score(facts, book, day)
    assert movement(starting_point(after), after).residual == 0


@given(histories(most=4), days)
def test_nothing_moves_without_a_cause(facts: Facts, day: date) -> None:
    same = score(facts, default_rules(), day)
    assert movement(same, same).causes == ()


def test_rules_that_changed_want_the_rebased_score() -> None:
    facts = Facts(account=Account("acme", "Acme", "smb", "csm@vendor.example", 1, "EUR"))
    one = score(facts, default_rules(), START)
    with pytest.raises(ValueError, match="give the rebased score"):
        movement(one, replace(one, rulebook="2030-01-01"))


@given(st.integers(1, 3), st.sampled_from([30, 90, 200]))
def test_a_rejected_signal_is_named_as_reviewed(severity: int, age: int) -> None:
    """Somebody rejects a signal between two days: what comes back is called reviewed, and nothing else moved."""
    book, day = default_rules(), START + timedelta(days=LENGTH)
    mail = said(1, "value_gap", severity, end_of(day - timedelta(days=age)))
    view = Assessment(day - timedelta(days=10), "csm", {"sponsor_status": "active"})
    account = Account("acme", "Acme", "enterprise", "csm@vendor.example", 1, "EUR")
    rejection = Decision(mail.subject, Verdict.REJECT, end_of(day) - timedelta(days=2), "lead", "a joke between them")
    facts = Facts(account, observations=(mail,), assessments=(view,), decisions=(rejection,))
    before, after = score(facts, book, day - timedelta(days=5)), score(facts, book, day)
    moved = movement(before, after, Context(reviewed=frozenset({mail.subject})))
    assert not [line for line in after.lines if line.rule == "value_gap"]
    assert moved.residual == 0
    assert {c.kind for c in moved.causes} <= {Kind.REVIEWED}
    assert (moved.change > 0) == any(line.rule == "value_gap" for line in before.lines)
