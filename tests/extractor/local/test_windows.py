import pytest

from extractor.document import Exclusion, Role, Source, Span, Turn, compose
from extractor.local.windows import Frame, read_sentences, windows

SPEAKERS = frozenset({Role.CUSTOMER, Role.INTERNAL, Role.UNKNOWN})


def tokenize(texts):
    """One token for each word, its length in characters: enough to follow what went where."""
    return [[1000 + len(word) for word in text.split()] for text in texts]


FRAME = Frame.of(tokenize)


def document(*turns):
    return compose([Turn(text, "Somebody", role) for role, text in turns], source=Source.EMAIL, key="k")


@pytest.fixture
def call():
    return document(
        (Role.VENDOR, "How is it going? Do tell us."),
        (Role.CUSTOMER, "Badly. " * 60 + "The export broke again."),
        (Role.VENDOR, "I am sorry to hear it. " * 30),
        (Role.CUSTOMER, "We will not renew. Sorry."),
    )


class TestReadSentences:
    def test_no_sentence_crosses_messages(self, call):
        for sentence in read_sentences(call, tokenize, SPEAKERS):
            assert call.messages[sentence.message].span.contains(sentence.span)

    def test_excluded_stretches_are_not_read(self):
        text = "We are leaving. Sent from my phone."
        turn = Turn(text, "Ann", Role.CUSTOMER, excluded=(Exclusion(Span(16, len(text)), "signature"),))
        read = read_sentences(compose([turn], source=Source.EMAIL, key="k"), tokenize, SPEAKERS)
        assert [sentence.span for sentence in read] == [Span(0, 15)]

    def test_quoted_lines_are_not_read(self):
        read = read_sentences(document((Role.CUSTOMER, "All fine.\n> We will cancel.\n > Today.")), tokenize, SPEAKERS)
        assert len(read) == 1

    def test_only_eligible_speakers_are_judged(self, call):
        read = read_sentences(call, tokenize, SPEAKERS)
        assert {sentence.role for sentence in read if not sentence.judged} == {Role.VENDOR}


class TestWindows:
    @pytest.mark.parametrize("size", [30, 80, 256])
    def test_every_judged_sentence_is_the_target_of_exactly_one_window(self, call, size):
        read = read_sentences(call, tokenize, SPEAKERS)
        made = windows(call.source, read, FRAME, size=size, before=10, after=5)
        targets = [number for window in made for number in window.sentences]
        assert targets == [number for number, sentence in enumerate(read) if sentence.judged]

    def test_a_target_range_holds_the_sentences_own_tokens(self, call):
        read = read_sentences(call, tokenize, SPEAKERS)
        for window in windows(call.source, read, FRAME, size=60, before=10, after=5):
            for number, (start, end) in zip(window.sentences, window.targets, strict=True):
                assert window.tokens[start:end] == read[number].tokens

    def test_windows_keep_to_their_size(self, call):
        read = read_sentences(call, tokenize, SPEAKERS)
        for window in windows(call.source, read, FRAME, size=60, before=10, after=5):
            introductions = 10 * len(call.messages)
            assert len(window.tokens) <= 60 + introductions

    def test_a_sentence_sees_the_words_before_it_even_where_another_speaks(self, call):
        read = read_sentences(call, tokenize, SPEAKERS)
        last = windows(call.source, read, FRAME, size=30, before=10, after=5)[-1]
        (start, _), *_ = last.targets
        introduction = FRAME.roles[Role.VENDOR]
        before = last.tokens[:start]
        assert any(before[i : i + len(introduction)] == introduction for i in range(len(before)))

    def test_a_document_without_eligible_words_needs_no_window(self):
        pitch = document((Role.VENDOR, "You would love the new tier!"))
        assert windows(pitch.source, read_sentences(pitch, tokenize, SPEAKERS), FRAME) == []
