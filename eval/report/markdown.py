"""The report for a pull request: the verdict first, then figures, harm, slices that rest on enough, worst errors."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from eval.difference import Kind
from eval.figures.shape import Figure
from eval.gate import Verdict
from eval.report.shown import cell
from eval.report.view import View
from eval.report.written import (
    SCREENING_COLUMNS,
    bounds,
    money,
    number,
    screening_row,
    signed,
    told_of,
    with_bounds,
)


def markdown(view: View) -> str:
    """GitHub-flavoured; every foreign word escaped so that it stays inside its cell."""
    return "\n".join(_lines(view)) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A Markdown table and an empty line; cells come ready."""
    yield "| " + " | ".join(head) + " |"
    yield "|" + "|".join(["---"] + ["---:"] * (len(head) - 1)) + "|"
    for row in rows:
        yield "| " + " | ".join(row) + " |"
    yield ""


def spoken(name: str) -> str:
    return cell(name.replace("_", " "))


def _lines(view: View) -> Iterator[str]:
    figures = view.figures
    yield f"# {cell(figures.extractor)} on {cell(figures.dataset)}"
    yield ""
    yield (
        f"{figures.overall.documents} documents of {figures.overall.accounts} accounts, "
        f"{figures.figure('typed_recall').n} gold signal types; 95 % intervals from {figures.resamples} resamples of accounts."
    )
    yield ""
    yield from _gate(view)
    yield "## Figures"
    yield ""
    rows = [[cell(x.named.label), number(x.figure.value), bounds(x.figure), str(x.figure.n)] for x in view.lines]
    yield from table(["figure", "value", "interval", "counted on"], rows)
    yield from _compared(view)
    yield "## Errors by the harm they do"
    yield ""
    harms = [[cell(h.label), str(h.count), str(h.occasions), with_bounds(h.share)] for h in figures.harms]
    yield from table(["harm", "happened", "could have", "share"], harms)
    yield from _bands(view)
    yield from _screening(view)
    yield from _slices(view)
    yield from _errors(view)
    yield f"Cost: {figures.cost.seconds:.1f} s, {figures.cost.requests} requests, money {cell(money(figures.cost))}."


def _gate(view: View) -> Iterator[str]:
    if not view.gate:
        return
    yield f"**Gate {'failed' if view.failed else 'passed'}**: {view.failed} of {len(view.gate)} demands not met."
    yield ""
    shown = [row for row in view.gate if row.verdict is not Verdict.PASSED]
    if shown:
        rows = [[cell(r.label), cell(r.demand), number(r.value), spoken(r.verdict.value), cell(r.why)] for r in shown]
        yield from table(["figure", "demand", "found", "verdict", "why"], rows)


def _compared(view: View) -> Iterator[str]:
    if view.rivals:
        yield "## Against baselines"
        yield ""
        rows = [[cell(name), *(with_bounds(f) for f in figures)] for name, figures in view.rivals.items()]
        yield from table(["engine", *(cell(n.label) for n in view.rivalled)], rows)
    if view.comparison:
        yield f"## Against the run of {cell(view.comparison.baseline)}"
        yield ""
        rows = [
            [cell(n.label), number(d.ours), number(d.baseline), signed(d.change.value), _signed_bounds(d.change)]
            for n, d in view.differences
        ]
        yield from table(["figure", "this run", "baseline run", "difference", "interval"], rows)
        typed, grounded = view.comparison.typed, view.comparison.grounded
        yield (
            f"Right in one run only: typed {typed.only_ours} here, {typed.only_baseline} there "
            f"(McNemar p = {typed.p:.3f}); grounded {grounded.only_ours} here, {grounded.only_baseline} there "
            f"(p = {grounded.p:.3f}); {view.comparison.documents} shared documents."
        )
        yield ""


def _signed_bounds(figure: Figure) -> str:
    return "–" if figure.low is None else f"{signed(figure.low)} to {signed(figure.high)}"


def _bands(view: View) -> Iterator[str]:
    if not view.bands:
        return
    yield "## Account bands on the portfolio"
    yield ""
    yield (
        f"Exactly as expected {with_bounds(view.bands.exact)}, acceptable {with_bounds(view.bands.acceptable)}, "
        f"linear κ {number(view.bands.kappa)}."
    )
    yield ""
    wrong = [row for row in view.bands.rows if row.verdict in {"wrong", "missing"}]
    if wrong:
        rows = [[cell(r.account), r.day, " or ".join(r.acceptable), r.found or "–"] for r in wrong]
        yield from table(["account", "day", "expected", "found"], rows)


def _screening(view: View) -> Iterator[str]:
    if view.screening is None:
        return
    yield "## Screening before an LLM: tokens saved, recall lost"
    yield ""
    rows = [[cell(text) for text in screening_row(point)] for point in view.screening.points]
    yield from table(SCREENING_COLUMNS, rows)
    yield cell(told_of(view.screening))
    yield ""


def _slices(view: View) -> Iterator[str]:
    yield "## Slices"
    yield ""
    rows = [
        [f"{dimension}: {spoken(line.value)}", str(line.panel.documents), str(line.gold)]
        + [with_bounds(figure) for figure in line.figures]
        for dimension, lines in view.slices.items()
        for line in lines
        if line.gold
    ]
    yield from table(["slice", "documents", "gold", *(cell(n.label) for n in view.sliced)], rows)


def _errors(view: View) -> Iterator[str]:
    yield "## Errors"
    yield ""
    rows = [
        [spoken(kind.value), spoken(group.type), ", ".join(cell(case.document.id) for case in group.cases)]
        for kind in (Kind.MISSED, Kind.FALSE_ALARM, Kind.OTHER_WORDS)
        for group in view.cases[kind]
    ]
    yield from table(["error", "type", "documents"], rows)
