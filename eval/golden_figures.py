"""The golden run's figures, worked out once beside it: drawing a thousand resamples takes longer than anybody waits for a page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from pydantic import ValidationError

from eval.compare import compare
from eval.figures.shape import Bin, Figure, Figures
from eval.gate import GateRow, check, load_gate
from eval.record import RunRecord, Strict
from eval.report.view import HEADLINES
from eval.run import EvaluationError

GOLDEN_FIGURES = Path(__file__).with_name("golden_figures.json")
SHOWN = (*HEADLINES, "false_alarm_share", "ece", "brier")
BY_TYPE = ("typed_precision", "typed_recall", "typed_f1")


class GoldenFigures(Strict):
    """What people look up about the shipped engine. `run` is the digest of the run that the figures are of."""

    run: str
    extractor: str
    dataset: str
    made_at: datetime
    documents: int
    accounts: int
    seconds_per_document: float
    overall: dict[str, Figure]
    types: dict[str, dict[str, Figure]]
    reliability: tuple[Bin, ...]
    gate: tuple[GateRow, ...]


def run_digest(record: RunRecord) -> str:
    text = json.dumps(record.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"


def golden_figures(record: RunRecord, figures: Figures, rivals: Mapping[str, Figures]) -> GoldenFigures:
    """The gate is judged against the run itself where it asks for a baseline run: it is the baseline of later ones."""
    return GoldenFigures(
        run=run_digest(record),
        extractor=record.header.extractor,
        dataset=record.header.dataset,
        made_at=record.header.started_at,
        documents=figures.overall.documents,
        accounts=figures.overall.accounts,
        seconds_per_document=figures.cost.seconds_per_document,
        overall={name: figures.figure(name) for name in SHOWN},
        types={
            name: {figure: panel.figures[figure] for figure in BY_TYPE}
            for name, panel in figures.slices["type"].items()
        },
        reliability=figures.reliability,
        gate=tuple(check(figures, load_gate(), compare(record, record), rivals)),
    )


def save_golden_figures(found: GoldenFigures, path: Path = GOLDEN_FIGURES) -> None:
    path.write_text(
        json.dumps(found.model_dump(mode="json"), ensure_ascii=False, indent=1, sort_keys=True) + "\n", encoding="utf-8"
    )


def load_golden_figures(path: Path = GOLDEN_FIGURES) -> GoldenFigures:
    """Raises EvaluationError where the file is missing or of another shape."""
    try:
        return GoldenFigures.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise EvaluationError(f"{path}: {error}; make it with: python -m eval.golden") from error
