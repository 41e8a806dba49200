"""What reviewers say of an engine: shares with Wilson's interval."""

from eval.live import Judgement, last_words, precision_by, share


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
