"""Which inputs count for each of many accounts; `scoring.presence` for columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np

from scoring.columns.combined import sum_levels
from scoring.columns.effects import Effects
from scoring.columns.known import Known
from scoring.columns.people import last_heard_on
from scoring.columns.places import sum_in
from scoring.columns.portfolio import NEVER, Bools, Ints
from scoring.ledger import WHOLE
from scoring.ledger import weighted as weighted_one
from scoring.presence import MEASURING, Fed
from scoring.rulebook.model import Input, Rulebook
from scoring.sharing import shared

ByInput = Mapping[str, Sequence[Effects]]


def weighted(level: Ints, weight: Ints | int) -> Ints:
    """Levels in tenths of a per cent of weights, to the nearest tenth of a point, halves away from zero."""
    size: Ints = np.floor_divide(2 * np.abs(level) * weight + WHOLE, 2 * WHOLE)
    return np.where(level < 0, -size, size)


def feeding(item: Input, found: Sequence[Effects], known: Known, rulebook: Rulebook) -> dict[Fed, Bools]:
    """Where the input is fed by what; every account stands under one heading."""
    never, always = np.zeros(known.size, dtype=np.bool_), np.ones(known.size, dtype=np.bool_)
    if item.current_for is None:
        return {fed: always if fed is Fed.MEASURED else never for fed in Fed}
    measured = known.day - last_heard_on(_roles(item, rulebook), known) <= item.current_for
    young: dict[int, Bools] = {sign: never.copy() for sign in (-1, 0, 1)}
    for effects in found:
        if effects.name.kind in MEASURING:
            measured[effects.account] = True
        elif effects.name.kind == "stalled":
            young[-1][effects.account] = True
        elif effects.name.kind == "signal":
            recent = known.day - known.portfolio.signals.said_on[effects.signal] <= item.current_for
            young[rulebook.signal_rules[effects.name.rule].sign][effects.account[recent]] = True
    net = sum_levels(found, known.size)
    heard = young[-1] | young[0] | young[1]
    good, bad = ~measured & (net > 0) & young[1], ~measured & (net < 0) & young[-1]
    return {
        Fed.MEASURED: measured,
        Fed.GOOD_NEWS: good,
        Fed.BAD_NEWS: bad,
        Fed.NEITHER: ~measured & heard & ~good & ~bad,
        Fed.NOTHING: ~measured & ~heard,
    }


def _roles(item: Input, rulebook: Rulebook) -> tuple[str, ...]:
    return tuple({role for rule in rulebook.silences if rule.input == item.id for role in rule.roles})


def as_mask(places: Sequence[Bools]) -> Ints:
    """A whole number for each account, with a bit for each input that is chosen."""
    mask = np.zeros(len(places[0]), dtype=np.int64)
    for n, chosen in enumerate(places):
        mask |= chosen.astype(np.int64) << n
    return mask


@lru_cache(maxsize=64)
def weights_by_mask(weights: tuple[int, ...]) -> Ints:
    """The shares of 1000 tenths for every choice of inputs; for none, those of all."""
    everything = (1 << len(weights)) - 1
    choices = [mask or everything for mask in range(everything + 1)]
    return np.array([shared(WHOLE, [w * (mask >> n & 1) for n, w in enumerate(weights)]) for mask in choices])


def counted(rulebook: Rulebook, fed: Sequence[Mapping[Fed, Bools]], by_input: ByInput, size: int) -> Ints:
    """The inputs that count, as masks: the lowest over choices of bad news of the highest over choices of good news.

    Accounts whose inputs are fed alike weigh the same choices, and are weighed together.
    """
    measured, bad, good = (as_mask([f[kind] for f in fed]) for kind in (Fed.MEASURED, Fed.BAD_NEWS, Fed.GOOD_NEWS))
    chosen = measured.copy()
    totals = _Totals(rulebook.inputs, by_input, size)
    situations = (measured << 16) | (bad << 8) | good
    one_sided = np.flatnonzero(bad | good)
    for situation in np.unique(situations[one_sided]).tolist():
        members = one_sided[situations[one_sided] == situation]
        chosen[members] = totals.settled(situation >> 16, situation >> 8 & 255, situation & 255, members)
    return chosen


class _Totals:
    """Scores before caps of any choice of inputs; none chosen is every input at its baseline.

    A choice is packed with its total into one number that sorts as the choices rank: among equal totals the one with
    most inputs, then by the names of its inputs.
    """

    def __init__(self, inputs: Sequence[Input], by_input: ByInput, size: int) -> None:
        self._inputs, self._size = inputs, size
        self._by_input = {name: _together(found) for name, found in by_input.items()}
        self._weights = weights_by_mask(tuple(i.weight for i in inputs))
        self._kept: dict[tuple[int, int, bool], Ints] = {}
        self._by_rank, self._gain, self._loss = _ranks(tuple(i.id for i in inputs))

    def settled(self, measured: int, bad: int, good: int, members: Ints) -> Ints:
        """The choice of each member."""
        lowest = np.full(len(members), NEVER)
        for taken in _submasks(bad):
            highest = np.full(len(members), -NEVER)
            for more in _submasks(good):
                choice = measured | taken | more
                highest = np.maximum(highest, self._of(choice, members) << _RANK_BITS | self._gain[choice])
            best = self._by_rank[highest & 255]
            lowest = np.minimum(lowest, highest >> _RANK_BITS << _RANK_BITS | self._loss[best])
        settled: Ints = self._by_rank[lowest & 255]
        return settled

    def _of(self, choice: int, members: Ints) -> Ints:
        total = np.zeros(len(members), dtype=np.int64)
        for place, weight in enumerate(self._weights[choice].tolist()):
            if weight:
                total += self._given(place, weight, is_chosen=bool(choice >> place & 1))[members]
        return total

    def _given(self, place: int, weight: int, *, is_chosen: bool) -> Ints:
        """What an input gives with this weight; choices share most of their weights."""
        key = place, weight, is_chosen
        if key not in self._kept:
            self._kept[key] = self._input(self._inputs[place], weight, is_chosen=is_chosen)
        return self._kept[key]

    def _input(self, item: Input, weight: int, *, is_chosen: bool) -> Ints:
        given = np.full(self._size, weighted_one(10 * item.baseline, weight))
        if is_chosen and item.id in self._by_input:
            account, level = self._by_input[item.id]
            given += sum_in(account, _points(level, weight), self._size)
        bounded: Ints = np.clip(given, 0, weight)
        return bounded


def _together(found: Sequence[Effects]) -> tuple[Ints, Ints]:
    """Accounts and levels of all effects on an input."""
    return np.concatenate([e.account for e in found]), np.concatenate([e.level for e in found])


def _points(level: Ints, weight: int) -> Ints:
    """As `weighted`; levels are many and mostly within the range, where a table is faster than arithmetic."""
    if np.abs(level).max() > WHOLE:
        return weighted(level, weight)
    points: Ints = _points_by_level(weight)[level]
    return points


@lru_cache(maxsize=1024)
def _points_by_level(weight: int) -> Ints:
    """Negative levels count from the end."""
    return weighted(np.concatenate([np.arange(WHOLE + 1), np.arange(-WHOLE, 0)]), weight)


_RANK_BITS = 12
"""Eight for the place by name among up to 256 choices, four for the number of inputs."""


@lru_cache(maxsize=64)
def _ranks(names: tuple[str, ...]) -> tuple[Ints, Ints, Ints]:
    """Choices by their rank, and how each ranks among equals where the highest and where the lowest is wanted."""
    chosen = [sorted(name for n, name in enumerate(names) if mask >> n & 1) for mask in range(1 << len(names))]
    by_rank = sorted(range(len(chosen)), key=chosen.__getitem__)
    rank = np.argsort(by_rank)
    sizes = np.array([len(choice) for choice in chosen])
    return np.array(by_rank), sizes << 8 | rank, (len(names) - sizes) << 8 | rank


def _submasks(mask: int) -> list[int]:
    return [part for part in range(mask + 1) if part & ~mask == 0]
