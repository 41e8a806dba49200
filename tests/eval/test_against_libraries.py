"""Where our definitions coincide with scikit-learn's, nervaluate's or scipy's, so must the numbers."""

from __future__ import annotations

import random

import numpy as np
import pytest
from nervaluate import Evaluator
from scipy import stats
from sklearn.calibration import calibration_curve
from sklearn.metrics import (
    average_precision_score,
    brier_score_loss,
    cohen_kappa_score,
    f1_score,
    precision_recall_fscore_support,
)

from eval.figures import figures
from eval.figures.facts import facts_of
from eval.figures.measures import ratio
from eval.intervals import interval, weights

TYPES = ("advocacy", "renewal_risk", "value_gap", "unresolved_issue")
SENTENCES = [f"Sentence number {word} says something." for word in ("one", "two", "three", "four", "five", "six")]
SEEDS = range(6)


@pytest.fixture
def random_run(sample, run_of):
    """A run of forty documents with gold and predictions drawn apart, never two of a type in one document."""

    def build(seed: int):
        draw = random.Random(seed)
        samples, predicted = [], {}
        for number in range(40):
            gold = [(t, draw.choice(SENTENCES), draw.randint(1, 3)) for t in TYPES if draw.random() < 0.4]
            known = {t: quote for t, quote, _ in gold}
            claims = [
                (
                    t,
                    known.get(t, SENTENCES[0]) if draw.random() < 0.7 else draw.choice(SENTENCES),
                    draw.randint(1, 3),
                    draw.random(),
                )
                for t in TYPES
                if draw.random() < (0.7 if t in known else 0.2)
            ]
            text = " ".join(SENTENCES)
            samples.append(sample(f"d{number}", text, gold=gold, account=f"a{number % 9}"))
            predicted[f"d{number}"] = claims
        return run_of(samples, predicted, seed=seed)

    return build


def indicators(run):
    gold = np.array([[any(g.type == t for g in r.gold) for t in TYPES] for r in run.documents])
    predicted = np.array([[any(p.type == t for p in r.predicted) for t in TYPES] for r in run.documents])
    return gold, predicted


@pytest.mark.parametrize("seed", SEEDS)
def test_typed_figures_are_scikit_learns_over_the_indicator_matrix(random_run, seed):
    run = random_run(seed)
    gold, predicted = indicators(run)
    found = figures(run, resamples=10)

    precision, recall, f1, _ = precision_recall_fscore_support(gold, predicted, average="micro")
    assert found.figure("typed_precision").value == pytest.approx(precision)
    assert found.figure("typed_recall").value == pytest.approx(recall)
    assert found.figure("typed_f1").value == pytest.approx(f1)
    assert found.figure("macro_f1").value == pytest.approx(f1_score(gold, predicted, average="macro"))
    for number, type_ in enumerate(TYPES):
        by_type = found.slices["type"][type_].figures
        assert by_type["typed_f1"].value == pytest.approx(f1_score(gold[:, number], predicted[:, number]))


@pytest.mark.parametrize("seed", SEEDS)
def test_severity_kappa_is_scikit_learns(random_run, seed):
    run = random_run(seed)
    pairs = [(p.gold.severity, p.predicted.severity) for p in facts_of(run.documents).pairs if p.gold and p.predicted]
    expected = cohen_kappa_score(*zip(*pairs, strict=True), weights="quadratic", labels=[1, 2, 3])

    assert figures(run, resamples=10).figure("severity_kappa").value == pytest.approx(expected)


@pytest.mark.parametrize("seed", SEEDS)
def test_calibration_and_ranking_are_scikit_learns(random_run, seed):
    run = random_run(seed)
    facts = facts_of(run.documents)
    right = np.array([p.typed for p in facts.pairs if p.predicted])
    confidence = np.array([p.predicted.confidence for p in facts.pairs if p.predicted])
    missed = sum(1 for p in facts.pairs if not p.predicted)
    found = figures(run, resamples=10)

    assert found.figure("brier").value == pytest.approx(brier_score_loss(right, confidence))
    share, mean = calibration_curve(right, confidence, n_bins=10)
    sizes = np.array([b.n for b in found.reliability])
    assert [b.right for b in found.reliability] == pytest.approx(list(share))
    assert [b.confidence for b in found.reliability] == pytest.approx(list(mean))
    assert found.figure("ece").value == pytest.approx(float((np.abs(share - mean) * sizes).sum() / sizes.sum()))
    ranked = average_precision_score(right, confidence) * right.sum() / (right.sum() + missed)
    assert found.figure("average_precision").value == pytest.approx(ranked)


@pytest.mark.parametrize("seed", SEEDS)
def test_strict_spans_are_nervaluates_strict(random_run, seed):
    """nervaluate matches greedily and in reading order; on spans that do not overlap that is the same."""
    run = random_run(seed)

    def entities(labels):
        return [{"label": label.type, "start": q.start, "end": q.end} for label in labels for q in label.evidence]

    strict = [0, 0, 0]
    for type_ in TYPES:
        gold = [entities(label for label in r.gold if label.type == type_) for r in run.documents]
        predicted = [entities(label for label in r.predicted if label.type == type_) for r in run.documents]
        result = Evaluator(gold, predicted, tags=[type_], loader="dict").evaluate()["overall"]["strict"]
        strict = [strict[0] + result.correct, strict[1] + result.possible, strict[2] + result.actual]

    found = figures(run, resamples=10)
    assert found.figure("span_strict_recall").value == pytest.approx(strict[0] / strict[1])
    assert found.figure("span_strict_precision").value == pytest.approx(strict[0] / strict[2])


def test_the_interval_is_that_of_scipys_bootstrap_over_accounts():
    """Both draw accounts with replacement and take percentiles; only their random numbers differ."""
    random_numbers = np.random.default_rng(7)
    whole = random_numbers.integers(1, 9, size=40).astype(float)
    part = np.floor(whole * random_numbers.uniform(0.3, 1.0, size=40))
    drawn = weights(40, seed=3, resamples=20_000)

    ours = interval(ratio(drawn @ part, drawn @ whole), 40)
    theirs = stats.bootstrap(
        (part, whole),
        lambda p, w, axis: p.sum(axis=axis) / w.sum(axis=axis),
        paired=True,
        n_resamples=20_000,
        method="percentile",
        rng=np.random.default_rng(3),
    ).confidence_interval

    assert ours.low == pytest.approx(theirs.low, abs=0.003)
    assert ours.high == pytest.approx(theirs.high, abs=0.003)
