"""Intervals by account: what they hold, when there are none, and that they cost nothing to wait for."""

from __future__ import annotations

import time

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.figures.measures import ratio
from eval.intervals import interval, point, weights

clusters = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=2, max_size=30)


@given(clusters)
def test_the_interval_holds_the_share_it_belongs_to(counts):
    """Hits and misses of each account; the share lies between its bounds, and those between 0 and 1."""
    hits = np.array([float(h) for h, _ in counts])
    whole = hits + np.array([float(m) for _, m in counts])
    drawn = weights(len(counts))
    values = ratio(drawn @ hits, drawn @ whole)

    bounds, value = interval(values, len(counts)), point(values)

    if value is None:
        assert bounds == (None, None)
    else:
        assert 0 <= bounds.low <= value + 1e-12
        assert value - 1e-12 <= bounds.high <= 1


def test_one_account_has_no_interval():
    drawn = weights(1)

    assert interval(ratio(drawn @ np.array([1.0]), drawn @ np.array([2.0])), 1) == (None, None)


def test_nothing_to_resample_is_said():
    with pytest.raises(ValueError, match="no account"):
        weights(0)


def test_the_same_seed_draws_the_same_accounts():
    assert np.array_equal(weights(9, seed=4), weights(9, seed=4))
    assert not np.array_equal(weights(9, seed=4), weights(9, seed=5))


def test_every_resample_draws_as_many_accounts_as_there_are():
    assert set(weights(13).sum(axis=1)) == {13.0}


def test_documents_of_one_account_widen_the_interval():
    """Ten documents that always agree within an account tell as much as one document of that account."""
    hits = np.array([1.0, 0.0] * 10)
    alone, tenfold = weights(20), weights(20)

    single = interval(ratio(alone @ hits, alone @ np.ones(20)), 20)
    crowded = interval(ratio(tenfold @ (10 * hits), tenfold @ np.full(20, 10.0)), 20)

    assert crowded == single


def test_intervals_cover_the_truth_about_as_often_as_they_say():
    """Share 0.7, forty accounts of five documents that lean the same way: 95 % nominal, at least 88 % found."""
    random_numbers = np.random.default_rng(11)
    covered = 0
    for seed in range(200):
        leaning = random_numbers.beta(7, 3, size=40)
        hits = random_numbers.binomial(5, leaning).astype(float)
        drawn = weights(40, seed=seed, resamples=400)
        bounds = interval(ratio(drawn @ hits, drawn @ np.full(40, 5.0)), 40)
        covered += bounds.low <= 0.7 <= bounds.high

    assert covered / 200 >= 0.88


def test_a_thousand_resamples_of_many_accounts_take_no_time():
    begun = time.perf_counter()
    drawn = weights(2000)
    for _ in range(10):
        interval(ratio(drawn @ np.ones(2000), drawn @ np.full(2000, 2.0)), 2000)

    assert time.perf_counter() - begun < 5
