"""The scores of many accounts, exactly those of `scoring.score`."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from scoring.columns.caps import caps_on
from scoring.columns.combined import effects
from scoring.columns.effects import Effects
from scoring.columns.known import Known
from scoring.columns.ledger import Ledger, Lines
from scoring.columns.places import sum_in
from scoring.columns.portfolio import Ints, Portfolio
from scoring.columns.presence import counted, feeding, weighted, weights_by_mask
from scoring.presence import Fed
from scoring.rulebook.model import Rulebook


def score(portfolio: Portfolio, rulebook: Rulebook) -> Iterator[Ledger]:
    """One ledger for each set of rules that accounts of the portfolio fall under: those of their segments."""
    for rules, members in _segments(portfolio, rulebook):
        yield _score(Known(portfolio, members), rules)


def _segments(portfolio: Portfolio, rulebook: Rulebook) -> Iterator[tuple[Rulebook, Ints]]:
    name, arr = portfolio.contracts.segment, portfolio.contracts.arr
    left = np.ones(len(portfolio), dtype=np.bool_)
    for segment in rulebook.segments:
        named = [n for n, name in enumerate(portfolio.segments) if not segment.segments or name in segment.segments]
        taken = left & np.isin(name, named)
        if segment.arr_at_least is not None:
            taken &= arr >= segment.arr_at_least
        if segment.arr_below is not None:
            taken &= arr < segment.arr_below
        left &= ~taken
        if taken.any():
            yield rulebook.for_segment.get(segment.id, rulebook), np.flatnonzero(taken)
    if left.any():
        yield rulebook, np.flatnonzero(left)


def _score(known: Known, rulebook: Rulebook) -> Ledger:
    found = effects(known, rulebook)
    by_input: dict[str, list[Effects]] = {}
    for each in found:
        by_input.setdefault(each.name.input, []).append(each)
    fed = [feeding(i, by_input.get(i.id, ()), known, rulebook) for i in rulebook.inputs]
    mask = counted(rulebook, fed, by_input, known.size)
    weights = weights_by_mask(tuple(i.weight for i in rulebook.inputs))[mask]
    lines = tuple(
        _lines(each, weights[:, n], mask) for n, i in enumerate(rulebook.inputs) for each in by_input.get(i.id, ())
    )
    baselines = weighted(np.array([10 * i.baseline for i in rulebook.inputs]), weights)
    open_ = baselines + np.stack([_given(i.id, lines, known.size) for i in rulebook.inputs], axis=1)
    given = np.clip(open_, 0, weights)
    total = given.sum(axis=1)
    capped = caps_on(total, given, weights, known, rulebook)
    total = total + capped.points
    is_fed = np.stack([~f[Fed.NOTHING] for f in fed], axis=1)
    coverage = is_fed @ np.array([i.weight for i in rulebook.inputs])
    low = total * coverage // 100
    return Ledger(
        portfolio=known.portfolio,
        rulebook=rulebook,
        day=known.day,
        members=known.members,
        weights=weights,
        fed=is_fed,
        baselines=baselines,
        lines=lines,
        bounds=given - open_,
        given=given,
        capped=capped,
        points=total,
        low=low,
        high=low + (100 - coverage) * 10,
        coverage=coverage * 10,
    )


def _lines(found: Effects, weight: Ints, mask: Ints) -> Lines:
    """The effects on accounts for which the input counts; where nothing counts, every input stands at its baseline."""
    counts = (weight > 0) & (mask > 0)
    chosen = counts[found.account]
    if not chosen.all():
        found = Effects(
            found.name, found.account[chosen], found.level[chosen], found.since[chosen], found.signal[chosen]
        )
    return Lines(found, weighted(found.level, weight[found.account]))


def _given(input_: str, lines: tuple[Lines, ...], size: int) -> Ints:
    total = np.zeros(size, dtype=np.int64)
    for each in lines:
        if each.effects.name.input == input_:
            total += sum_in(each.effects.account, each.points, size)
    return total
