"""What would do more harm if it were judged wrongly weighs more."""

from __future__ import annotations

import pytest

from eval.harms import load_harms
from eval.review_order import harm_of
from extractor.taxonomy import load_taxonomy


@pytest.mark.parametrize(
    ("type_", "why"),
    [
        ("escalation_tone", "missed_escalation"),
        ("renewal_risk", "missed_renewal_risk"),
        ("value_gap", "false_rescue"),
        ("advocacy", None),
        ("no_such_type", None),
    ],
)
def test_the_worst_harm_that_a_type_can_do_is_its_weight(type_, why):
    named = {rule.name: rule.weight for rule in load_harms()}
    assert harm_of(type_, load_harms(), load_taxonomy()) == (named[why] if why else 1.0)
