"""The gate: strict about what it asks, and never taking silence for a pass."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from eval.compare import compare
from eval.figures import figures
from eval.gate import Gate, GateError, Verdict, check, load_gate, passed

RENEW = [("renewal_commitment", "We renew.", 2)]
CLAIM = [("renewal_commitment", "We renew.", 2, 0.9)]


def gate(*rules):
    return Gate.model_validate({"rules": [{"why": "a reason", **rule} for rule in rules]})


@pytest.fixture
def samples(sample):
    return [sample(f"d{n}", "We renew.", gold=RENEW) for n in range(4)]


@pytest.fixture
def half(samples, run_of):
    return run_of(samples, {"d0": CLAIM, "d1": CLAIM})


@pytest.mark.parametrize(
    ("rule", "verdict"),
    [
        ({"figure": "typed_recall", "at_least": 0.5}, "passed"),
        ({"figure": "typed_recall", "at_least": 0.51}, "failed"),
        ({"figure": "unread_share", "at_most": 0}, "passed"),
        ({"figure": "typed_recall", "at_most": 0.4}, "failed"),
        ({"figure": "typed_recall", "slice": {"type": "renewal_commitment"}, "at_least": 0.5}, "passed"),
        ({"figure": "typed_precision", "slice": {"type": "advocacy"}, "at_least": 0}, "failed"),
        ({"figure": "typed_recall", "slice": {"tag": "no such tag"}, "at_least": 0}, "failed"),
        ({"harm": "vendor_words_counted", "at_most": 0}, "passed"),
        ({"harm": "injected_text_obeyed", "at_most": 0}, "not_judged"),
        ({"figure": "typed_recall", "may_fall": 0.1}, "not_judged"),
        ({"figure": "typed_recall", "beats": ["keywords"]}, "not_judged"),
    ],
)
def test_a_rule_is_judged(half, rule, verdict):
    (row,) = check(figures(half, resamples=5), gate(rule))

    assert row.verdict == verdict
    assert row.why == "a reason"
    assert passed([row]) is (verdict != "failed")


@pytest.mark.parametrize(("may_fall", "verdict"), [(0.25, Verdict.PASSED), (0.2, Verdict.FAILED)])
def test_a_fall_is_measured_against_the_baseline_run(samples, half, run_of, may_fall, verdict):
    before = run_of(samples, {s.id: CLAIM for s in samples[:3]})

    (row,) = check(
        figures(half, resamples=5), gate({"figure": "typed_recall", "may_fall": may_fall}), compare(half, before)
    )

    assert row.verdict is verdict
    assert row.value == 0.5


def test_a_rise_of_what_should_be_low_is_a_fall(sample, run_of):
    quiet = [sample("d1", "Hello."), sample("d2", "Hello.")]
    alarmed = run_of(quiet, {"d1": [("advocacy", "Hello.", 1, 0.5)]})

    rule = gate({"figure": "false_alarm_share", "may_fall": 0.1})
    (row,) = check(figures(alarmed, resamples=5), rule, compare(alarmed, run_of(quiet, {})))

    assert row.verdict is Verdict.FAILED


def test_a_baseline_must_be_beaten_not_equalled(half, samples, run_of):
    rule = gate({"figure": "typed_recall", "beats": ["equal", "worse", "absent"]})
    rivals = {
        "equal": figures(half, resamples=5),
        "worse": figures(run_of(samples, {"d0": CLAIM}), resamples=5),
    }

    rows = check(figures(half, resamples=5), rule, rivals=rivals)

    assert [row.verdict for row in rows] == ["failed", "passed", "not_judged"]


@pytest.mark.parametrize(
    "rule",
    [
        {"figure": "typed_f1"},
        {"at_least": 0.5},
        {"figure": "no_such_figure", "at_least": 0.5},
        {"harm": "no_such_harm", "at_most": 0},
        {"figure": "typed_f1", "harm": "false_rescue", "at_most": 0},
        {"figure": "typed_f1", "at_lest": 0.5},
        {"figure": "typed_f1", "may_fall": -0.1},
        {"harm": "false_rescue", "may_fall": 0.1},
        {"figure": "typed_f1", "slice": {"type": "advocacy", "tag": "long"}, "at_least": 0.1},
        {"figure": "typed_f1", "at_least": 0.5, "why": ""},
    ],
)
def test_a_rule_that_asks_nothing_clear_does_not_load(rule):
    with pytest.raises(ValidationError):
        gate(rule)


@pytest.mark.parametrize("content", ["", "rules: []", "rules: [{figure: typo, at_least: 1, why: x}]", "a: [", "\x00"])
def test_a_bad_gate_file_is_named(tmp_path, content):
    (tmp_path / "gate.yaml").write_text(content)

    with pytest.raises(GateError, match=r"gate\.yaml"):
        load_gate(tmp_path / "gate.yaml")


def test_no_baseline_passes_the_shipped_gate(test_split, train_split):
    """A gate that a keyword list can pass guards nothing."""
    from eval.baselines import baselines
    from eval.run import evaluate, rescore
    from extractor.taxonomy import load_taxonomy

    for name, engine in baselines(train_split, load_taxonomy()).items():
        rows = check(rescore(evaluate(test_split, engine, dataset_name="test")), load_gate())
        assert not passed(rows), name


def test_the_oracle_passes_the_shipped_gate(test_split):
    from eval.run import evaluate, rescore
    from eval.scripted import oracle

    rows = check(rescore(evaluate(test_split, oracle(test_split), dataset_name="test")), load_gate())

    assert [row.name for row in rows if row.verdict is Verdict.FAILED] == []
