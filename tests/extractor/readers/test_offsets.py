"""Exclusions and messages index the text in code points, whatever the text is made of."""

from hypothesis import given, settings
from hypothesis import strategies as st

from extractor.document import Document
from extractor.readers.html import render
from extractor.readers.mail.spans import not_newly_written
from extractor.readers.marks import outside, settle

WORDS = st.sampled_from(
    [
        "wir",
        "vergleichen",
        "Sie",
        "👩‍👩‍👧",
        "🙂",
        "é",
        "é",
        "İstanbul",
        "株式会社",
        "co\u00adoperate",
        "naïve",
        "ﬁn",
        "\u200bzero",
        "ß",
    ]
)
SENTENCES = st.lists(WORDS, min_size=2, max_size=8).map(lambda words: " ".join(words) + " heute.")
PARAGRAPHS = st.lists(SENTENCES, min_size=1, max_size=4).map("\n\n".join)
ENDINGS = st.sampled_from(
    [
        "",
        "\n\n-- \nJana Holt\nIT 🙂",
        "\n\nSent from my iPhone",
        "\n\nOn Wed, May 20, 2026 at 12:41 PM Nadia 🙂 <n@vendor.example> wrote:\n\n> é İ 株式\n> 🙂\n",
        "\n\nVon: Nadia\nGesendet: Mittwoch, 20. Mai 2026 12:41\nAn: Jana\nBetreff: İ\n\n👩‍👩‍👧 alt",
        "\n\n-- \nJana\n\nLe mer. 20 mai 2026 à 12:41, N <n@vendor.example> a écrit :\n> é\n",
    ]
)


@given(PARAGRAPHS, ENDINGS, st.booleans())
@settings(max_examples=150, deadline=None)
def test_what_is_outside_the_exclusions_is_what_the_sender_wrote(mails, own, ending, crlf):
    text = own + ending
    document = mails.parsed(mails.plain(text.replace("\n", "\r\n") if crlf else text))
    assert mails.new_words(document) == own
    check(document)


def check(document: Document) -> None:
    """Spans lie in the text, messages do not overlap, exclusions are disjoint and within one message."""
    end = 0
    for message in document.messages:
        assert end <= message.span.start <= message.span.end <= len(document.text)
        end = message.span.end
    position = 0
    for exclusion in document.excluded:
        assert position <= exclusion.span.start < exclusion.span.end <= len(document.text)
        assert document.message_at(exclusion.span) is not None
        position = exclusion.span.end


@given(st.text(max_size=400))
@settings(max_examples=200, deadline=None)
def test_any_text_gives_disjoint_exclusions_without_white_space_at_their_edges(text):
    excluded = not_newly_written(text, names=("Jana Holt",), subject="Fwd: x")
    position = 0
    for exclusion in excluded:
        piece = exclusion.span.of(text)
        assert position <= exclusion.span.start
        assert piece == piece.strip() != ""
        position = exclusion.span.end
    assert settle(text, excluded) == excluded
    assert len(outside(text, excluded)) == len(text) - sum(e.span.end - e.span.start for e in excluded)


@given(
    st.lists(
        st.one_of(
            WORDS,
            st.sampled_from(
                [
                    "<p>",
                    "</p>",
                    "<div>",
                    "</div>",
                    "<br>",
                    "<blockquote>",
                    "</blockquote>",
                    "<b>",
                    "&amp;",
                    "<td>",
                    "<span style='display:none'>",
                    "<",
                ]
            ),
        ),
        max_size=40,
    )
)
@settings(max_examples=150, deadline=None)
def test_html_marks_lie_in_the_rendered_text(pieces):
    rendered = render(" ".join(pieces))
    assert all(0 <= e.span.start < e.span.end <= len(rendered.text) for e in rendered.excluded)
