"""All figures of one slice, each with its interval."""

from __future__ import annotations

from collections.abc import Mapping

from eval.figures.counts import Counts, count, weighted
from eval.figures.curve import average_precision
from eval.figures.facts import Facts
from eval.figures.measures import AVERAGE_PRECISION, measures, share
from eval.figures.shape import Figure, Panel
from eval.intervals import Array, interval, point

_REFUSED = "rejected:"


def values(facts: Facts, weights: Array) -> dict[str, Array]:
    """Every figure for every row of `weights`, row 0 being the sample itself."""
    return _values(facts, weighted(count(facts), weights), weights)


def panel(facts: Facts, weights: Array) -> Panel:
    by_account = count(facts)
    counts = weighted(by_account, weights)
    accounts = len({facts.documents[number].account for number in facts.inside})
    support = _support(by_account)
    refused = [name for name in sorted(by_account) if name.startswith(_REFUSED)]
    return Panel(
        documents=len(facts.inside),
        accounts=accounts,
        figures={name: figure(each, accounts, support[name]) for name, each in _values(facts, counts, weights).items()},
        rejected={
            name.removeprefix(_REFUSED): figure(share(counts, name, "claims"), accounts, int(by_account[name].sum()))
            for name in refused
        },
    )


def figure(values: Array, accounts: int, n: int) -> Figure:
    bounds = interval(values, accounts)
    return Figure(value=point(values), low=bounds.low, high=bounds.high, n=n)


def _values(facts: Facts, counts: Counts, weights: Array) -> dict[str, Array]:
    found = {name: measure.value(counts) for name, measure in measures().items()}
    return found | {AVERAGE_PRECISION: average_precision(facts, weights)}


def _support(counts: Counts) -> Mapping[str, int]:
    def total(names: tuple[str, ...]) -> int:
        return int(sum(counts[name].sum() for name in names if name in counts))

    return {name: total(m.support) for name, m in measures().items()} | {AVERAGE_PRECISION: total(("typed:predicted",))}
