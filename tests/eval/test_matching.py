"""One-to-one matching: as many pairs as can be, whatever the order."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.matching import intersection_over_union, match_spans
from extractor.document import Span

spans = st.builds(lambda start, length: Span(start, start + length), st.integers(0, 12), st.integers(1, 8))
several = st.lists(spans, max_size=5)
levels = st.sampled_from([1.0, 0.75, 0.5, 0.25])


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (Span(0, 10), Span(0, 10), 1.0),
        (Span(0, 10), Span(0, 5), 0.5),
        (Span(0, 10), Span(5, 15), 1 / 3),
        (Span(0, 10), Span(10, 20), 0.0),
        (Span(0, 10), Span(30, 40), 0.0),
        (Span(3, 3), Span(3, 3), 1.0),
    ],
)
def test_intersection_over_union(one, other, expected):
    assert intersection_over_union(one, other) == pytest.approx(expected)
    assert intersection_over_union(other, one) == pytest.approx(expected)


def test_a_greedy_matching_would_lose_a_pair():
    """The long prediction fits both gold spans; taken for its best, it would leave the other without a partner."""
    gold = [Span(0, 10), Span(4, 12)]
    predicted = [Span(2, 12), Span(4, 13)]

    matches = match_spans(gold, predicted, 0.5)

    assert {(m.gold, m.predicted) for m in matches} == {(0, 0), (1, 1)}


@given(several, several, levels)
def test_the_matching_is_as_large_as_any(gold, predicted, level):
    few, many = sorted([gold, predicted], key=len)
    best = max(
        sum(intersection_over_union(a, b) >= level for a, b in zip(few, order, strict=True))
        for order in permutations(many, len(few))
    )

    assert len(match_spans(gold, predicted, level)) == best


@given(several, several, levels)
def test_nobody_is_matched_twice_or_below_the_level(gold, predicted, level):
    matches = match_spans(gold, predicted, level)

    assert len({m.gold for m in matches}) == len({m.predicted for m in matches}) == len(matches)
    assert all(intersection_over_union(gold[m.gold], predicted[m.predicted]) >= level for m in matches)


@given(several, several, levels)
def test_sides_can_be_swapped(gold, predicted, level):
    assert len(match_spans(gold, predicted, level)) == len(match_spans(predicted, gold, level))
