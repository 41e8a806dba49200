"""Differences are paired: what both runs find hard cancels out."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import mcnemar

from eval.compare import CompareError, compare

RENEW = [("renewal_commitment", "We renew.", 2)]
CLAIM = [("renewal_commitment", "We renew.", 2, 0.9)]
ALARM = [*CLAIM, ("advocacy", "We renew.", 1, 0.5)]


@pytest.fixture
def samples(sample):
    return [sample(f"d{n}", "We renew.", gold=RENEW, account=f"a{n}") for n in range(12)]


def test_a_run_against_itself_differs_by_nothing(samples, run_of):
    run = run_of(samples, {"d1": CLAIM, "d2": ALARM})

    found = compare(run, run)

    assert found.documents == 12
    assert found.left_out == 0
    for name, difference in found.differences.items():
        assert difference.change.value in {0.0, None}, name
        assert (difference.change.low, difference.change.high) in {(0.0, 0.0), (None, None)}, name
    assert (found.typed.only_ours, found.typed.only_baseline, found.typed.p) == (0, 0, 1.0)


def test_what_one_run_finds_and_the_other_misses_is_a_difference(samples, run_of):
    ours = run_of(samples, {s.id: CLAIM for s in samples})
    theirs = run_of(samples, {s.id: CLAIM for s in samples[:4]}, extractor="before")

    found = compare(ours, theirs)

    recall = found.differences["typed_recall"]
    assert (recall.ours, recall.baseline) == (1.0, pytest.approx(1 / 3))
    assert recall.change.value == pytest.approx(2 / 3)
    assert 0 < recall.change.low <= 2 / 3 <= recall.change.high
    assert found.baseline == "before"
    assert (found.typed.only_ours, found.typed.only_baseline) == (8, 0)
    assert found.typed.p == pytest.approx(mcnemar(np.array([[0, 8], [0, 0]]), exact=True).pvalue)


def test_a_paired_interval_is_narrower_than_the_difference_of_two_runs_apart(samples, sample, run_of):
    """Both runs miss the same half of the accounts; the paired difference does not care."""
    hard = [sample(f"h{n}", "We renew.", gold=RENEW, account=f"h{n}") for n in range(12)]
    ours = run_of([*samples, *hard], {s.id: CLAIM for s in samples})
    theirs = run_of([*samples, *hard], {s.id: CLAIM for s in samples[:-1]})

    change = compare(ours, theirs).differences["typed_recall"].change

    assert change.low == 0.0
    assert change.high < 0.2


def test_other_words_in_the_same_place_differ_in_grounded_only(sample, run_of):
    text = "We renew. We will sign it."
    samples = [sample("d1", text, gold=RENEW), sample("d2", text, gold=RENEW)]
    ours = run_of(samples, {"d1": CLAIM, "d2": CLAIM})
    theirs = run_of(samples, {"d1": CLAIM, "d2": [("renewal_commitment", "We will sign it.", 2, 0.9)]})

    found = compare(ours, theirs)

    assert (found.typed.only_ours, found.grounded.only_ours) == (0, 1)


def test_documents_with_other_words_or_labels_are_left_out_and_counted(samples, sample, run_of):
    changed = [
        sample("d0", "We renew.", account="a0"),
        sample("d1", "We renew. Now.", gold=RENEW, account="a1"),
        *samples[2:],
    ]

    found = compare(run_of(samples, {}), run_of(changed, {}))

    assert (found.documents, found.left_out) == (10, 4)


def test_runs_without_a_common_document_say_nothing_about_each_other(samples, sample, run_of):
    with pytest.raises(CompareError, match="share no document"):
        compare(run_of(samples, {}), run_of([sample("x", "Other.")], {}))
