"""Two annotators: κ for each type, the words they quote, and every difference by name."""

from __future__ import annotations

import pytest

from eval.agreement import AgreementError, agreement
from extractor.taxonomy import load_taxonomy

TEXT = "We renew. It broke again. You may name us."
TAXONOMY = load_taxonomy()


def kinds(found):
    return [(d.document, d.type, d.kind) for d in found.disagreements]


@pytest.fixture
def first(sample):
    return [
        sample("d1", TEXT, gold=[("renewal_commitment", "We renew.", 2), ("unresolved_issue", "It broke again.", 2)]),
        sample("d2", TEXT, gold=[("advocacy", "You may name us.", 1)]),
        sample("d3", TEXT),
    ]


def test_an_annotator_agrees_with_themselves(first):
    found = agreement(first, first, TAXONOMY)

    by_type = {t.type: t for t in found.types}
    assert by_type["advocacy"].kappa == 1
    assert by_type["value_gap"].kappa is None
    assert (found.typed_f1.value, found.grounded_f1.value, found.span_f1["strict"].value) == (1, 1, 1)
    assert found.disagreements == ()


def test_every_kind_of_difference_is_named(first, sample):
    second = [
        sample("d1", TEXT, gold=[("renewal_commitment", "We renew.", 3), ("unresolved_issue", "You may name us.", 2)]),
        sample("d2", TEXT),
        sample("d3", TEXT, gold=[("advocacy", "You may name us.", 1)]),
    ]

    assert kinds(agreement(first, second, TAXONOMY)) == [
        ("d1", "renewal_commitment", "severity"),
        ("d1", "unresolved_issue", "other_words"),
        ("d2", "advocacy", "only_first"),
        ("d3", "advocacy", "only_second"),
    ]


def test_kappa_knows_what_chance_would_do(first, sample):
    """Of three documents the first has the type in the second, the other in the third: κ = (1/3 - 5/9) / (4/9)."""
    second = [first[0], sample("d2", TEXT), sample("d3", TEXT, gold=[("advocacy", "You may name us.", 1)])]

    by_type = {t.type: t for t in agreement(first, second, TAXONOMY).types}

    assert by_type["advocacy"].kappa == pytest.approx(-0.5)


def test_f1_is_the_same_from_either_side(first, sample):
    second = [sample("d1", TEXT, gold=[("renewal_commitment", "We renew.", 1)]), first[1]]

    one, other = agreement(first, second, TAXONOMY), agreement(second, first, TAXONOMY)

    assert one.typed_f1.value == other.typed_f1.value
    assert one.severity_kappa.value == other.severity_kappa.value
    assert one.left_out == other.left_out == ("d3",)


def test_other_words_under_the_same_id_are_refused(first, sample):
    with pytest.raises(AgreementError, match="'d1' has other words"):
        agreement(first, [sample("d1", "Something else.")], TAXONOMY)


def test_nothing_in_common_is_refused(first, sample):
    with pytest.raises(AgreementError, match="share no document"):
        agreement(first, [sample("x", TEXT)], TAXONOMY)
