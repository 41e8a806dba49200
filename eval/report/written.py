"""How numbers are written in every report: the same value reads the same everywhere."""

from __future__ import annotations

from eval.figures.shape import Cost, Figure
from eval.screening import OperatingPoint, Screening

NONE = "–"
SCREENING_COLUMNS = ("threshold", "skipped", "in part", "whole", "tokens saved", "recall lost")


def number(value: float | None, digits: int = 2) -> str:
    return NONE if value is None else f"{value:.{digits}f}"


def signed(value: float | None) -> str:
    return NONE if value is None else f"{value:+.2f}".replace("-", "−")


def bounds(figure: Figure) -> str:
    return NONE if figure.low is None or figure.high is None else f"{figure.low:.2f}–{figure.high:.2f}"


def with_bounds(figure: Figure) -> str:
    """`0.87 (0.81–0.92)`, or the value alone where it has no interval."""
    if figure.value is None or figure.low is None:
        return number(figure.value)
    return f"{number(figure.value)} ({bounds(figure)})"


def money(cost: Cost) -> str:
    if cost.money_source == "none":
        return "none" if cost.requests == 0 else "unknown price"
    return f"{cost.currency} {cost.money:.4f} ({cost.money_source})"


def screening_row(point: OperatingPoint) -> tuple[str, ...]:
    """Cells in the order of `SCREENING_COLUMNS`."""
    mark = " (default)" if point.is_default else ""
    documents = (str(n) for n in (point.skipped, point.windowed, point.whole))
    return (f"{point.threshold:g}{mark}", *documents, with_bounds(point.saved), with_bounds(point.lost))


def told_of(screening: Screening) -> str:
    """What the rows count, and what a cascade that was run did."""
    told = (
        f"{screening.screen} as screen over {screening.documents} documents, {screening.gold} gold signals and "
        f"{screening.tokens_whole} prompt tokens if all were read whole; 95 % intervals by account."
    )
    run = screening.run
    if run is None:
        return told
    return (
        f"{told} This run's cascade skipped {run.skipped}, sent {run.windowed} in part and {run.whole} whole and saved "
        f"{run.tokens_saved:.2f} of the tokens (estimated); its audit read {run.audited} of the spared, where "
        f"{run.audited_lost} of {run.audited_found} signals would have been lost."
    )
