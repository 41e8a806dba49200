"""`docs/MODEL_CARD.md` from a run: what the engine is for, how well it did, where it is weak, how to measure again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from eval.figures.measures import catalogue
from eval.figures.shape import Figures, Panel
from eval.record import RunRecord
from eval.report.markdown import spoken, table
from eval.report.shown import cell
from eval.report.view import HEADLINES, RIVALLED, rival_figures
from eval.report.written import bounds, money, number, with_bounds
from extractor.taxonomy import Taxonomy

_SHOWN = (*HEADLINES[:2], "macro_f1", *HEADLINES[2:], "false_alarm_share", "span_iou50_f1", "average_precision")
_SLICED = ("grounded_f1", "typed_f1", "typed_precision", "typed_recall")
_FEW = 10
_WEAKEST = 3


def model_card(
    record: RunRecord, figures: Figures, taxonomy: Taxonomy, rivals: Mapping[str, Figures] | None = None
) -> str:
    """Markdown. Nothing in it depends on the day it was written or the machine, but for the seconds."""
    templates = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        undefined=StrictUndefined,
        autoescape=False,  # noqa: S701 - Markdown; foreign words go through `cell`
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    templates.filters |= {"cell": cell, "number": number, "with_bounds": with_bounds, "money": money}
    by_type = figures.slices.get("type", {})
    return templates.get_template("model_card.md").render(
        header=record.header,
        figures=figures,
        overall=figures.overall,
        taxonomy=taxonomy,
        tables=_tables(figures, rivals or {}),
        few=_named(name for name, panel in by_type.items() if _gold(panel) < _FEW),
        weakest=_named(_weakest(by_type)),
        unmeasured=_named(_unmeasured(figures)),
    )


def _tables(figures: Figures, rivals: Mapping[str, Figures]) -> dict[str, str]:
    names = catalogue()
    rows = [[cell(names[n].label), number(figures.figure(n).value), bounds(figures.figure(n))] for n in _SHOWN]
    compared = [[cell(name), *(with_bounds(f) for f in each)] for name, each in rival_figures(figures, rivals).items()]
    harms = [[cell(h.label), str(h.count), str(h.occasions), with_bounds(h.share)] for h in figures.harms]
    bins = [[f"{b.low:.1f}–{b.high:.1f}", number(b.confidence), number(b.right), str(b.n)] for b in figures.reliability]
    return {
        "figures": _lines(["figure", "value", "interval"], rows),
        "rivals": _lines(["engine", *(cell(names[n].label) for n in RIVALLED)], compared) if compared else "",
        "types": _slices("type", figures.slices.get("type", {})),
        "sources": _slices("source", figures.slices.get("source", {})),
        "tags": _slices("tag", figures.slices.get("tag", {})),
        "harms": _lines(["harm", "happened", "could have", "share"], harms),
        "reliability": _lines(["confidence", "mean", "share right", "predictions"], bins),
    }


def _slices(dimension: str, panels: Mapping[str, Panel]) -> str:
    rows = [
        [spoken(name), str(_gold(panel)), *(with_bounds(panel.figures[n]) for n in _SLICED)]
        for name, panel in panels.items()
    ]
    return _lines([dimension, "gold", *(cell(catalogue()[n].label) for n in _SLICED)], rows)


def _lines(head: list[str], rows: Iterable[list[str]]) -> str:
    return "\n".join(table(head, rows))


def _gold(panel: Panel) -> int:
    return panel.figures["typed_recall"].n


def _weakest(by_type: Mapping[str, Panel]) -> list[str]:
    measured = [name for name, panel in by_type.items() if _gold(panel) >= _FEW]
    return sorted(measured, key=lambda name: by_type[name].figures["grounded_f1"].value or 0.0)[:_WEAKEST]


def _unmeasured(figures: Figures) -> list[str]:
    """Harms without an occasion."""
    return [harm.label for harm in figures.harms if not harm.occasions]


def _named(names: Iterable[str]) -> str:
    return ", ".join(spoken(name) for name in names)
