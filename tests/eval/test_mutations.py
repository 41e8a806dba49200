"""A wrong gold label must move exactly the figures that speak of it, and no other."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from eval.figures import Figures, figures
from extractor.labelled import GoldQuote, GoldSignal, LabelledDocument

TYPED_PRECISION = {"typed_precision", "grounded_precision"}
TYPED_RECALL = {"typed_recall", "grounded_recall"}
TYPED = {"typed_f1", "grounded_f1", "macro_f1", "grounded_macro_f1"}
RIGHT_OR_WRONG = {"ece", "brier", "average_precision"}
GROUNDED = {"grounded_precision", "grounded_recall", "grounded_f1", "grounded_macro_f1"}
SPANS = ("span_strict", "span_iou75", "span_iou50", "span_iou25")


def spans(*figures: str, levels: tuple[str, ...] = SPANS) -> set[str]:
    return {f"{level}_{figure}" for level in levels for figure in figures}


Mutation = Callable[[dict[str, LabelledDocument]], LabelledDocument]


@dataclass(frozen=True)
class Case:
    name: str
    mutate: Mutation
    changed: set[str]
    types: set[str]
    harms: frozenset[str] = frozenset()


def without(document: LabelledDocument, type_: str) -> LabelledDocument:
    return document.model_copy(update={"signals": tuple(s for s in document.signals if s.type != type_)})


def with_change(document: LabelledDocument, type_: str, **change: object) -> LabelledDocument:
    signals = tuple(s.model_copy(update=change) if s.type == type_ else s for s in document.signals)
    return document.model_copy(update={"signals": signals})


def quoting(words: str) -> tuple[GoldQuote, ...]:
    return (GoldQuote(message="m1", quote=words),)


CASES = [
    Case(
        "drop a signal beside another",
        lambda d: without(d["d1"], "escalation_tone"),
        TYPED_PRECISION | TYPED | RIGHT_OR_WRONG | spans("precision", "f1"),
        {"escalation_tone"},
    ),
    Case(
        "drop a document's only signal",
        lambda d: without(d["d2"], "advocacy"),
        TYPED_PRECISION | TYPED | RIGHT_OR_WRONG | spans("precision", "f1") | {"false_alarm_share"},
        {"advocacy"},
    ),
    Case(
        "drop an account's only risk",
        lambda d: without(d["d5"], "renewal_risk"),
        TYPED_PRECISION | TYPED | RIGHT_OR_WRONG | spans("precision", "f1") | {"false_alarm_share"},
        {"renewal_risk"},
        frozenset({"false_rescue"}),
    ),
    Case(
        "add a signal that nobody predicted",
        lambda d: d["d3"].model_copy(
            update={
                "signals": (GoldSignal(type="escalation_tone", severity=3, evidence=quoting("See you on Tuesday.")),)
            }
        ),
        TYPED_RECALL | TYPED | {"average_precision"} | spans("recall", "f1"),
        {"escalation_tone"},
        frozenset({"missed_escalation"}),
    ),
    Case(
        "move a span to other words",
        lambda d: with_change(d["d1"], "escalation_tone", evidence=quoting("Kind regards, Ann.")),
        GROUNDED | spans("precision", "recall", "f1"),
        {"escalation_tone"},
    ),
    Case(
        "shorten a span by a word",
        lambda d: with_change(d["d2"], "advocacy", evidence=quoting("You may gladly name us as a reference to")),
        spans("precision", "recall", "f1", levels=("span_strict",)),
        {"advocacy"},
    ),
    Case(
        "halve a span",
        lambda d: with_change(d["d2"], "advocacy", evidence=quoting("You may gladly name us")),
        spans("precision", "recall", "f1", levels=("span_strict", "span_iou75", "span_iou50")),
        {"advocacy"},
    ),
    Case(
        "flip a severity",
        lambda d: with_change(d["d2"], "advocacy", severity=3),
        {"severity_kappa"},
        {"advocacy"},
    ),
    Case(
        "relabel a signal",
        lambda d: with_change(d["d1"], "escalation_tone", type="renewal_risk"),
        TYPED_PRECISION | TYPED_RECALL | TYPED | RIGHT_OR_WRONG | spans("precision", "recall", "f1"),
        {"escalation_tone", "renewal_risk"},
        frozenset({"missed_renewal_risk"}),
    ),
    Case("reorder the signals", lambda d: d["d1"].model_copy(update={"signals": d["d1"].signals[::-1]}), set(), set()),
    Case("tag a document", lambda d: d["d1"].model_copy(update={"tags": ("sarcasm",)}), set(), set()),
    Case("rename an account", lambda d: d["d1"].model_copy(update={"account": "another"}), set(), set()),
]


@pytest.fixture(scope="module")
def gold(sample) -> dict[str, LabelledDocument]:
    documents = [
        sample(
            "d1",
            "We call your chief executive tomorrow. The export is still broken. Kind regards, Ann.",
            gold=[
                ("escalation_tone", "We call your chief executive tomorrow.", 3),
                ("unresolved_issue", "The export is still broken.", 2),
            ],
        ),
        sample(
            "d2",
            "You may gladly name us as a reference to others.",
            gold=[("advocacy", "You may gladly name us as a reference to others.", 1)],
        ),
        sample("d3", "See you on Tuesday."),
        sample("d6", "Thanks, great call!"),
        sample("d4", "We will renew.", gold=[("renewal_commitment", "We will renew.", 2)]),
        sample("d5", "We will not renew.", gold=[("renewal_risk", "We will not renew.", 3)]),
    ]
    return {document.id: document for document in documents}


@pytest.fixture(scope="module")
def claims(gold) -> dict[str, list[tuple[str, str, int, float]]]:
    return {
        name: [(s.type, s.evidence[0].quote, s.severity, 0.95) for s in each.signals] for name, each in gold.items()
    }


def values(found: Figures) -> dict[str, float | None]:
    return {name: figure.value for name, figure in found.overall.figures.items()}


def hits(found: Figures, type_: str) -> dict[str, float | None]:
    """What a type's own slice says of it; documents without signal are no matter of any type."""
    panel = found.slices["type"][type_]
    return {
        name: round(figure.value, 9) if figure.value is not None else None
        for name, figure in panel.figures.items()
        if name != "false_alarm_share"
    }


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_a_changed_label_moves_exactly_its_figures(case, gold, claims, run_of):
    mutated = case.mutate(gold)
    changed = {**gold, mutated.id: mutated}

    before = figures(run_of(list(gold.values()), claims), resamples=10)
    after = figures(run_of(list(changed.values()), claims), resamples=10)

    old, new = values(before), values(after)
    assert {name for name in old if old[name] != pytest.approx(new[name])} == case.changed
    assert {type_ for type_ in before.slices["type"] if hits(before, type_) != hits(after, type_)} == case.types
    assert {a.name for a, b in zip(before.harms, after.harms, strict=True) if a.count != b.count} == case.harms
