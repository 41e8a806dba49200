"""Reviewers see first what is most uncertain and would do most harm."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.harms import load_harms
from eval.review_order import Candidate, entropy, queue
from extractor.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()


def order(*candidates):
    return [q.candidate.id for q in queue(candidates, load_harms(), TAXONOMY)]


def test_the_less_certain_of_two_alike_comes_first():
    assert order(Candidate("sure", "advocacy", 2, 0.97), Candidate("unsure", "advocacy", 2, 0.55)) == ["unsure", "sure"]


def test_the_more_harmful_of_two_equally_certain_comes_first():
    assert order(
        Candidate("nice", "advocacy", 2, 0.7),
        Candidate("rescue", "value_gap", 2, 0.7),
        Candidate("escalation", "escalation_tone", 2, 0.7),
    ) == ["escalation", "rescue", "nice"]


def test_a_refused_claim_can_be_a_missed_escalation_but_not_a_false_rescue():
    assert order(
        Candidate("refused gap", "value_gap", 2, 0.7, refused=True),
        Candidate("refused escalation", "escalation_tone", 2, 0.7, refused=True),
    ) == ["refused escalation", "refused gap"]


def test_certainty_does_not_bury_what_is_grave():
    assert order(Candidate("grave", "renewal_risk", 3, 1.0), Candidate("trifle", "advocacy", 1, 0.99)) == [
        "grave",
        "trifle",
    ]


def test_a_type_that_no_longer_exists_is_still_queued():
    assert order(Candidate("old", "no_such_type", 1, 0.5)) == ["old"]


@pytest.mark.parametrize(("confidence", "bits"), [(0.5, 1.0), (0.0, 0.0), (1.0, 0.0), (1.7, 0.0), (0.11, 0.4999)])
def test_uncertainty_is_entropy_in_bits(confidence, bits):
    assert entropy(confidence) == pytest.approx(bits, abs=1e-3)


candidates = st.lists(
    st.builds(
        Candidate,
        id=st.uuids().map(str),
        type=st.sampled_from(TAXONOMY.ids),
        severity=st.integers(1, 3),
        confidence=st.floats(0, 1),
        refused=st.booleans(),
    ),
    max_size=12,
)


@given(candidates)
def test_the_order_does_not_depend_on_where_it_starts(found):
    assert order(*found) == order(*reversed(found))
    assert sorted(order(*found)) == sorted(c.id for c in found)
