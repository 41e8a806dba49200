"""Plots as inline SVG that takes its colours from the page, so that it reads in the dark as well."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from typing import Any

from markupsafe import Markup
from matplotlib import style
from matplotlib.axes import Axes
from matplotlib.figure import Figure as Canvas

from eval.figures.shape import Bin, CurvePoint, Figure

_INK, _LINE, _SERIES, _SOFT = "#010101", "#020202", "#030303", "#040404"
_FROM_PAGE = {_INK: "currentColor", _LINE: "var(--line)", _SERIES: "var(--series)", _SOFT: "var(--soft)"}
_STYLE: dict[str, Any] = {
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 9,
    "text.color": _INK,
    "axes.edgecolor": _LINE,
    "axes.labelcolor": _INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "xtick.color": _INK,
    "ytick.color": _INK,
    "grid.color": _LINE,
    "grid.linewidth": 0.6,
}
_SIZE = (4.4, 3.3)


def precision_recall(curve: Sequence[CurvePoint], precision: Figure, recall: Figure) -> Markup:
    """The curve as far as the engine reports, its end (the operating point) marked with both intervals."""
    with _style("precision-recall"):
        canvas, axes = _axes("recall", "precision")
        axes.plot([p.recall for p in curve], [p.precision for p in curve], color=_SERIES, drawstyle="steps-post")
        if precision.value is not None and recall.value is not None:
            axes.errorbar(
                [recall.value],
                [precision.value],
                xerr=_error(recall),
                yerr=_error(precision),
                color=_INK,
                marker="o",
                capsize=3,
                linewidth=1,
            )
        return _svg(canvas, "Precision-recall curve with the operating point")


def reliability(bins: Iterable[Bin]) -> Markup:
    """Share right over confidence; the area of a point grows with the predictions in its bin."""
    filled = list(bins)
    with _style("reliability"):
        canvas, axes = _axes("confidence", "share right")
        axes.plot([0, 1], [0, 1], color=_INK, alpha=0.5, linewidth=1, linestyle=(0, (4, 3)))
        axes.plot([b.confidence for b in filled], [b.right for b in filled], color=_SERIES, linewidth=1.2)
        most = max((b.n for b in filled), default=1)
        sizes = [20 + 160 * b.n / most for b in filled]
        axes.scatter([b.confidence for b in filled], [b.right for b in filled], s=sizes, color=_SERIES, clip_on=False)
        for one in filled:
            axes.annotate(str(one.n), (one.confidence, one.right), xytext=(8, -10), textcoords="offset points")
        return _svg(canvas, "Reliability of the confidence; numbers are predictions in each bin")


def _style(name: str) -> AbstractContextManager[None]:
    """The same drawing gives the same bytes; `name` keeps the ids of two plots on one page apart."""
    return style.context({**_STYLE, "svg.hashsalt": name})


def _axes(across: str, up: str) -> tuple[Canvas, Axes]:
    canvas = Canvas(figsize=_SIZE, layout="constrained")
    axes = canvas.add_subplot()
    axes.set(xlim=(0, 1.03), ylim=(0, 1.03), xlabel=across, ylabel=up)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1])
    axes.set_yticks([0, 0.25, 0.5, 0.75, 1])
    axes.grid(visible=True)
    axes.set_axisbelow(True)
    return canvas, axes


def _error(figure: Figure) -> list[list[float]] | None:
    if figure.value is None or figure.low is None or figure.high is None:
        return None
    return [[max(figure.value - figure.low, 0.0)], [max(figure.high - figure.value, 0.0)]]


def _svg(canvas: Canvas, title: str) -> Markup:
    """Only the `svg` element, scaled by the page, without style sheet, metadata, size and white background."""
    file = io.StringIO()
    canvas.savefig(file, format="svg", transparent=True, metadata={"Date": None, "Creator": None})
    text = file.getvalue()
    text = text[text.index("<svg") :]
    text = re.sub(r"<metadata>.*?</metadata>|<style.*?</style>", "", text, flags=re.DOTALL)
    text = re.sub(
        r'(<svg[^>]*?) width="[^"]*"', r"\1", re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", text, count=1), count=1
    )
    for placeholder, colour in _FROM_PAGE.items():
        text = text.replace(placeholder, colour)
    label = Markup('<svg role="img" aria-label="{}"').format(title)
    return Markup(text.replace("<svg", label, 1))  # noqa: S704 - drawn here from numbers, no foreign text in it
