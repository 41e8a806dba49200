"""Slices judge precision by what was predicted inside them and recall by what gold has inside them."""

from __future__ import annotations

import pytest

from eval.figures import figures


@pytest.fixture(scope="module")
def found(sample, run_of):
    samples = [
        sample(
            "d1",
            messages=[
                ("customer", "We may leave. The export is broken again."),
                ("internal", "Ann told me she leaves in May."),
            ],
            gold=[
                ("renewal_risk", "We may leave.", 2),
                ("unresolved_issue", "The export is broken again.", 1),
                ("stakeholder_departure", "Ann told me she leaves in May.", 3),
            ],
            source="email",
            tags=["mixed"],
        ),
        sample(
            "d2",
            "We saved two days a week.",
            gold=[("value_realised", "We saved two days a week.", 3)],
            source="transcript",
        ),
        sample("d3", "See you.", source="ticket", tags=["clean"]),
    ]
    predicted = {
        "d1": [
            ("renewal_risk", "We may leave.", 3, 0.9),
            ("stakeholder_departure", "Ann told me she leaves in May.", 3, 0.8),
        ],
        "d3": [("advocacy", "See you.", 1, 0.4)],
    }
    return figures(run_of(samples, predicted), resamples=20)


def value(found, dimension, value, figure):
    return found.slices[dimension][value].figures[figure].value


def test_every_dimension_is_sliced(found):
    assert tuple(found.slices) == ("type", "input", "source", "severity", "tag", "role")
    assert len(found.slices["type"]) == 17
    assert list(found.slices["input"]) == ["sponsor", "support", "adoption", "value", "expansion", "commercial"]


@pytest.mark.parametrize(
    ("dimension", "name", "figure", "expected"),
    [
        ("type", "renewal_risk", "typed_f1", 1),
        ("type", "value_realised", "typed_recall", 0),
        ("type", "advocacy", "typed_precision", 0),
        ("type", "advocacy", "typed_recall", None),
        ("type", "advocacy", "false_alarm_share", 1),
        ("type", "renewal_risk", "false_alarm_share", 0),
        ("input", "commercial", "typed_f1", 1),
        ("input", "value", "typed_f1", 0),
        ("source", "email", "typed_recall", 2 / 3),
        ("source", "transcript", "typed_recall", 0),
        ("source", "ticket", "false_alarm_share", 1),
        ("tag", "mixed", "typed_precision", 1),
        ("tag", "clean", "typed_precision", 0),
        ("role", "customer", "typed_recall", 1 / 3),
        ("role", "internal", "typed_f1", 1),
        ("severity", "1", "typed_recall", 0),
        ("severity", "2", "typed_recall", 1),
        ("severity", "2", "typed_precision", None),
        ("severity", "3", "typed_precision", 1),
        ("severity", "3", "typed_recall", 1 / 2),
    ],
)
def test_figures_of_a_slice(found, dimension, name, figure, expected):
    found_value = value(found, dimension, name, figure)

    assert found_value == (None if expected is None else pytest.approx(expected))


def test_sources_share_out_the_documents(found):
    assert sum(panel.documents for panel in found.slices["source"].values()) == found.overall.documents


def test_types_share_out_the_pairs(found):
    gold = sum(panel.figures["typed_recall"].n for panel in found.slices["type"].values())

    assert gold == found.figure("typed_recall").n
