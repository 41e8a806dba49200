from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.document import Document, Exclusion, Role, Source, Span, Turn, compose
from extractor.llm.request import Asker
from extractor.llm.windows import HEADER_TOKENS, windows
from extractor.taxonomy import load_taxonomy
from prompts import load_prompt


def words(text: str) -> int:
    return len(text.split())


def call(*lengths: int) -> Document:
    turns = [Turn(". ".join([f"w{i}"] * n), "Jana", Role.CUSTOMER) for i, n in enumerate(lengths)]
    return compose(turns, source=Source.TRANSCRIPT, key="call")


def ids(document: Document, budget: int, overlap: int = 1) -> list[list[str]]:
    return [[p.message.id for p in w] for w in windows(document, words, budget, overlap)]


class TestWindows:
    def test_a_short_document_is_one(self) -> None:
        assert ids(call(5, 5, 5), 1000) == [["m1", "m2", "m3"]]

    def test_hold_whole_messages_and_repeat_the_last_of_the_one_before(self) -> None:
        assert ids(call(10, 10, 10, 10), 3 * (10 + HEADER_TOKENS)) == [["m1", "m2", "m3"], ["m3", "m4"]]

    def test_repeat_nothing_that_does_not_fit(self) -> None:
        assert ids(call(50, 50, 50), 60 + HEADER_TOKENS) == [["m1"], ["m2"], ["m3"]]

    def test_cut_a_message_that_is_too_long_between_sentences(self) -> None:
        document = call(100)
        found = windows(document, words, 30 + HEADER_TOKENS, 0)

        assert len(found) > 3
        for (piece,) in found:
            assert words(piece.span.of(document.text)) <= 30
            assert piece.span.of(document.text).startswith("w0")
            assert piece.parts == len(found)

    @given(st.lists(st.integers(0, 60), min_size=1, max_size=12), st.integers(45, 200), st.integers(0, 3))
    def test_together_show_every_word_in_order_within_the_budget(
        self, lengths: list[int], budget: int, overlap: int
    ) -> None:
        document = call(*lengths)
        found = windows(document, words, budget, overlap)

        covered = sorted({(p.span.start, p.span.end) for w in found for p in w})
        for message in document.messages:
            spans = [s for s in covered if message.span.contains(Span(*s))]
            reached = message.span.start
            for start, end in spans:
                assert start <= reached
                reached = max(reached, end)
            assert reached == message.span.end
        for window in found:
            assert [p.span for p in window] == sorted(p.span for p in window)
            assert sum(words(p.span.of(document.text)) + HEADER_TOKENS for p in window) <= budget


class TestRequests:
    @pytest.fixture
    def asker(self, settings: Callable, nonce: Callable[[], str]) -> Asker:
        return Asker(load_prompt("extract_signals/v1"), load_taxonomy(), settings(), nonce=nonce)

    def test_the_key_follows_the_content_and_not_the_nonce(self, asker: Asker, letter: Callable[..., Document]) -> None:
        (one,), (same,), (other,) = (asker.requests(letter(t)) for t in ("It broke.", "It broke.", "It works."))

        assert one.messages != same.messages
        assert one.key == same.key != other.key

    @pytest.mark.parametrize("changed", [{"model": "other"}, {"repeat": 1}, {"temperature": None}])
    def test_the_key_follows_what_could_change_the_reply(
        self, asker: Asker, letter: Callable[..., Document], settings: Callable, changed: dict[str, object]
    ) -> None:
        changed_asker = Asker(load_prompt("extract_signals/v1"), load_taxonomy(), settings(**changed))

        assert asker.requests(letter("x"))[0].key != changed_asker.requests(letter("x"))[0].key

    def test_the_key_follows_who_speaks(self, asker: Asker, letter: Callable[..., Document]) -> None:
        (customer,) = asker.requests(letter(("Jana", Role.CUSTOMER, "x")))
        (internal,) = asker.requests(letter(("Jana", Role.INTERNAL, "x")))

        assert customer.key != internal.key

    def test_nothing_is_asked_where_nothing_may_be_cited(self, asker: Asker) -> None:
        pitch = Turn("Buy more!", "Tom", Role.VENDOR)
        quoted = Turn("> we leave", "Jana", Role.CUSTOMER, excluded=(Exclusion(Span(0, 10), "quoted_history"),))

        assert asker.requests(compose([pitch, quoted], source=Source.EMAIL, key="k")) == ()

    def test_excluded_stretches_are_left_out_in_place(self, asker: Asker) -> None:
        text = "Before.\n> old\nAfter.\n-- \nJana"
        gaps = (Exclusion(Span(8, 13), "quoted_history"), Exclusion(Span(21, len(text)), "signature"))
        (request,) = asker.requests(
            compose([Turn(text, "Jana", Role.CUSTOMER, excluded=gaps)], source=Source.EMAIL, key="k", title="T")
        )

        assert request.messages[-1].content == (
            "<doc 000000000001>\nemail: T\n[000000000001 m1 | customer | Jana]\nBefore.\n"
            "[000000000001 left out: quoted_history]\nAfter.\n[000000000001 left out: signature]\n"
            "</doc 000000000001>\nReport the signals of this document."
        )

    def test_another_nonce_is_drawn_when_one_stands_in_the_text(
        self, asker: Asker, letter: Callable[..., Document]
    ) -> None:
        (request,) = asker.requests(letter("lucky guess 000000000001"))

        assert request.messages[-1].content.startswith("<doc 000000000002>")
