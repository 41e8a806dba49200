"""The report as one self-contained page: no script, nothing fetched, every word of a document escaped."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from eval.figures.shape import Figures
from eval.report.shown import shown
from eval.report.view import View
from eval.report.written import bounds, money, number, screening_row, signed, told_of, with_bounds

_HERE = Path(__file__).parent


def page(view: View) -> str:
    css = Markup((_HERE / "page.css").read_text("utf-8"))  # noqa: S704 - our own style sheet
    return _templates().get_template("page.html").render(view=view, css=css, **_plots(view.figures))


def _plots(figures: Figures) -> dict[str, Markup | None]:
    """None where the run has nothing to draw."""
    from eval.report import plots  # noqa: PLC0415 - matplotlib loads on first use, so that no other command waits for it

    precision, recall = figures.figure("typed_precision"), figures.figure("typed_recall")
    return {
        "curve": plots.precision_recall(figures.curve, precision, recall) if figures.curve else None,
        "reliability": plots.reliability(figures.reliability) if figures.reliability else None,
    }


@lru_cache(maxsize=1)
def _templates() -> Environment:
    """Every printed string goes through `shown`, so that no place in the template can forget it.

    What is printed inside an attribute must therefore be a number: `shown` may answer with an element.
    """
    templates = Environment(
        loader=FileSystemLoader(_HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printed,
    )
    templates.filters |= {
        "number": number,
        "signed": signed,
        "bounds": bounds,
        "with_bounds": with_bounds,
        "money": money,
        "screening_row": screening_row,
        "told_of": told_of,
    }
    return templates


def _printed(value: object) -> object:
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value
