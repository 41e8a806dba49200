import numpy as np

from extractor.document import Role
from extractor.labelled import LabelledDocument
from extractor.local.choosing import Rule, Scored
from extractor.local.training.measure import case, measure
from extractor.local.training.thresholds import choose_rule
from extractor.local.windows import read_sentences

TYPES = ("renewal_risk", "advocacy")
RULE = Rule(thresholds=dict.fromkeys(TYPES, 0.0), entry=0.0, gap=1.0, slope=1.0, intercept=0.0)
TEXT = "We shall leave in May. Lunch was good. I told the whole fair about you."


def labelled(*gold):
    signals = [{"type": t, "severity": 2, "evidence": [{"message": "m1", "quote": q}]} for t, q in gold]
    message = {"id": "m1", "speaker": "Ann", "role": "customer", "text": TEXT}
    given = {"id": "d", "account": "a", "source": "email", "messages": [message], "signals": signals}
    return LabelledDocument.model_validate(given)


def judged(document, risk, advocacy):
    read = read_sentences(document.document(), lambda texts: [[1] for _ in texts], {Role.CUSTOMER})
    present = np.array([risk, advocacy], np.float32).T
    return case(document, Scored(tuple(read), present, np.zeros((3, 2, 2), np.float32)))


def figures(document, risk=(-9, -9, -9), advocacy=(-9, -9, -9)):
    return measure([judged(document, risk, advocacy)], TYPES, RULE)


RISK = ("renewal_risk", "We shall leave in May.")


def test_the_right_type_in_the_right_words_is_a_hit_in_both_figures():
    assert (figures(labelled(RISK), (1, -9, -9)).typed_f1, figures(labelled(RISK), (1, -9, -9)).grounded_f1) == (1, 1)


def test_the_right_type_in_other_words_is_a_typed_hit_only():
    found = figures(labelled(RISK), (-9, 1, -9))
    assert (found.typed_f1, found.grounded_f1) == (1, 0)


def test_half_of_the_words_suffice():
    whole = ("renewal_risk", "We shall leave in May. Lunch was good.")
    assert figures(labelled(whole), (1, -9, -9)).grounded_f1 == 1


def test_a_claim_in_a_document_without_signals_is_an_alarm():
    found = figures(labelled(), (1, -9, -9))
    assert (found.alarms, found.quiet, found.claimed, found.hits) == (1, 1, 1, 0)


def test_misses_and_false_claims_lower_f1():
    found = figures(labelled(RISK), (-9, -9, -9), (-9, -9, 1))
    assert (found.hits, found.claimed, found.gold, found.typed_f1) == (0, 1, 1, 0)


def test_the_chosen_rule_separates_what_can_be_separated():
    """Risk speaks above 2 where it is there; nothing else does. The rule must find a level between."""
    cases = [judged(labelled(RISK), (2.5, -3, -3), (-4, -4, -4)) for _ in range(10)]
    cases += [judged(labelled(), (1.0, -3, -3), (-4, -4, -4)) for _ in range(10)]
    rule = choose_rule(cases, TYPES)
    assert measure(cases, TYPES, rule).typed_f1 == 1
    assert measure(cases, TYPES, rule).alarms == 0
