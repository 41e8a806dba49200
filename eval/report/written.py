"""How numbers are written in every report: the same value reads the same everywhere."""

from __future__ import annotations

from eval.figures.shape import Cost, Figure

NONE = "–"


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
