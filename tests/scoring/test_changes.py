"""What a movement says happened did happen: no gain is told by the state that ended, no constant as what came or went."""

from __future__ import annotations

from datetime import date

from histories import days, default_rules, histories
from hypothesis import given
from hypothesis import strategies as st

from scoring.causes import DECIDES
from scoring.changes import Kind, changes
from scoring.facts import Facts
from scoring.labels import within
from scoring.movement import movement
from scoring.score import score

pairs = st.tuples(days, days).filter(lambda d: d[0] != d[1]).map(sorted)


@given(histories(), pairs)
def test_what_holds_no_longer_is_told_so(facts: Facts, between: list[date]) -> None:
    before, after = (score(facts, default_rules(), day) for day in between)
    stands = {(line.rule, line.input) for line in after.lines}
    for change in changes(before, after, frozenset()):
        gone = (
            change.kind in {Kind.FACTS, Kind.ASSESSMENT, Kind.AMPLIFIED} and (change.rule, change.input) not in stands
        )
        assert change.label.startswith("No longer: ") == gone
        if gone:
            assert change.since == after.day
            assert not change.detail or change.detail.startswith("it was: ")


@given(histories(), pairs)
def test_coverage_names_only_inputs_that_came_or_went(facts: Facts, between: list[date]) -> None:
    before, after = (score(facts, default_rules(), day) for day in between)
    was, now = ({within(i.label): (i.present, i.fed) for i in s.inputs} for s in (before, after))
    constant = [label for label in now if was[label] == now[label]]
    for change in changes(before, after, frozenset()):
        if change.kind is Kind.COVERAGE:
            assert not any(change.detail.startswith(f"{label} ") for label in constant)


@given(histories(), pairs)
def test_what_stands_before_larger_losses_says_why(facts: Facts, between: list[date]) -> None:
    before, after = (score(facts, default_rules(), day) for day in between)
    if before.rulebook != after.rulebook:
        return
    told = movement(before, after).causes
    losses = [c for c in told if c.points < 0 and after.points < before.points]
    for cause in losses:
        assert (DECIDES in cause.details) == (not set(after.deciding).isdisjoint(cause.signals))
