"""The canonical text: messages tile it, exclusions index it, the id follows what was said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.document import SEPARATOR, Exclusion, Role, Source, Span, Turn, compose, document_id

texts = st.text(min_size=0, max_size=40)
turns = st.lists(st.builds(Turn, text=texts, speaker=st.sampled_from(["Ada", "Bo"])), max_size=6)


@given(turns)
def test_messages_tile_the_text_with_one_separator_between(said: list[Turn]) -> None:
    document = compose(said, source=Source.EMAIL, key="k")
    assert SEPARATOR.join(document.words(m) for m in document.messages) == document.text
    assert [document.words(m) for m in document.messages] == [t.text for t in said]
    assert document_id(document) == document.id


def test_exclusions_move_with_their_message() -> None:
    said = [Turn("Hello there", "Ada"), Turn("Bye. -- Bo", "Bo", excluded=(Exclusion(Span(5, 10), "signature"),))]
    document = compose(said, source=Source.EMAIL, key="k")
    assert [e.span.of(document.text) for e in document.excluded] == ["-- Bo"]


def test_learning_who_somebody_is_makes_no_other_document() -> None:
    one = compose([Turn("Hi", "Ada")], source=Source.EMAIL, key="k")
    other = compose([Turn("Hi", "Ada", Role.CUSTOMER)], source=Source.EMAIL, key="k")
    assert one.id == other.id


@pytest.mark.parametrize("change", [{"title": "x"}, {"key": "x"}, {"text": "Hi!"}])
def test_any_other_content_is_another_document(change: dict[str, str]) -> None:
    document = compose([Turn("Hi", "Ada")], source=Source.EMAIL, key="k")
    assert document_id(replace(document, **change)) != document.id


def test_a_span_that_ends_before_it_starts_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\[5, 3\)"):
        Span(5, 3)
