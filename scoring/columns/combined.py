"""All effects on many accounts on one day; `scoring.effects` for columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from scoring.columns.effects import Effects, Name, effects_where, rounded
from scoring.columns.known import Known
from scoring.columns.measured import Values, assessment_effects, metric_effects
from scoring.columns.people import silence_effects, slowing_effects, threading_effects
from scoring.columns.places import sum_in
from scoring.columns.portfolio import Bools, Ints
from scoring.columns.said import signal_effects, stalled_effects
from scoring.rulebook.model import Amplifier, Combination, Rulebook
from scoring.rulebook.rules import Condition


def effects(known: Known, rulebook: Rulebook) -> tuple[Effects, ...]:
    """In the order of input, kind and rule, as the ledger has them."""
    said = list(signal_effects(rulebook.signals, known, rulebook.sure_from))
    with_values = [*metric_effects(rulebook.metrics, known), *slowing_effects(rulebook.slowing, known)]
    values = {found.name.rule: value for found, value in with_values}
    measured = [
        *(found for found, _ in with_values),
        *silence_effects(rulebook.silences, known),
        *threading_effects(rulebook.threading, known),
    ]
    found = [*said, *measured, *stalled_effects(rulebook.stalled, known, said), *assessment_effects(rulebook, known)]
    found += [_combined(rule, known, measured, values) for rule in rulebook.combinations]
    found += [e for rule in rulebook.amplifiers for e in _amplified(rule, known, found)]
    return tuple(sorted((e for e in found if len(e.account)), key=lambda e: (e.name.input, e.name.kind, e.name.rule)))


def _combined(rule: Combination, known: Known, measured: Sequence[Effects], values: Mapping[str, Values]) -> Effects:
    by_rule = {e.name.rule: e for e in measured}
    holds = np.ones(known.size, dtype=np.bool_)
    since = np.zeros(known.size, dtype=np.int64)
    for condition in rule.when:
        part = by_rule.get(condition.rule)
        holds &= _holds(condition, part, values, known.size)
        if part is not None:
            since[part.account] = np.maximum(since[part.account], part.since)
    return effects_where(Name(rule.id, "combination", rule.input, rule.label, rule.id), holds, 10 * rule.points, since)


def _holds(condition: Condition, part: Effects | None, values: Mapping[str, Values], size: int) -> Bools:
    holds = np.zeros(size, dtype=np.bool_)
    if condition.at_least is None and condition.below is None:
        if part is not None:
            holds[part.account] = True
        return holds
    value = values.get(condition.rule)
    if value is None:
        return holds
    holds |= value.holds
    if condition.at_least is not None:
        holds &= value.value >= condition.at_least
    if condition.below is not None:
        holds &= value.value < condition.below
    return holds


def _amplified(rule: Amplifier, known: Known, found: Sequence[Effects]) -> Iterator[Effects]:
    left = known.days_to_renewal
    near = (left >= 0) & (left <= rule.days_to_renewal)
    for input_ in rule.inputs:
        loss = sum_levels([e for e in found if e.name.input == input_], known.size, losses_only=True)
        level = rounded(loss * (rule.times - 1))
        name = Name(rule.id, "amplifier", input_, rule.label, input_)
        yield effects_where(name, near & (loss != 0), level, known.day + left - rule.days_to_renewal)


def sum_levels(found: Sequence[Effects], size: int, *, losses_only: bool = False) -> Ints:
    total = np.zeros(size, dtype=np.int64)
    for effects in found:
        level = np.minimum(effects.level, 0) if losses_only else effects.level
        total += sum_in(effects.account, level, size)
    return total
