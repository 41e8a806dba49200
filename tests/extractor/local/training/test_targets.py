import pytest

from extractor.document import Role
from extractor.labelled import LabelledDocument, Passage
from extractor.local.model import installed_encoder
from extractor.local.tokens import Tokens
from extractor.local.training.targets import Marker

TYPES = ("renewal_risk", "advocacy")


@pytest.fixture(scope="module")
def marker():
    return Marker(Tokens(installed_encoder() / "tokenizer.json"), TYPES, {Role.CUSTOMER})


def passage(text, *quotes, before=""):
    labels = [{"type": "renewal_risk", "severity": 2, "quote": quote} for quote in quotes]
    given = {"id": "p", "source": "email", "role": "customer", "before": before, "text": text, "labels": labels}
    return Passage.model_validate(given)


def present(piece):
    return [int(target.present[0]) for target in piece.targets]


def test_the_sentence_that_holds_the_quote_is_the_positive_one(marker):
    piece = marker.passage(passage("Lunch was good. We shall leave in May. See you.", "We shall leave in May."))
    assert present(piece) == [0, 1, 0]


def test_a_quote_over_two_sentences_marks_both(marker):
    piece = marker.passage(passage("We looked around. We shall leave. Bye now.", "We looked around. We shall leave."))
    assert present(piece) == [1, 1, 0]


def test_a_clause_marks_its_sentence_and_only_its_own_words(marker):
    piece = marker.passage(passage("Lunch was good, but we shall leave.", "we shall leave"))
    (target,) = piece.targets
    assert present(piece) == [1]
    assert target.tokens[:, 0].tolist() == [0, 0, 0, 0, 0, 1, 1, 1, 0]
    assert not target.tokens[:, 1].any()


def test_a_sentence_that_a_quote_only_grazes_does_not_count(marker):
    text = (
        "Lunch was good and the weather too you know. Leave we shall, and leave we will, all of us, in May, for good."
    )
    piece = marker.passage(passage(text, "know. Leave we shall, and leave we will, all of us, in May, for good."))
    assert present(piece) == [0, 1]
    assert [int(target.counted[0]) for target in piece.targets] == [0, 1]


def test_the_words_before_are_context_of_another_message(marker):
    piece = marker.passage(passage("We shall.", "We shall.", before="Ann: Will you renew?\nSam: Will you leave?"))
    assert [sentence.judged for sentence in piece.sentences] == [False, False, True]
    assert len({sentence.message for sentence in piece.sentences}) == 3
    assert present(piece) == [0, 0, 1]


def test_a_document_marks_the_message_that_the_evidence_names(marker):
    messages = [{"id": i, "speaker": "Ann", "role": "customer", "text": "We leave. Bye."} for i in ("m1", "m2")]
    signal = {"type": "renewal_risk", "severity": 3, "evidence": [{"message": "m2", "quote": "We leave."}]}
    given = {"id": "d", "account": "a", "source": "email", "messages": messages, "signals": [signal]}
    piece = marker.document(LabelledDocument.model_validate(given))
    assert present(piece) == [0, 0, 1, 0]
    assert piece.targets[2].severity.tolist() == [3, 0]
