"""What reviewers say of an engine: shares with Wilson's interval, agreement of two."""

import pytest

from eval.live import Judgement, agreed, last_words, precision_by, share


def said(signal, author, right, type="value_gap"):
    return Judgement(signal, type, "local/1", author, right)


def test_thirteen_of_sixteen_is_57_to_93_per_cent():
    found = share(13, 16)

    assert (found.value, round(found.low, 2), round(found.high, 2)) == (0.8125, 0.57, 0.93)


def test_a_share_of_nothing_is_undefined():
    assert share(0, 0).value is None


def test_only_the_last_word_on_a_signal_counts():
    words = [said("s1", "ann", True), said("s1", "bob", False), said("s2", "ann", True)]

    assert precision_by(last_words(words), lambda j: j.type)["value_gap"].value == 0.5


@pytest.mark.parametrize(("theirs", "kappa"), [((True, False, True, False), 1.0), ((False, True, False, True), -1.0)])
def test_agreement_is_over_signals_that_two_people_judged(theirs, kappa):
    ours = (True, False, True, False)
    words = [said(f"s{n}", "ann", a) for n, a in enumerate(ours)] + [said("alone", "ann", True)]
    words += [said(f"s{n}", "bob", b) for n, b in enumerate(theirs)]

    found = agreed(words)

    assert (found.pairs, found.kappa) == (4, kappa)


def test_without_second_looks_nothing_is_claimed():
    assert agreed([said("s1", "ann", True)]).kappa is None
