import numpy as np
import pytest

from extractor.document import Role, Source, Turn, compose
from extractor.local.choosing import MOST_QUOTES, Rule, Scored, choose
from extractor.local.windows import read_sentences

TYPES = ("renewal_risk", "advocacy")
RULE = Rule(thresholds={"renewal_risk": 0.0, "advocacy": 1.0}, entry=0.0, gap=2.0, slope=1.0, intercept=0.0)


def tokenize(texts):
    return [[1000] * len(text.split()) for text in texts]


def scored(document, risk, advocacy=None):
    read = tuple(read_sentences(document, tokenize, frozenset(Role)))
    present = np.array([risk, advocacy or [-9.0] * len(risk)], np.float32).T
    return Scored(read, present, np.full((len(read), 2, 2), [1.0, -1.0], np.float32))


@pytest.fixture
def mail():
    turns = ["We may leave. Lunch was good. We shall leave in May.", "Yes. We leave."]
    return compose([Turn(text, "Ann", Role.CUSTOMER) for text in turns], source=Source.EMAIL, key="k")


def test_below_its_threshold_a_type_is_not_claimed(mail):
    assert choose(mail, scored(mail, [-1, -2, -0.1, -3, -3], [0.9] * 5), TYPES, RULE) == []


def test_a_faint_type_counts_only_beside_a_clear_one(mail):
    rule = RULE.model_copy(update={"entry": 2.0})
    assert choose(mail, scored(mail, [1.5, -5, -5, -5, -5]), TYPES, rule) == []
    claims = choose(mail, scored(mail, [1.5, -5, -5, -5, -5], [-5, 3, -5, -5, -5]), TYPES, rule)
    assert {claim.type for claim in claims} == {"renewal_risk", "advocacy"}


def test_the_best_sentence_is_quoted_first_and_weak_ones_not_at_all(mail):
    claims = choose(mail, scored(mail, [1.5, -5, 3, -5, 0.5]), TYPES, RULE)
    assert [claim.quote for claim in claims] == ["We shall leave in May.", "We may leave."]
    assert claims[0].confidence > claims[1].confidence


def test_adjacent_sentences_become_one_quote(mail):
    (claim,) = choose(mail, scored(mail, [2, 1, 1.5, -5, -5]), TYPES, RULE)
    assert claim.quote == "We may leave. Lunch was good. We shall leave in May."


def test_a_quote_never_crosses_messages(mail):
    claims = choose(mail, scored(mail, [-5, -5, 2, 2, -5]), TYPES, RULE)
    assert {(claim.message, claim.quote) for claim in claims} == {("m1", "We shall leave in May."), ("m2", "Yes.")}


def test_no_more_quotes_than_the_guide_allows():
    text = " ".join(["We leave.", "Fine."] * 6)
    document = compose([Turn(text, "Ann", Role.CUSTOMER)], source=Source.EMAIL, key="k")
    assert len(choose(document, scored(document, [2, -5] * 6), TYPES, RULE)) == MOST_QUOTES


def test_severity_counts_the_grades_reached(mail):
    assert {claim.severity for claim in choose(mail, scored(mail, [2, -5, -5, -5, -5]), TYPES, RULE)} == {2}


def test_confidence_rises_with_the_margin_over_the_threshold():
    assert RULE.confidence("advocacy", 1.0) == RULE.confidence("renewal_risk", 0.0) == pytest.approx(0.5)
    assert RULE.confidence("advocacy", 2.0) > RULE.confidence("advocacy", 1.5)
