"""What must hold for any gold and any predictions."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from eval.figures import figures
from eval.figures.measures import catalogue
from eval.record import Label, RunRecord
from eval.run import evaluate, rescore
from eval.scripted import oracle

TYPES = ("advocacy", "escalation_tone", "renewal_risk", "value_realised")
WORDS = ("We", "may", "leave", "soon", "or", "stay", "for", "years", "maybe", "never")
TEXT = " ".join(WORDS)
SHARES = [name for name in catalogue() if name != "severity_kappa"]

quotes = st.integers(0, len(WORDS) - 1).flatmap(
    lambda first: st.integers(first + 1, len(WORDS)).map(lambda last: " ".join(WORDS[first:last]))
)
labels = st.lists(st.tuples(st.sampled_from(TYPES), quotes, st.integers(1, 3)), max_size=4)
confidences = st.sampled_from([0.05, 0.3, 0.55, 0.8, 1.0])
documents = st.lists(
    st.tuples(labels, st.lists(st.tuples(labels, confidences), max_size=1), st.integers(0, 2)), min_size=1, max_size=5
)
small = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.fixture(scope="session")
def drawn_run(sample, run_of):
    def build(drawn) -> RunRecord:
        samples = [
            sample(f"d{n}", TEXT, gold=gold, account=f"a{account}") for n, (gold, _, account) in enumerate(drawn)
        ]
        predicted = {
            f"d{n}": [(*label, confidence) for found, confidence in each for label in found]
            for n, (_, each, _) in enumerate(drawn)
        }
        return run_of(samples, predicted)

    return build


def swapped(run: RunRecord) -> RunRecord:
    """Gold and prediction change places."""
    results = tuple(r.model_copy(update={"gold": r.predicted, "predicted": r.gold}) for r in run.documents)
    return run.model_copy(update={"documents": results})


@small
@given(drawn=documents)
def test_a_perfect_engine_gets_one_everywhere(drawn, sample):
    samples = [sample(f"d{n}", TEXT, gold=gold, account=f"a{a}") for n, (gold, _, a) in enumerate(drawn)]
    found = figures(evaluate(samples, oracle(samples), dataset_name="drawn"), resamples=20)

    for panel in [found.overall, *(p for each in found.slices.values() for p in each.values())]:
        for name, figure in panel.figures.items():
            if figure.value is not None:
                best = 1.0 if catalogue()[name].better == "higher" else 0.0
                assert (figure.value, figure.low or best, figure.high or best) == pytest.approx((best, best, best)), (
                    name
                )


@small
@given(drawn=documents)
def test_f1_does_not_care_which_side_is_gold(drawn, drawn_run):
    run = drawn_run(drawn)
    one, other = figures(run, resamples=5), figures(swapped(run), resamples=5)

    for prefix in ("typed", "grounded", "span_strict", "span_iou50"):
        assert one.figure(f"{prefix}_f1").value == pytest.approx(other.figure(f"{prefix}_f1").value)
        assert one.figure(f"{prefix}_precision").value == pytest.approx(other.figure(f"{prefix}_recall").value)
    assert one.figure("macro_f1").value == pytest.approx(other.figure("macro_f1").value)


@small
@given(drawn=documents)
def test_grounded_is_never_more_than_typed_and_strict_never_more_than_loose(drawn, drawn_run):
    found = figures(drawn_run(drawn), resamples=5)

    for figure in ("precision", "recall", "f1"):
        typed, grounded = found.figure(f"typed_{figure}").value, found.figure(f"grounded_{figure}").value
        assert (typed is None) == (grounded is None)
        assert typed is None or grounded <= typed
        levels = [
            found.figure(f"{level}_{figure}").value
            for level in ("span_strict", "span_iou75", "span_iou50", "span_iou25")
        ]
        assert levels == sorted(levels, key=lambda v: -1 if v is None else v)


@small
@given(drawn=documents)
def test_shares_stay_between_nought_and_one_and_inside_their_interval(drawn, drawn_run):
    found = figures(drawn_run(drawn), resamples=200)

    for name in SHARES:
        figure = found.figure(name)
        assert figure.value is None or 0 <= figure.value <= 1, name
        if figure.low is not None:
            assert 0 <= figure.low <= figure.high <= 1, name


@small
@given(drawn=documents)
def test_confusion_accounts_for_every_pair(drawn, drawn_run):
    run = drawn_run(drawn)
    found = figures(run, resamples=5)

    gold = sum(cell.n for cell in found.confusion if cell.gold)
    predicted = sum(cell.n for cell in found.confusion if cell.predicted)
    assert gold == found.figure("typed_recall").n
    assert predicted == found.figure("typed_precision").n


@small
@given(drawn=documents)
def test_figures_survive_storage_and_are_the_same_every_time(drawn, drawn_run):
    run = drawn_run(drawn)
    again = RunRecord.model_validate_json(run.model_dump_json())

    assert again == run
    assert rescore(again) == rescore(run)


@small
@given(drawn=documents, extra=st.tuples(st.sampled_from(TYPES), quotes, st.integers(1, 3)))
def test_one_more_prediction_never_lowers_recall(drawn, extra, drawn_run):
    run = drawn_run(drawn)
    type_, quote, severity = extra
    start = TEXT.index(quote)
    label = Label(
        type=type_,
        severity=severity,
        evidence=({"message": "m1", "quote": quote, "start": start, "end": start + len(quote)},),
    )
    first = run.documents[0]
    more = run.model_copy(
        update={"documents": (first.model_copy(update={"predicted": (*first.predicted, label)}), *run.documents[1:])}
    )

    before, after = figures(run, resamples=5), figures(more, resamples=5)
    assert (after.figure("typed_recall").value or 0) >= (before.figure("typed_recall").value or 0)
