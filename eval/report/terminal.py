"""The report for a terminal: engines side by side, then the gate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from eval.agreement import Agreement
from eval.figures.measures import catalogue
from eval.figures.shape import Figures
from eval.gate import GateRow, Verdict
from eval.record import Label
from eval.report.shown import plain
from eval.report.view import View
from eval.report.written import SCREENING_COLUMNS, bounds, money, number, screening_row, told_of, with_bounds
from eval.reviewers import ReviewerAgreement
from eval.screening import Screening

OVERVIEW = (
    "grounded_f1",
    "typed_f1",
    "typed_precision",
    "typed_recall",
    "macro_f1",
    "severity_kappa",
    "false_alarm_share",
)
_COLOURS = {Verdict.FAILED: "bold red", Verdict.PASSED: "green", Verdict.NOT_JUDGED: "dim"}


def terminal(view: View) -> RenderableType:
    """Figures of one run with intervals, harms, and what the gate says."""
    parts: list[RenderableType] = [_figures(view), _harms(view)]
    if view.rivals:
        parts.append(_engines(view))
    if view.bands:
        parts.append(
            Text(
                f"account bands: exact {with_bounds(view.bands.exact)}, acceptable {with_bounds(view.bands.acceptable)}"
            )
        )
    if view.screening:
        parts.append(_screening(view.screening))
    if view.gate:
        parts.append(gate_table(view.gate))
    parts.append(
        Text(
            f"{view.figures.cost.seconds:.1f} s, {view.figures.cost.requests} requests, money: {money(view.figures.cost)}"
        )
    )
    return Group(*parts)


def overview(runs: Mapping[str, Figures]) -> Table:
    """Several engines on the same samples, one line each."""
    names = catalogue()
    table = Table(title="Engines on the same samples, 95 % intervals by account")
    table.add_column("engine")
    for name in OVERVIEW:
        table.add_column(names[name].label, justify="right")
    table.add_column("s/document", justify="right")
    for engine, figures in runs.items():
        shown = [with_bounds(figures.figure(name)) for name in OVERVIEW]
        table.add_row(Text(plain(engine)), *shown, number(figures.cost.seconds_per_document, 3))
    return table


def gate_table(rows: Sequence[GateRow]) -> Table:
    table = Table(title="Gate")
    for column in ("figure", "demand", "found", "verdict", "why"):
        table.add_column(column)
    for row in rows:
        verdict = Text(row.verdict.value.replace("_", " "), style=_COLOURS[row.verdict])
        table.add_row(row.label, row.demand, number(row.value), verdict, Text(row.why))
    return table


def agreement_table(agreement: Agreement) -> RenderableType:
    """Two annotators: κ for each type, F1 over words and spans, and every disagreement."""
    types = Table(title=f"Two annotators on {agreement.documents} documents")
    types.add_column("type")
    for column in ("κ", "both", "only first", "only second"):
        types.add_column(column, justify="right")
    for each in agreement.types:
        types.add_row(each.type, number(each.kappa), str(each.both), str(each.only_first), str(each.only_second))
    spans = ", ".join(f"{level} {with_bounds(figure)}" for level, figure in agreement.span_f1.items())
    summary = Text(
        f"typed F1 {with_bounds(agreement.typed_f1)}\ngrounded F1 {with_bounds(agreement.grounded_f1)}\n"
        f"span F1: {spans}\nseverity, quadratic κ {with_bounds(agreement.severity_kappa)}"
    )
    if not agreement.disagreements:
        return Group(types, summary, Text("no disagreement"))
    differences = Table(title="Disagreements")
    for column in ("document", "type", "how", "first", "second"):
        differences.add_column(column)
    for one in agreement.disagreements:
        kind = one.kind.replace("_", " ")
        differences.add_row(Text(plain(one.document)), one.type, kind, _said(one.first), _said(one.second))
    return Group(types, summary, differences)


def reviewers_table(found: ReviewerAgreement) -> RenderableType:
    """Reviewers who judged the same signals: κ by type with its interval, and the signals on which they part."""
    if not found.overall.signals:
        return Text("no signal was judged by two people yet")
    head = Text(f"{found.overall.signals} signals of {found.accounts} accounts, judged by two or more")
    table = Table("type")
    for column in ("κ", "pairs", "same"):
        table.add_column(column, justify="right")
    for name, each in {**found.types, "all": found.overall}.items():
        table.add_row(name, with_bounds(each.kappa), str(each.pairs), str(each.same))
    parted = [
        Text(plain(f"{one.signal}  {one.type}: stands for {', '.join(one.stands)}; not for {', '.join(one.falls)}"))
        for one in found.differing
    ]
    return Group(head, table, *parted)


def _said(labels: Sequence[Label]) -> Text:
    return Text("\n".join(f"{label.severity}: {plain(quote.quote)}" for label in labels for quote in label.evidence))


def _figures(view: View) -> Table:
    overall = view.figures.overall
    table = Table(title=Text(plain(f"{view.figures.extractor} on {view.figures.dataset}")))
    table.caption = f"{overall.documents} documents of {overall.accounts} accounts"
    table.add_column("figure")
    for column in ("value", "95 % interval", "counted on"):
        table.add_column(column, justify="right")
    for line in view.lines:
        table.add_row(line.named.label, number(line.figure.value), bounds(line.figure), str(line.figure.n))
    return table


def _harms(view: View) -> Table:
    table = Table(title="Errors by the harm they do")
    table.add_column("harm")
    for column in ("happened", "could have", "share"):
        table.add_column(column, justify="right")
    for harm in view.figures.harms:
        table.add_row(harm.label, str(harm.count), str(harm.occasions), with_bounds(harm.share))
    return table


def _screening(screening: Screening) -> Table:
    table = Table(title="Screening before an LLM: tokens saved, recall lost")
    table.caption = told_of(screening)
    for column in SCREENING_COLUMNS:
        table.add_column(column, justify="right")
    for point in screening.points:
        table.add_row(*screening_row(point), style="bold" if point.is_default else "")
    return table


def _engines(view: View) -> Table:
    table = Table(title="Against baselines")
    table.add_column("engine")
    for named in view.rivalled:
        table.add_column(named.label, justify="right")
    for engine, figures in view.rivals.items():
        table.add_row(Text(plain(engine)), *(with_bounds(figure) for figure in figures))
    return table
