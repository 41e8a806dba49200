"""What a signal leaves open by its own confidence and severity."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.doubt import doubt, entropy

CONFIDENCES = st.floats(0, 1)


@pytest.mark.parametrize(("confidence", "bits"), [(0.5, 1.0), (0.0, 0.0), (1.0, 0.0), (1.7, 0.0), (0.11, 0.4999)])
def test_uncertainty_is_entropy_in_bits(confidence: float, bits: float) -> None:
    assert entropy(confidence) == pytest.approx(bits, abs=1e-3)


@given(CONFIDENCES, CONFIDENCES, st.integers(1, 3))
def test_the_nearer_to_a_coin_the_more_doubt(one: float, other: float, severity: int) -> None:
    surer, less_sure = sorted((one, other), key=lambda c: -abs(c - 0.5))
    assert doubt(severity, less_sure) >= doubt(severity, surer) - 1e-12


@given(CONFIDENCES, st.integers(1, 2))
def test_what_is_grave_is_never_beyond_doubt(confidence: float, severity: int) -> None:
    assert doubt(severity + 1, confidence) > doubt(severity, confidence) > 0
