"""A card shows every quote where it stands, and no stretch of text twice."""

from hypothesis import given
from hypothesis import strategies as st

from api.console.review.page import CONTEXT, passages
from extractor.document import Role, Source, Span, Turn, compose
from extractor.signal import Evidence

WORDS = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=900)


@st.composite
def cited_documents(draw):
    turns = [Turn(draw(WORDS), name, Role.CUSTOMER) for name in ("Ada", "Ben")[: draw(st.integers(1, 2))]]
    document = compose(turns, source=Source.EMAIL, key="mail:1")
    found = []
    for _ in range(draw(st.integers(1, 3))):
        message = draw(st.sampled_from(document.messages))
        start = draw(st.integers(message.span.start, message.span.end - 1))
        span = Span(start, draw(st.integers(start + 1, message.span.end)))
        found.append(
            Evidence(document.id, message.id, span, span.of(document.text), message.speaker, message.role, None)
        )
    return document, found


@given(cited_documents())
def test_marks_are_the_quotes_and_nothing_is_shown_twice(made):
    document, evidence = made
    shown = set()
    marked = set()
    for passage in passages(document, evidence):
        text = "".join(piece for piece, _ in passage.pieces)
        first = min(e.span.start for e in evidence if e.message == passage.message.id and e.span.start not in marked)
        at = max(passage.message.span.start, first - CONTEXT)
        assert document.text[at : at + len(text)] == text
        assert passage.begins == (at == passage.message.span.start)
        assert passage.ends == (at + len(text) == passage.message.span.end)
        for piece, quoted in passage.pieces:
            here = set(range(at, at + len(piece)))
            assert not here & shown
            shown |= here
            marked |= here if quoted else set()
            at += len(piece)
    assert marked == {place for e in evidence for place in range(e.span.start, e.span.end)}


def test_two_sentences_of_one_breath_are_one_passage():
    document = compose([Turn("We leave. Soon. In May.", "Ada", Role.CUSTOMER)], source=Source.EMAIL, key="mail:1")
    places = [(document.text.index(words), words) for words in ("In May.", "We leave.")]
    evidence = [Evidence(document.id, "m1", Span(at, at + len(w)), w, "Ada", Role.CUSTOMER, None) for at, w in places]
    (passage,) = passages(document, evidence)
    assert passage.pieces == (("We leave.", True), (" Soon. ", False), ("In May.", True))
    assert passage.begins
    assert passage.ends
