import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.local.sentences import LONG, TOO_LONG, sentences


def split(text):
    return [span.of(text) for span in sentences(text)]


class TestTiling:
    """Whatever the text, its sentences are its words: nothing lost, doubled or reordered."""

    @given(st.text(alphabet=st.sampled_from("ab.!? \n\r\t,;-…。か>*1I'\"\u2028"), max_size=300))
    def test_each_character_but_white_space_lies_in_exactly_one_sentence(self, text):
        spans = sentences(text)
        owners = [sum(span.start <= place < span.end for span in spans) for place in range(len(text))]
        assert all(count <= 1 for count in owners)
        assert all(count == 1 for count, character in zip(owners, text, strict=True) if not character.isspace())

    @given(st.text(max_size=200))
    def test_sentences_begin_and_end_with_a_word(self, text):
        assert all(words == words.strip() and words for words in split(text))

    def test_empty_text_has_none(self):
        assert split(" \n\t ") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It works. Thank you!", ["It works.", "Thank you!"]),
        ("Mr. Holt left. We miss him.", ["Mr. Holt left.", "We miss him."]),
        ("See e.g. the export, i.e. the CSV.", ["See e.g. the export, i.e. the CSV."]),
        ("We use v2.3.1 today. Fine.", ["We use v2.3.1 today.", "Fine."]),
        ("J. P. Okafor signs.", ["J. P. Okafor signs."]),
        ("At 5 p.m. We left.", ["At 5 p.m.", "We left."]),
        ("well... maybe not", ["well... maybe not"]),
        ('She said "No!" Then she left.', ['She said "No!"', "Then she left."]),
        ("Goals:\n- faster close\n- fewer errors", ["Goals:", "- faster close", "- fewer errors"]),
        ("1. Export fails\n2. Import fails", ["1. Export fails", "2. Import fails"]),
        ("Best,\nFrances", ["Best,", "Frances"]),
        ("壊れています。返金してください。", ["壊れています。", "返金してください。"]),
    ],
)
def test_splits_as_a_reader_would(text, expected):
    assert split(text) == expected


def test_a_hard_wrapped_line_goes_on():
    text = "We have decided that the second laboratory will not be\nconnected this year. The rest stays."
    assert split(text) == [text[: text.index(" The")], "The rest stays."]


def test_a_blank_line_ends_a_sentence_even_after_a_long_line():
    text = "We have decided that the second laboratory will not be\n\nconnected this year"
    assert len(split(text)) == 2


@given(st.lists(st.sampled_from(["so", "the", "export", "and", "broke", "but", "yeah", "again"]), max_size=400))
def test_speech_without_punctuation_is_cut_to_quotable_length(words):
    assert all(len(piece.split()) <= TOO_LONG for piece in split(" ".join(words)))


def test_a_very_long_run_without_spaces_is_cut():
    assert all(len(piece) <= 2 * TOO_LONG for piece in split("字" * 5000))


def test_a_cut_prefers_a_joint():
    run = "we tried the new export " * 5 + "but " + "it never came back to us " * 4
    assert len(run.split()) > LONG
    assert any(piece.startswith("but ") for piece in split(run))
