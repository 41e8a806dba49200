"""The same run as a page, as Markdown, as a terminal table and as JSON.

`baseline` is the comparison with another run; `gate`, `rivals` (the baselines' figures by name), `bands` (the
portfolio's account bands) and `screening` (what the cascade's screen saves and loses) are shown where they are given.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rich.console import RenderableType

from eval.bands import BandAgreement
from eval.compare import Comparison
from eval.figures.shape import Figures
from eval.gate import GateRow
from eval.record import RunRecord
from eval.report import machine as _machine
from eval.report import markdown as _markdown
from eval.report.page import page
from eval.report.terminal import agreement_table, gate_table, overview, reviewers_table, terminal
from eval.report.view import view
from eval.screening import Screening

__all__ = ["agreement_table", "as_json", "gate_table", "html", "markdown", "overview", "reviewers_table", "table"]


def html(
    record: RunRecord,
    figures: Figures,
    baseline: Comparison | None = None,
    *,
    gate: Sequence[GateRow] = (),
    rivals: Mapping[str, Figures] | None = None,
    bands: BandAgreement | None = None,
    screening: Screening | None = None,
) -> str:
    return page(view(record, figures, baseline, gate=gate, rivals=rivals, bands=bands, screening=screening))


def markdown(
    record: RunRecord,
    figures: Figures,
    baseline: Comparison | None = None,
    *,
    gate: Sequence[GateRow] = (),
    rivals: Mapping[str, Figures] | None = None,
    bands: BandAgreement | None = None,
    screening: Screening | None = None,
) -> str:
    return _markdown.markdown(
        view(record, figures, baseline, gate=gate, rivals=rivals, bands=bands, screening=screening)
    )


def table(
    record: RunRecord,
    figures: Figures,
    baseline: Comparison | None = None,
    *,
    gate: Sequence[GateRow] = (),
    rivals: Mapping[str, Figures] | None = None,
    bands: BandAgreement | None = None,
    screening: Screening | None = None,
) -> RenderableType:
    return terminal(view(record, figures, baseline, gate=gate, rivals=rivals, bands=bands, screening=screening))


def as_json(
    record: RunRecord,
    figures: Figures,
    baseline: Comparison | None = None,
    *,
    gate: Sequence[GateRow] = (),
    rivals: Mapping[str, Figures] | None = None,
    bands: BandAgreement | None = None,
    screening: Screening | None = None,
) -> dict[str, Any]:
    """One document: `figures`, `gate`, `passed`, `comparison`, `rivals`, `bands`, `screening`, `run`; `load_run` reads it back."""
    return _machine.machine(
        view(record, figures, baseline, gate=gate, rivals=rivals, bands=bands, screening=screening), rivals or {}
    )
