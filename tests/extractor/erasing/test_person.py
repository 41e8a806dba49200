"""Taking somebody out moves everybody else's words, and never changes them."""

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from extractor.document import Exclusion, Participant, Role, Source, Span, Took, Turn, compose, document_id
from extractor.erasing.person import NOBODY, Person, redact
from extractor.erasing.traces import STAND_IN, Traces, name_words, spellings

NAMES = frozenset({"Jana Holt"})
PERSON = Person(frozenset({"jana.holt@halden.example"}), NAMES)
AT = datetime(2026, 5, 1, tzinfo=UTC)

pieces = st.sampled_from(
    ["we are leaving", "Jana Holt", "JANA", "jana.holt@halden.example", "Holt, Jana", "😀 é", "\n", "ok"]
)
said = st.lists(pieces, min_size=1, max_size=6).map(" ".join)
turns = st.lists(
    st.tuples(st.sampled_from(["jana.holt@halden.example", "p.aas@halden.example", None]), said), min_size=1
)


def traces(*lines):
    return Traces({*PERSON.addresses, *spellings(NAMES)}, name_words(NAMES), lines)


def document(*said, excluded=()):
    made = [Turn(text, address or "Unknown", Role.CUSTOMER, AT, address, excluded=excluded) for address, text in said]
    return compose(made, source=Source.EMAIL, key="mail:<1@x>", title="Numbers", origin="mail/1.eml")


@given(turns, st.data())
def test_others_words_are_found_again_at_their_place(made, data):
    whole = document(*made)
    left = redact(whole, PERSON, traces(), took_part=False)
    if left is None:
        assert not traces().are_in(whole.text)
        return
    assert document_id(left.document) == left.document.id
    for trace in ("jana", "holt"):
        assert trace not in left.document.text.casefold()
    assert [m.id for m in left.document.messages] == [m.id for m in whole.messages]
    for old, new in zip(whole.messages, left.document.messages, strict=True):
        start = data.draw(st.integers(old.span.start, old.span.end))
        span = Span(start, data.draw(st.integers(start, old.span.end)))
        moved = left.moved(span)
        if old.id in left.theirs:
            assert (left.document.words(new), new.speaker, moved) == (STAND_IN, NOBODY, None)
        elif moved is not None:
            assert new.span.contains(moved)
            if not any(cut.old.overlaps(span) for cut in left.cuts):
                assert moved.of(left.document.text) == span.of(whole.text)


def test_quoted_history_of_their_conversation_goes_whole_and_stays_marked():
    quote = "> we must talk about it\n> and soon"
    quoted = Exclusion(Span(11, 11 + len(quote)), "quoted_history")
    whole = document(("p.aas@halden.example", f"Thank you.\n{quote}\nBest, Piet"), excluded=(quoted,))
    left = redact(whole, PERSON, traces(), took_part=True)
    assert left is not None
    assert left.document.text == f"Thank you.\n{STAND_IN}\nBest, Piet"
    (mark,) = left.document.excluded
    assert (mark.span.of(left.document.text), mark.why) == (STAND_IN, "quoted_history")
    assert redact(whole, PERSON, traces(), took_part=False) is None


def test_a_line_of_theirs_that_somebody_copied():
    own = "our board has asked for two more offers by June"
    whole = document(("p.aas@halden.example", f"As you heard: {own}. What now?"))
    left = redact(whole, PERSON, traces(own), took_part=False)
    assert left is not None
    assert left.document.text == f"As you heard: {STAND_IN}. What now?"


def test_who_only_received_it_is_dropped_from_the_list():
    gone = Participant("Jana Holt", "jana.holt@halden.example", Role.CUSTOMER, Took.RECEIVED)
    whole = compose([Turn("hello", "Piet", address="p@x")], source=Source.EMAIL, key="k", participants=(gone,))
    left = redact(whole, PERSON, traces(), took_part=False)
    assert left is not None
    assert (left.document.participants, left.document.id) == ((), whole.id)


def test_a_word_of_the_name_that_is_the_accounts_stays():
    assert name_words(["Jana Halden"], ["Halden Freight"]) == {"Jana"}


def test_words_that_are_no_name_alone():
    assert name_words(["Will Turner"]) == {"Turner"}
