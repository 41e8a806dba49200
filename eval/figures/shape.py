"""What a set of figures looks like: plain, frozen, ready for JSON."""

from __future__ import annotations

from typing import Literal

from eval.record import Strict


class Figure(Strict):
    """A value with its 95 % interval; None means that the figure is undefined here. `n` is what it was counted on."""

    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0


class Panel(Strict):
    """All figures of one slice; the names are those of `eval.figures.measures.MEASURES`."""

    documents: int
    accounts: int
    figures: dict[str, Figure]
    rejected: dict[str, Figure]
    """Share of all citations put forward that was refused, by reason."""


class Harm(Strict):
    """An error named by what it would do; `share` is of the occasions on which it could have happened."""

    name: str
    label: str
    count: int
    occasions: int
    share: Figure
    documents: tuple[str, ...]


class Bin(Strict):
    """One stretch of confidence: how sure the engine was, how often it was right, on how many predictions."""

    low: float
    high: float
    confidence: float
    right: float
    n: int


class CurvePoint(Strict):
    """Precision and recall when only predictions of at least this confidence count."""

    threshold: float
    precision: float
    recall: float


class Confused(Strict):
    """How often a gold type was read as another; None stands for "nothing there" on that side."""

    gold: str | None
    predicted: str | None
    n: int


class Cost(Strict):
    """Totals of the run and how they spread over documents; money in `currency`, times in seconds."""

    requests: int
    prompt_tokens: int
    cached_tokens: int
    completion_tokens: int
    cached_share: float | None
    seconds: float
    seconds_per_document: float
    engine_seconds: float
    money: float
    currency: str
    money_source: Literal["engine", "price table", "none"]


class Figures(Strict):
    """Everything that can be said of one run. `slices` holds a panel for each value of each dimension."""

    extractor: str
    dataset: str
    dataset_digest: str
    seed: int
    resamples: int
    overall: Panel
    slices: dict[str, dict[str, Panel]]
    harms: tuple[Harm, ...]
    outcomes: dict[str, int]
    confusion: tuple[Confused, ...]
    reliability: tuple[Bin, ...]
    curve: tuple[CurvePoint, ...]
    cost: Cost

    def figure(self, name: str) -> Figure:
        return self.overall.figures[name]
