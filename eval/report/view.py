"""What the page says, before how it looks: everything the template needs, already in the order in which it is read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from eval.bands import BandAgreement
from eval.compare import Comparison, Difference
from eval.difference import Kind
from eval.figures.measures import Named, catalogue
from eval.figures.shape import Confused, Figure, Figures, Panel
from eval.gate import GateRow, Verdict
from eval.record import RunRecord
from eval.report.cases import Case, cases
from eval.screening import Screening
from extractor.taxonomy import load_taxonomy

HEADLINES = ("grounded_f1", "typed_f1", "typed_precision", "typed_recall", "severity_kappa", "citations_verbatim")
RIVALLED = ("grounded_f1", "typed_f1", "macro_f1", "typed_precision", "typed_recall", "false_alarm_share")
SLICED = ("grounded_f1", "typed_f1", "typed_precision", "typed_recall", "severity_kappa")
_FEW = 10
"""Gold pairs under which a slice's figures are marked as resting on little."""


@dataclass(frozen=True, slots=True)
class Line:
    """One figure with its name."""

    named: Named
    figure: Figure


@dataclass(frozen=True, slots=True)
class SliceLine:
    value: str
    panel: Panel
    gold: int
    few: bool
    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Heat:
    """One cell of the confusion table; `heat` is its share of the row, 0 to 1."""

    n: int
    heat: float
    right: bool


@dataclass(frozen=True, slots=True)
class CaseGroup:
    type: str
    cases: tuple[Case, ...]


@dataclass(frozen=True, slots=True)
class View:
    record: RunRecord
    figures: Figures
    headlines: tuple[Line, ...]
    lines: tuple[Line, ...]
    slices: Mapping[str, tuple[SliceLine, ...]]
    sliced: tuple[Named, ...]
    confusion_types: tuple[str | None, ...]
    confusion: tuple[tuple[str | None, tuple[Heat, ...]], ...]
    confused: tuple[Confused, ...]
    cases: Mapping[Kind, tuple[CaseGroup, ...]]
    gate: tuple[GateRow, ...]
    failed: int
    rivals: Mapping[str, tuple[Figure, ...]]
    rivalled: tuple[Named, ...]
    comparison: Comparison | None
    differences: tuple[tuple[Named, Difference], ...]
    bands: BandAgreement | None
    screening: Screening | None


def view(
    record: RunRecord,
    figures: Figures,
    comparison: Comparison | None = None,
    *,
    gate: Sequence[GateRow] = (),
    rivals: Mapping[str, Figures] | None = None,
    bands: BandAgreement | None = None,
    screening: Screening | None = None,
) -> View:
    names = catalogue()
    types = _confusion_types(figures)
    return View(
        record=record,
        figures=figures,
        headlines=tuple(Line(names[name], figures.figure(name)) for name in HEADLINES),
        lines=tuple(Line(named, figures.figure(name)) for name, named in names.items()),
        slices={dimension: _slice_lines(panels) for dimension, panels in figures.slices.items()},
        sliced=tuple(names[name] for name in SLICED),
        confusion_types=types,
        confusion=_confusion(figures, types),
        confused=tuple(c for c in figures.confusion if c.gold and c.predicted and c.gold != c.predicted),
        cases=_grouped(record),
        gate=tuple(gate),
        failed=sum(row.verdict is Verdict.FAILED for row in gate),
        rivals=rival_figures(figures, rivals or {}),
        rivalled=tuple(names[name] for name in RIVALLED),
        comparison=comparison,
        differences=tuple((names[name], each) for name, each in comparison.differences.items()) if comparison else (),
        bands=bands,
        screening=screening,
    )


def rival_figures(figures: Figures, rivals: Mapping[str, Figures]) -> dict[str, tuple[Figure, ...]]:
    """The run itself and its rivals, side by side; empty without rivals."""
    if not rivals:
        return {}
    return {
        name: tuple(each.figure(one) for one in RIVALLED)
        for name, each in {figures.extractor: figures, **rivals}.items()
    }


def _slice_lines(panels: Mapping[str, Panel]) -> tuple[SliceLine, ...]:
    return tuple(
        SliceLine(
            value=value,
            panel=panel,
            gold=panel.figures["typed_recall"].n,
            few=panel.figures["typed_recall"].n < _FEW,
            figures=tuple(panel.figures[name] for name in SLICED),
        )
        for value, panel in panels.items()
    )


def _confusion_types(figures: Figures) -> tuple[str | None, ...]:
    """Types that occur, in the taxonomy's order, and last of all "nothing"."""
    occur = {t for cell in figures.confusion for t in (cell.gold, cell.predicted) if t}
    return (*(t for t in load_taxonomy().ids if t in occur), None)


def _confusion(figures: Figures, types: Sequence[str | None]) -> tuple[tuple[str | None, tuple[Heat, ...]], ...]:
    cells = {(cell.gold, cell.predicted): cell.n for cell in figures.confusion}
    rows = []
    for gold in types:
        whole = sum(cells.get((gold, predicted), 0) for predicted in types)
        row = tuple(
            Heat(n, n / whole if whole else 0.0, gold == predicted)
            for predicted in types
            for n in [cells.get((gold, predicted), 0)]
        )
        rows.append((gold, row))
    return tuple(rows)


def _grouped(record: RunRecord) -> dict[Kind, tuple[CaseGroup, ...]]:
    found = cases(record)
    grouped: dict[Kind, tuple[CaseGroup, ...]] = {}
    for kind in Kind:
        of_kind = sorted((case for case in found if case.kind is kind), key=lambda case: case.type)
        grouped[kind] = tuple(
            CaseGroup(type_, tuple(each)) for type_, each in groupby(of_kind, key=lambda case: case.type)
        )
    return grouped
