"""The report for machines: figures, gate, comparison, and the run itself, so that it can be rescored or compared to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from eval.figures.shape import Figures
from eval.report.view import View


def machine(view: View, rivals: Mapping[str, Figures]) -> dict[str, Any]:
    """JSON-ready; `load_run` reads it back. Undefined figures are null."""
    return {
        "figures": view.figures.model_dump(mode="json"),
        "gate": [row.model_dump(mode="json") for row in view.gate],
        "passed": view.failed == 0,
        "comparison": view.comparison.model_dump(mode="json") if view.comparison else None,
        "rivals": {name: figures.model_dump(mode="json") for name, figures in rivals.items()},
        "bands": view.bands.model_dump(mode="json") if view.bands else None,
        "screening": view.screening.model_dump(mode="json") if view.screening else None,
        "run": view.record.model_dump(mode="json"),
    }
