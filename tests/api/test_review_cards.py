"""A card shows every quote where it stands, and no stretch of text twice."""

from hypothesis import given
from hypothesis import strategies as st

from api.console.review.page import CONTEXT, LONGEST, passages
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
        at = passage.span.start
        assert passage.span.of(document.text) == text
        assert passage.begins == (passage.message.span.start == at)
        assert passage.ends == (passage.message.span.end == passage.span.end)
        assert passage.message.span.start <= at
        assert passage.span.end <= passage.message.span.end
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


@given(
    st.lists(
        st.text("abc\N{LATIN SMALL LETTER E WITH ACUTE}", min_size=1, max_size=LONGEST - 1), min_size=3, max_size=200
    ),
    st.data(),
)
def test_no_word_is_cut_in_two(words, data):
    text = " ".join(words)
    document = compose([Turn(text, "Ada", Role.CUSTOMER)], source=Source.EMAIL, key="mail:1")
    place = data.draw(st.integers(0, len(words) - 1))
    start = document.text.index(text) + len(" ".join(words[:place])) + (place > 0)
    span = Span(start, start + len(words[place]))
    quote = Evidence(document.id, "m1", span, span.of(document.text), "Ada", Role.CUSTOMER, None)
    (passage,) = passages(document, [quote])
    shown = passage.span.of(document.text)
    assert passage.begins or (document.text[passage.span.start - 1].isspace() and not shown[0].isspace())
    assert passage.ends or (document.text[passage.span.end].isspace() and not shown[-1].isspace())
    for room, whole in ((start - passage.span.start, passage.begins), (passage.span.end - span.end, passage.ends)):
        assert whole or CONTEXT - LONGEST <= room <= CONTEXT
