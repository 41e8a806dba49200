"""Which inputs count on a day, and by what they are fed.

Missing is missing: an input without current data leaves the weights. What only words feed has a trap: the first
complaint after a long quiet brings its input back at nearly its baseline, which can lie above the rest of the account
and raise the score. So bad news alone counts only where it lowers the score, good news alone only where it raises it;
where it would not, the input stays out of the weights though it is known (docs/decisions/0005-one-sided-inputs.md).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from enum import StrEnum
from itertools import chain, combinations

from scoring.effect import Effect
from scoring.known import Known
from scoring.ledger import WHOLE, weighted
from scoring.rulebook.model import Input, Rulebook
from scoring.sharing import shared

MEASURING = frozenset({"metric", "silence", "people", "assessment", "combination"})
"""Kinds of effects that facts other than words give."""


class Fed(StrEnum):
    """`MEASURED` by facts; by current words whose net is good, bad, or nothing; or by nothing current."""

    MEASURED = "measured"
    GOOD_NEWS = "good_news"
    BAD_NEWS = "bad_news"
    NEITHER = "neither"
    NOTHING = "nothing"


def feeding(item: Input, found: Sequence[Effect], known: Known, rulebook: Rulebook) -> Fed:
    if item.current_for is None or any(e.kind in MEASURING for e in found) or _met(item, known, rulebook):
        return Fed.MEASURED
    young = _young_signs(item, found, known, rulebook)
    if not young:
        return Fed.NOTHING
    net = sum(e.level for e in found)
    if net > 0 and 1 in young:
        return Fed.GOOD_NEWS
    if net < 0 and -1 in young:
        return Fed.BAD_NEWS
    return Fed.NEITHER


def counted(
    inputs: Sequence[Input], fed: Mapping[str, Fed], by_input: Mapping[str, Sequence[Effect]]
) -> frozenset[str]:
    """The inputs that count: all measured ones, bad news where it lowers the score, good news where it raises it.

    Lowest over all choices of bad news of the highest over all choices of good news; both only ever move one way when a
    signal is added, so the whole does too. Empty when nothing is measured and no news beats the baselines.
    """
    measured = [i.id for i in inputs if fed[i.id] is Fed.MEASURED]
    bad = [i.id for i in inputs if fed[i.id] is Fed.BAD_NEWS]
    good = [i.id for i in inputs if fed[i.id] is Fed.GOOD_NEWS]
    if not bad and not good:
        return frozenset(measured)
    totals = _Totals(inputs, by_input)

    def best(taken: tuple[str, ...]) -> tuple[int, frozenset[str]]:
        choices = [frozenset((*measured, *taken, *more)) for more in _subsets(good)]
        return max(((totals.of(choice), choice) for choice in choices), key=lambda c: (c[0], len(c[1]), sorted(c[1])))

    return min((best(taken) for taken in _subsets(bad)), key=lambda c: (c[0], -len(c[1]), sorted(c[1])))[1]


def effective_weights(inputs: Sequence[Input], present: frozenset[str]) -> dict[str, int]:
    """Share 1000 tenths among the present inputs by weight; absent ones get 0."""
    parts = shared(WHOLE, [i.weight if i.id in present else 0 for i in inputs])
    return {i.id: part for i, part in zip(inputs, parts, strict=True)}


class _Totals:
    """Scores before caps of any choice of inputs; none chosen is every input at its baseline."""

    def __init__(self, inputs: Sequence[Input], by_input: Mapping[str, Sequence[Effect]]) -> None:
        self._inputs, self._by_input = inputs, by_input

    def of(self, present: frozenset[str]) -> int:
        everything = frozenset(i.id for i in self._inputs)
        weights = effective_weights(self._inputs, present or everything)
        return sum(self._input(i, weights[i.id], present) for i in self._inputs if weights[i.id])

    def _input(self, item: Input, weight: int, present: frozenset[str]) -> int:
        moved = sum(weighted(e.level, weight) for e in self._by_input.get(item.id, ())) if item.id in present else 0
        return min(max(weighted(10 * item.baseline, weight) + moved, 0), weight)


def _subsets(names: Sequence[str]) -> Iterator[tuple[str, ...]]:
    return chain.from_iterable(combinations(names, size) for size in range(len(names) + 1))


def _young_signs(item: Input, found: Sequence[Effect], known: Known, rulebook: Rulebook) -> set[int]:
    """Whether there is good and bad news recent enough to feed the input; a promise gone silent is always current.

    Asked of the kind of news, not of what is left of it: a stronger older signal must not make a young one unheard.
    """
    assert item.current_for is not None
    signs = {-1} if any(e.kind == "stalled" for e in found) else set()
    for name in {e.rule for e in found if e.kind == "signal"}:
        last = max(o.said_on for o in known.by_type[name])
        if (known.day - last).days <= item.current_for:
            signs.add(rulebook.signal_rules[name].sign)
    return signs


def _met(item: Input, known: Known, rulebook: Rulebook) -> bool:
    """Whether somebody whose silence would count was heard of recently."""
    assert item.current_for is not None
    roles = {role for r in rulebook.silences if r.input == item.id for role in r.roles}
    heard = known.heard_of(roles) if roles else []
    return bool(heard) and (known.day - heard[-1].at.date()).days <= item.current_for
