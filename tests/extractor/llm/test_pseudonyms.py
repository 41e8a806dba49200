from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.document import Document, Exclusion, Participant, Role, Source, Span, Took, Turn, compose
from extractor.grounding import ground
from extractor.llm.pseudonyms import disguise, undisguised
from extractor.llm.scripted import Step, signal, signals
from extractor.signal import Claim


def mail(text: str, *, speaker: str = "Jana Holt", title: str = "", others: tuple[str, ...] = ()) -> Document:
    people = tuple(Participant(name, None, Role.CUSTOMER, Took.RECEIVED) for name in others)
    return compose([Turn(text, speaker, Role.CUSTOMER)], source=Source.EMAIL, key="k", title=title, participants=people)


def worn(text: str, **more: Any) -> str:
    return disguise(mail(text, **more)).document.text


class TestWhatIsReplaced:
    @pytest.mark.parametrize(
        ("text", "expected"),
        [
            ("Write to jana.holt+x@halden.example now.", "Write to address1@mail.example now."),
            ("Call +49 30 1234 5678 or 030/123456-78.", "Call PHONEA or PHONEB."),
            ("Call (030) 1234 5678, or 555-123-4567.", "Call PHONEA, or PHONEB."),
            ("Card 4111 1111 1111 1111 is ours.", "Card CARDA is ours."),
            ("Pay to DE89 3704 0044 0532 0130 00 today.", "Pay to IBANA today."),
            ("Our account number: 004711-220 is closed.", "Our account number: ACCOUNTA is closed."),
            ("Jana Holt left. Jana was key, said HOLT.", "NameA NameB left. NameA was key, said NameC."),
            ("Holt, Jana wrote; jana's desk is empty.", "NameA, NameB wrote; NameC's desk is empty."),
        ],
    )
    def test_people_addresses_and_numbers(self, text: str, expected: str) -> None:
        assert worn(text) == expected

    @pytest.mark.parametrize(
        "text",
        [
            "We met on 2026-05-20 and on 20.05.2026 at 12:41.",
            "Invoice SP-11820 over 1,200,000 is late.",
            "Ticket 48211 has 4111 1111 1111 1112 rows.",
            "Will you renew? It may be late.",
            "Janas and Holthaus are other words.",
        ],
    )
    def test_dates_amounts_and_other_words_stay(self, text: str) -> None:
        assert worn(text, others=("Will May",)) == text

    def test_a_name_that_is_a_word_counts_beside_the_other_name(self) -> None:
        assert worn("Will Turner asks: will you?", others=("Will Turner",)) == "NameA NameB asks: will you?"

    def test_speakers_and_titles_as_well(self) -> None:
        document = disguise(mail("x", title="Call with Jana", speaker="Jana Holt")).document

        assert (document.title, document.messages[0].speaker) == ("Call with NameA", "NameA NameB")

    def test_a_stand_in_never_stands_in_the_text_already(self) -> None:
        assert worn("NameA met Jana.") == "NameA met NameB."


class TestTheWayBack:
    TEXT = "Jana Holt (jana@halden.example, +49 30 1234 5678) said HOLT leaves. Jana agreed."

    def test_is_exact_for_every_stretch_between_words(self) -> None:
        disguised = disguise(mail(self.TEXT))

        assert disguised.restore(disguised.document.text) == self.TEXT

    def test_forgives_capitals(self) -> None:
        assert disguise(mail("Jana left.")).restore("NAMEA left") == "Jana left"

    def test_does_not_touch_longer_words(self) -> None:
        assert disguise(mail("Jana left.")).restore("NameAB NameA1 xNameA") == "NameAB NameA1 xNameA"

    @given(
        st.lists(
            st.sampled_from(
                [
                    "Jana",
                    "Holt",
                    "Jana Holt",
                    "jana@x.example",
                    "+49 30 1234 5678",
                    "and",
                    "Will",
                    "left.",
                    "\n",
                    "é",
                    "NameA",
                    "4111111111111111",
                ]
            ),
            max_size=25,
        )
    )
    def test_is_exact_for_any_text(self, words: list[str]) -> None:
        text = " ".join(words)
        disguised = disguise(mail(text, others=("Will Holt",)))

        assert disguised.restore(disguised.document.text) == text

    def test_offsets_of_messages_and_exclusions_move_along(self) -> None:
        first = "Jana Holt left.\n-- \nJana Holt, +49 30 1234 5678"
        gap = Exclusion(Span(first.index("--"), len(first)), "signature")
        document = compose(
            [Turn(first, "Jana Holt", Role.CUSTOMER, excluded=(gap,)), Turn("Bye, Jana.", "Tom Reyes", Role.VENDOR)],
            source=Source.EMAIL,
            key="k",
        )
        disguised = disguise(document)

        assert [disguised.restore(disguised.document.words(m)) for m in disguised.document.messages] == [
            document.words(m) for m in document.messages
        ]
        (moved,) = disguised.document.excluded
        assert disguised.restore(moved.span.of(disguised.document.text)) == gap.span.of(document.text)
        assert disguised.document.id == document.id

    def test_quotes_ground_in_the_original(self) -> None:
        document = mail(self.TEXT)
        disguised = disguise(document)
        claim = Claim("stakeholder_departure", "said NameC leaves", 2, 0.9, "m1")

        (found,) = ground([undisguised(claim, disguised)], document, "llm").signals
        assert found.evidence[0].quote == "said HOLT leaves"


def test_nothing_personal_leaves_and_evidence_is_the_original(server: Callable, detector: Callable) -> None:
    document = mail("Jana Holt told me: I am leaving in May. Ring +49 30 1234 5678.", title="Jana")

    def answer(body: Mapping[str, Any]) -> Step:
        assert "NameA NameB told me" in body["messages"][-1]["content"]
        return Step(signals(signal("stakeholder_departure", ("m1", "NameA NameB told me: I am leaving in May."))))

    scripted = server(answer=answer)
    (detection,) = detector(scripted, pseudonymise=True).detect([document])
    (found,) = ground(detection.claims, document, "llm").signals

    sent = str(scripted.requests[0]["messages"][-1])
    assert not any(word in sent for word in ("Jana", "Holt", "1234"))
    assert found.evidence[0].quote == "Jana Holt told me: I am leaving in May."


def test_it_is_off_unless_asked_for(server: Callable, detector: Callable) -> None:
    scripted = server()
    list(detector(scripted).detect([mail("Jana Holt left.")]))

    assert "Jana Holt left." in scripted.requests[0]["messages"][-1]["content"]
