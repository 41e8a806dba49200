"""κ of reviewers is Cohen's, over pairs of people, and is never said to be surer than it is."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import cohen_kappa_score

from eval.reviewers import Word, kappa, reviewer_agreement


def word(signal: str, author: str, stands: bool = True, type: str = "value_gap", account: str = "a-one") -> Word:
    return Word(account, signal, type, author, stands)


def pair(number: int, first: bool, second: bool, **more: str) -> list[Word]:
    return [word(f"s{number}", "ada", first, **more), word(f"s{number}", "ben", second, **more)]


PAIRS = st.lists(st.tuples(st.booleans(), st.booleans()), min_size=1, max_size=30)


@settings(deadline=None)
@given(PAIRS)
def test_it_is_what_scikit_learn_says(pairs: list[tuple[bool, bool]]) -> None:
    found = reviewer_agreement([w for n, said in enumerate(pairs) for w in pair(n, *said)]).overall
    if len({said for both in pairs for said in both}) == 1:
        assert found.kappa.value is None
    else:
        expected = cohen_kappa_score([a for a, _ in pairs], [b for _, b in pairs])
        assert found.kappa.value == pytest.approx(expected)
    assert (found.pairs, found.same) == (len(pairs), sum(a == b for a, b in pairs))


@settings(deadline=None)
@given(PAIRS, st.randoms())
def test_the_order_of_signals_changes_nothing(pairs: list[tuple[bool, bool]], random) -> None:
    words = [w for n, said in enumerate(pairs) for w in pair(n, *said, account=f"a-{n % 3}")]
    mixed = random.sample(words, len(words))
    assert reviewer_agreement(mixed) == reviewer_agreement(words)


@settings(deadline=None)
@given(PAIRS)
def test_the_interval_holds_the_value_or_is_none(pairs: list[tuple[bool, bool]]) -> None:
    words = [w for n, said in enumerate(pairs) for w in pair(n, *said, account=f"a-{n % 4}")]
    found = reviewer_agreement(words).overall.kappa
    if found.low is not None and found.high is not None:
        assert -1 <= found.low <= found.high <= 1
    else:
        assert found.value is None or len(pairs) == 1


def test_one_account_has_no_interval() -> None:
    found = reviewer_agreement([*pair(1, True, True), *pair(2, False, True)]).overall.kappa
    assert (found.low, found.high) == (None, None)


def test_ones_last_word_counts_and_ones_own_second_look_is_no_agreement() -> None:
    again = [word("s1", "ada", False), word("s1", "ada", True)]
    assert reviewer_agreement(again).overall.signals == 0
    found = reviewer_agreement([*again, word("s1", "ben", True)])
    assert (found.overall.pairs, found.overall.same, found.differing) == (1, 1, ())


def test_of_three_every_pair_counts_and_the_signal_once() -> None:
    found = reviewer_agreement([word("s1", "ada"), word("s1", "ben"), word("s1", "cy", stands=False)])
    assert (found.overall.signals, found.overall.pairs, found.overall.same) == (1, 3, 1)
    assert (found.differing[0].stands, found.differing[0].falls) == (("ada", "ben"), ("cy",))


def test_types_are_told_apart() -> None:
    words = [*pair(1, True, True), *pair(2, True, False, type="advocacy"), *pair(3, False, False)]
    found = reviewer_agreement(words)
    assert {name: (r.pairs, r.same) for name, r in found.types.items()} == {"advocacy": (1, 0), "value_gap": (2, 2)}
    assert found.types["value_gap"].kappa.value == 1
    assert found.overall.pairs == 3


def test_nothing_judged_twice_has_no_figure() -> None:
    found = reviewer_agreement([word("s1", "ada")])
    assert (found.accounts, found.overall.pairs, found.overall.kappa.value, found.types) == (0, 0, None, {})


def test_agreement_by_chance_is_zero() -> None:
    assert kappa(np.array([[1.0, 1, 1, 1], [5, 0, 0, 5], [0, 5, 5, 0]])).tolist() == [0, 1, -1]
    assert math.isnan(kappa(np.array([[7.0, 0, 0, 0]]))[0])
