"""What holds for every account, every day and every valid set of rules."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import date, datetime, timedelta

from histories import BAD, GOOD, STAFF, START, days, default_rules, histories, observations, rulebooks, said
from hypothesis import assume, given
from hypothesis import strategies as st

from extractor.document import Role, Took
from extractor.signal import Interaction
from scoring.facts import AccountVersion, Assessment, Decision, Facts, Reading, Verdict, end_of
from scoring.ledger import WHOLE
from scoring.rulebook.model import Rulebook
from scoring.score import score

rules = st.one_of(st.builds(default_rules), rulebooks())


@given(histories(), rules, days)
def test_the_lines_sum_to_the_score_and_the_weights_to_the_whole(facts: Facts, book: Rulebook, day: date) -> None:
    found = score(facts, book, day)
    assert sum(line.points for line in found.lines) == found.points
    assert sum(level.weight for level in found.inputs) == WHOLE
    assert 0 <= found.low <= found.points <= found.high <= WHOLE or found.coverage == 0


@given(histories(), rules, days)
def test_each_input_stays_within_its_weight_and_equals_its_lines(facts: Facts, book: Rulebook, day: date) -> None:
    found = score(facts, book, day)
    for level in found.inputs:
        assert 0 <= level.points <= level.weight
        assert level.points == sum(line.points for line in found.lines if line.input == level.id)
        assert level.present == (level.weight > 0)


@given(histories(), rules, days, st.randoms(use_true_random=False))
def test_the_order_of_facts_means_nothing(facts: Facts, book: Rulebook, day: date, chance: random.Random) -> None:
    def shuffled(items: tuple[object, ...]) -> tuple[object, ...]:
        return tuple(chance.sample(items, len(items)))

    mixed = replace(
        facts,
        **{
            name: shuffled(getattr(facts, name))
            for name in ("contacts", "observations", "interactions", "readings", "assessments", "decisions", "versions")
        },
    )
    assert score(mixed, book, day) == score(facts, book, day)


@given(histories(), rules, days, histories())
def test_what_becomes_known_later_changes_nothing(facts: Facts, book: Rulebook, day: date, more: Facts) -> None:
    """Words, meetings, readings, assessments, reviews and contracts that were not known by the end of the day."""
    later = end_of(day) + timedelta(hours=1)

    def after(moment: datetime) -> datetime:
        return max(moment, later)

    grown = replace(
        facts,
        observations=(
            *facts.observations,
            *(replace(o, known_at=after(o.known_at), subject=f"{o.subject}x") for o in more.observations),
        ),
        interactions=(*facts.interactions, *(replace(i, known_at=later) for i in more.interactions)),
        readings=(*facts.readings, *(replace(r, known_at=later) for r in more.readings)),
        assessments=(*facts.assessments, *(replace(a, known_at=later) for a in more.assessments)),
        decisions=(
            *facts.decisions,
            *(Decision(o.subject, Verdict.REJECT, later, "r", "no") for o in facts.observations),
        ),
        versions=(*(facts.versions or (AccountVersion(None, facts.account),)), AccountVersion(later, more.account)),
    )
    assert score(grown, book, day) == score(facts, book, day)


@given(histories(), rules, days, st.data())
def test_one_more_piece_of_bad_news_never_raises_the_score(
    facts: Facts, book: Rulebook, day: date, data: st.DataObject
) -> None:
    worse = replace(facts, observations=(*facts.observations, data.draw(observations(BAD, number=77))))
    assert score(worse, book, day).points <= score(facts, book, day).points


@given(histories(), rules, days, st.data())
def test_one_more_piece_of_good_news_never_lowers_the_score(
    facts: Facts, book: Rulebook, day: date, data: st.DataObject
) -> None:
    """Exempt: a promise of growth, which a `stalled` rule counts as decline once it has gone silent."""
    promises = {r.after for r in book.stalled}
    good = tuple(name for name in GOOD if name not in promises)
    better = replace(facts, observations=(*facts.observations, data.draw(observations(good, number=77))))
    assert score(better, book, day).points >= score(facts, book, day).points


@given(histories(), rules, days, st.data())
def test_worse_words_never_score_higher(facts: Facts, book: Rulebook, day: date, data: st.DataObject) -> None:
    """The same matter one degree more severe: lower for bad news, higher for good news."""
    mild = [o for o in facts.observations if o.signal.severity < 3 and o.subject not in _decided(facts)]
    assume(mild)
    chosen = data.draw(st.sampled_from(mild))
    graver = replace(chosen, signal=replace(chosen.signal, severity=chosen.signal.severity + 1))
    changed = replace(facts, observations=tuple(graver if o is chosen else o for o in facts.observations))
    before, after = score(facts, book, day).points, score(changed, book, day).points
    assert after <= before if chosen.signal.type in BAD else after >= before


def _decided(facts: Facts) -> set[str]:
    return {d.subject for d in facts.decisions}


def test_a_complaint_after_a_quiet_year_does_not_bring_its_input_back_to_raise_the_score() -> None:
    """An account in the red about which support knew nothing: a mild ticket must not lift it."""
    book = default_rules()
    day = START + timedelta(days=300)
    low = {"active_users": 10.0, "features_used": 1.0, "invoice_days_late": 60.0, "nps": -40.0}
    answers = {"sponsor_status": "missing", "exec_engagement": "none", "outcome_narrative": "missing"}
    quiet = Facts(
        account=replace(_account(), licensed_seats=100),
        readings=tuple(Reading(name, day, value) for name, value in low.items()),
        assessments=(Assessment(day, STAFF, answers),),
    )
    complaint = said(1, "unresolved_issue", 1, end_of(day) - timedelta(days=1))
    assert score(replace(quiet, observations=(complaint,)), book, day).points <= score(quiet, book, day).points


def test_an_interaction_read_late_does_not_break_a_silence_of_the_past() -> None:
    book = default_rules()
    day = START + timedelta(days=200)
    word = Interaction("d1", "eva@customer.example", "Eva", Role.CUSTOMER, Took.WROTE, end_of(START), "t")
    late = replace(word, document_id="d2", at=end_of(day) - timedelta(days=3), known_at=end_of(day) + timedelta(days=9))
    facts = Facts(account=_account(), contacts=_contacts(), interactions=(word,))
    assert any(line.kind == "silence" for line in score(facts, book, day).lines)
    assert score(replace(facts, interactions=(word, late)), book, day) == score(facts, book, day)


def _account():
    from scoring.facts import Account

    return Account("acme", "Acme", "enterprise", STAFF, 100_000, "EUR")


def _contacts():
    from histories import CONTACTS

    return CONTACTS
