"""Is this run better than that one? Paired differences with intervals, and McNemar's test on single decisions.

Both runs are resampled by the same accounts at once, so what is hard for both cancels out.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eval.figures.facts import facts_of, pairs_of
from eval.figures.measures import catalogue
from eval.figures.panel import values
from eval.figures.shape import Figure
from eval.intervals import RESAMPLES, interval, point, weights
from eval.record import DocumentResult, RunRecord, Strict

_EXACT_BELOW = 25
"""Discordant decisions under which the chi-square approximation is not used (McNemar 1947; Fagerland et al. 2013)."""


class CompareError(ValueError):
    """Two runs that say nothing about each other; the message names what differs."""


class Difference(Strict):
    """`change` is this run minus the baseline, with the interval of the paired difference."""

    name: str
    ours: float | None
    baseline: float | None
    change: Figure


class McNemar(Strict):
    """Decisions, one for each type that either run or gold has in a document, on which exactly one run is right."""

    only_ours: int
    only_baseline: int
    p: float


class Comparison(Strict):
    """`documents` are those that both runs read with the same words and labels; `left_out` are all others."""

    baseline: str
    documents: int
    left_out: int
    differences: dict[str, Difference]
    typed: McNemar
    grounded: McNemar


def compare(ours: RunRecord, baseline: RunRecord, *, resamples: int = RESAMPLES) -> Comparison:
    """Raises CompareError where the runs share no document with the same words and gold."""
    shared = _shared(ours, baseline)
    if not shared:
        raise CompareError(
            f"{ours.header.dataset} and {baseline.header.dataset} share no document with the same words and labels"
        )
    mine, theirs = _only(ours, shared), _only(baseline, shared)
    facts, other_facts = facts_of(mine), facts_of(theirs)
    drawn = weights(len(facts.accounts), seed=ours.header.seed, resamples=resamples)
    left, right = values(facts, drawn), values(other_facts, drawn)
    accounts = len(facts.accounts)
    differences = {}
    for name in catalogue():
        change = left[name] - right[name]
        bounds = interval(change, accounts)
        differences[name] = Difference(
            name=name,
            ours=point(left[name]),
            baseline=point(right[name]),
            change=Figure(value=point(change), low=bounds.low, high=bounds.high, n=len(shared)),
        )
    return Comparison(
        baseline=baseline.header.extractor,
        documents=len(shared),
        left_out=len(ours.documents) + len(baseline.documents) - 2 * len(shared),
        differences=differences,
        typed=_mcnemar(mine, theirs, grounded=False),
        grounded=_mcnemar(mine, theirs, grounded=True),
    )


def _shared(ours: RunRecord, baseline: RunRecord) -> list[str]:
    theirs = {r.id: (r.account, r.messages, r.gold) for r in baseline.documents}
    return sorted(r.id for r in ours.documents if theirs.get(r.id) == (r.account, r.messages, r.gold))


def _only(record: RunRecord, ids: Sequence[str]) -> list[DocumentResult]:
    by_id = {result.id: result for result in record.documents}
    return [by_id[one] for one in ids]


def _mcnemar(ours: Sequence[DocumentResult], theirs: Sequence[DocumentResult], *, grounded: bool) -> McNemar:
    """What neither run predicts and gold does not have is right in both and leaves the test as it is."""
    only_ours = only_theirs = 0
    for number, (mine, other) in enumerate(zip(ours, theirs, strict=True)):
        wrong, other_wrong = _wrong(number, mine, grounded=grounded), _wrong(number, other, grounded=grounded)
        only_ours += len(other_wrong - wrong)
        only_theirs += len(wrong - other_wrong)
    if only_ours == only_theirs == 0:
        return McNemar(only_ours=0, only_baseline=0, p=1.0)
    from statsmodels.stats.contingency_tables import mcnemar  # noqa: PLC0415 - loads on first use, so that no other command waits for it

    exact = only_ours + only_theirs < _EXACT_BELOW
    test = mcnemar(np.array([[0, only_ours], [only_theirs, 0]]), exact=exact)
    return McNemar(only_ours=only_ours, only_baseline=only_theirs, p=float(test.pvalue))


def _wrong(number: int, result: DocumentResult, *, grounded: bool) -> set[str]:
    """Types of the document that were missed, falsely raised or, if `grounded`, cited from other words."""
    return {pair.type for pair in pairs_of(number, result) if not (pair.grounded if grounded else pair.typed)}
