"""How far two annotators agree on the same documents: κ for each type, the words they quote, and where they differ.

The second annotator is scored against the first as an engine would be; precision and recall swap when the annotators
do, F1 and κ stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from eval.difference import Kind, difference
from eval.figures.facts import by_type, facts_of
from eval.figures.panel import panel
from eval.figures.shape import Figure
from eval.intervals import SEED, weights
from eval.prediction import gold_labels
from eval.record import DocumentResult, Label, Strict, Words
from extractor.detector import Outcome
from extractor.labelled import LabelledDocument
from extractor.taxonomy import Taxonomy

How = Literal["only_first", "only_second", "other_words", "severity"]
_NAMES: dict[Kind, How] = {
    Kind.MISSED: "only_first",
    Kind.FALSE_ALARM: "only_second",
    Kind.OTHER_WORDS: "other_words",
    Kind.SEVERITY: "severity",
}


class AgreementError(ValueError):
    """Two files that cannot be compared; the message names the document."""


class TypeAgreement(Strict):
    """Cohen's κ on "has the type" over all documents; None where neither annotator varies."""

    type: str
    kappa: float | None
    both: int
    only_first: int
    only_second: int


class Disagreement(Strict):
    """One pair on which the annotators differ, and how."""

    document: str
    type: str
    kind: How
    first: tuple[Label, ...]
    second: tuple[Label, ...]


class Agreement(Strict):
    documents: int
    left_out: tuple[str, ...]
    """Documents that only one of the two has labelled."""
    types: tuple[TypeAgreement, ...]
    typed_f1: Figure
    grounded_f1: Figure
    span_f1: dict[str, Figure]
    severity_kappa: Figure
    disagreements: tuple[Disagreement, ...]


def agreement(
    first: Sequence[LabelledDocument], second: Sequence[LabelledDocument], taxonomy: Taxonomy, *, seed: int = SEED
) -> Agreement:
    """Raises AgreementError where the same id has other words, and where no document is shared."""
    theirs = {sample.id: sample for sample in second}
    shared = [sample for sample in first if sample.id in theirs]
    if not shared:
        raise AgreementError("the two files share no document id")
    results = tuple(_result(sample, theirs[sample.id]) for sample in shared)
    facts = facts_of(results)
    compared = panel(facts, weights(len(facts.accounts), seed=seed))
    return Agreement(
        documents=len(shared),
        left_out=tuple(sorted({s.id for s in first} ^ theirs.keys())),
        types=tuple(_type(results, name) for name in taxonomy.ids),
        typed_f1=compared.figures["typed_f1"],
        grounded_f1=compared.figures["grounded_f1"],
        span_f1={
            name.removesuffix("_f1").removeprefix("span_"): figure
            for name, figure in compared.figures.items()
            if name.startswith("span_") and name.endswith("_f1")
        },
        severity_kappa=compared.figures["severity_kappa"],
        disagreements=tuple(each for result in results for each in _disagreements(result)),
    )


def _result(ours: LabelledDocument, theirs: LabelledDocument) -> DocumentResult:
    if ours.messages != theirs.messages:
        raise AgreementError(f"document {ours.id!r} has other words in the second file; annotators need the same text")
    return DocumentResult(
        id=ours.id,
        account=ours.account,
        source=ours.source,
        title=ours.title,
        tags=ours.tags,
        messages=tuple(Words.model_validate(m.model_dump()) for m in ours.messages),
        gold=gold_labels(ours),
        predicted=gold_labels(theirs),
        rejections=(),
        outcome=Outcome.READ,
    )


def _type(results: Sequence[DocumentResult], name: str) -> TypeAgreement:
    from sklearn.metrics import cohen_kappa_score  # noqa: PLC0415 - loads on first use, so that no other command waits for it

    has = [any(label.type == name for label in r.gold) for r in results]
    also = [any(label.type == name for label in r.predicted) for r in results]
    varies = len({*has, *also}) > 1
    return TypeAgreement(
        type=name,
        kappa=float(cohen_kappa_score(has, also)) if varies else None,
        both=sum(a and b for a, b in zip(has, also, strict=True)),
        only_first=sum(a and not b for a, b in zip(has, also, strict=True)),
        only_second=sum(b and not a for a, b in zip(has, also, strict=True)),
    )


def _disagreements(result: DocumentResult) -> Iterator[Disagreement]:
    first, second = by_type(result.gold), by_type(result.predicted)
    for type_ in sorted(first.keys() | second.keys()):
        ours, theirs = first.get(type_, []), second.get(type_, [])
        kind = difference(result, ours, theirs)
        if kind:
            yield Disagreement(
                document=result.id, type=type_, kind=_NAMES[kind], first=tuple(ours), second=tuple(theirs)
            )
