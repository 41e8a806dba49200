"""A conversation is rebuilt from what its mails name, then from their subjects, whatever the order of reading."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.readers.mail.thread import Letter, base_subject, threads

FIRST = datetime(2026, 5, 4, 9, tzinfo=UTC)


def letter(key: str, subject: str = "Seats", *answers: str, day: int = 0) -> Letter:
    return Letter(key, subject, answers, FIRST + timedelta(days=day))


def conversations(*letters: Letter) -> set[frozenset[str]]:
    names = threads(letters)
    return {frozenset(key for key in names if names[key] == name) for name in names.values()}


def test_an_answer_joins_the_mail_that_it_names():
    found = threads([letter("c", "Other", "b", day=2), letter("b", "Re: Seats", "a", day=1), letter("a")])
    assert found == {"a": "a", "b": "a", "c": "a"}


def test_two_answers_to_a_mail_that_is_not_known_are_one_conversation():
    found = threads([letter("b", "Re: Seats", "a", day=1), letter("c", "Re: Seats", "a", "x", day=2)])
    assert found == {"b": "a", "c": "a"}


def test_mails_that_share_only_a_later_reference_are_one_conversation():
    assert len(conversations(letter("c", "Re: x", "r", "m"), letter("d", "Re: x", "m", day=1))) == 1


def test_an_answer_that_names_no_mail_joins_the_last_mail_of_its_subject():
    june = letter("june", "Monthly report", day=30)
    answer = letter("answer", "AW: Re: monthly  report", day=31)
    assert conversations(letter("may", "Monthly report"), june, answer) == {
        frozenset({"may"}),
        frozenset({"june", "answer"}),
    }


def test_mails_that_begin_alike_are_not_one_conversation():
    assert len(conversations(letter("a", "Invoice"), letter("b", "Invoice", day=1))) == 2


@pytest.mark.parametrize(("day", "count"), [(-1, 2), (90, 1), (91, 2)])
def test_only_a_mail_of_the_last_ninety_days_is_answered_by_subject(day, count):
    assert len(conversations(letter("a"), letter("b", "Re: Seats", day=day))) == count


def test_empty_subjects_join_nothing():
    assert len(conversations(letter("a", ""), letter("b", "Re: ", day=1))) == 2


LETTERS = st.lists(
    st.builds(
        Letter,
        st.sampled_from("abcdefgh"),
        st.sampled_from(["Seats", "Re: Seats", "Price", "Re: Price", ""]),
        st.lists(st.sampled_from("abcdefghxyz"), max_size=3, unique=True).map(tuple),
        st.one_of(st.none(), st.integers(0, 120).map(lambda day: FIRST + timedelta(days=day))),
    ),
    unique_by=lambda found: found.key,
)


@given(LETTERS, st.randoms(use_true_random=False))
def test_the_order_of_reading_changes_nothing(letters, random):
    shuffled = list(letters)
    random.shuffle(shuffled)
    assert threads(shuffled) == threads(letters)


@given(LETTERS)
def test_whoever_names_a_mail_is_in_its_thread(letters):
    found = threads(letters)
    for one in letters:
        assert all(found[one.key] == found[name] for name in one.answers if name in found)


@pytest.mark.parametrize(
    "subject", ["Re: x", "AW: WG: x", "RE[2]: x", "Antw: x", "TR : x", "x", "回复:x", "Odp: Re: x"]
)
def test_base_subjects(subject):
    assert base_subject(subject) == "x"
