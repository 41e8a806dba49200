"""All figures of a stored run; the same record and seed always give the same figures."""

from __future__ import annotations

from collections import Counter, defaultdict

from eval.cost import cost
from eval.figures.calibration import reliability
from eval.figures.confusion import confusion
from eval.figures.curve import curve
from eval.figures.facts import facts_of
from eval.figures.harmful import harm
from eval.figures.panel import panel
from eval.figures.shape import Figures, Panel
from eval.figures.slices import narrowed, slices_of
from eval.harms import HarmRule, load_harms
from eval.intervals import RESAMPLES, weights
from eval.record import RunRecord
from extractor.llm.prices import PriceTable, load_prices
from extractor.taxonomy import Taxonomy, load_taxonomy


def figures(
    record: RunRecord,
    *,
    taxonomy: Taxonomy | None = None,
    harms: tuple[HarmRule, ...] | None = None,
    prices: PriceTable | None = None,
    resamples: int = RESAMPLES,
) -> Figures:
    """Raises ValueError for a run without documents."""
    taxonomy = taxonomy or load_taxonomy()
    facts = facts_of(record.documents)
    drawn = weights(len(facts.accounts), seed=record.header.seed, resamples=resamples)
    slices: dict[str, dict[str, Panel]] = defaultdict(dict)
    for slice_ in slices_of(facts, taxonomy):
        slices[slice_.dimension][slice_.value] = panel(narrowed(facts, slice_), drawn)
    return Figures(
        extractor=record.header.extractor,
        dataset=record.header.dataset,
        dataset_digest=record.header.dataset_digest,
        seed=record.header.seed,
        resamples=resamples,
        overall=panel(facts, drawn),
        slices=dict(slices),
        harms=tuple(harm(rule, record, facts, taxonomy, drawn) for rule in harms or load_harms()),
        outcomes=dict(Counter(r.outcome.value for r in record.documents)),
        confusion=confusion(record),
        reliability=reliability(facts),
        curve=curve(facts),
        cost=cost(record, prices or load_prices()),
    )
