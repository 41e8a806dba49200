"""What measured values and the CSM's answers do to an input, for many accounts; `scoring.metric_effects` for columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from scoring.columns.effects import Effects, Name, effects_where, rounded
from scoring.columns.known import Known
from scoring.columns.portfolio import NONE, Bools, Floats, Ints
from scoring.columns.said import latest_of
from scoring.facts import SEATS
from scoring.rulebook.model import Rulebook
from scoring.rulebook.rules import MetricRule, Step, Unless


@dataclass(frozen=True, slots=True)
class Values:
    """A rule's value for each account where there is one, and the day it was read."""

    holds: Bools
    value: Floats
    day: Ints


def metric_values(rule: MetricRule, known: Known) -> Values:
    now = known.reading(rule.metric, known.day)
    holds, value = known.day - now.day <= rule.stale_after, now.value
    with np.errstate(divide="ignore", invalid="ignore"):
        if rule.of is not None:
            whole = _whole(rule.of, known)
            holds &= ~np.isnan(whole) & (whole != 0)
            value = value / whole
        if rule.change_over is not None:
            earlier = known.reading(rule.metric, known.day - rule.change_over)
            holds &= ~np.isnan(earlier.value) & (earlier.value != 0)
            holds &= now.day - earlier.day <= 2 * rule.change_over
            value = value / earlier.value - 1
    return Values(holds, value, now.day)


def _whole(name: str, known: Known) -> Floats:
    """The latest reading of a metric, else the account's own number; not a number where there is neither."""
    read = known.reading(name, known.day)
    if name != SEATS:
        return read.value
    seats = known.portfolio.contracts.seats[known.members]
    return np.where(np.isnan(read.value) & (seats > 0), seats, read.value)


def stepped(steps: Sequence[Step], value: Floats) -> Ints:
    """The points of the first step that each value reaches."""
    reached = [np.ones(len(value), dtype=np.bool_) if s.at_least is None else value >= s.at_least for s in steps]
    return np.select(reached, [np.full(len(value), s.points) for s in steps])


def metric_effects(rules: Sequence[MetricRule], known: Known) -> Iterator[tuple[Effects, Values]]:
    explaining = lru_cache(maxsize=None)(lambda unless: explanations(unless, known))
    for rule in rules:
        values = metric_values(rule, known)
        level = 10 * stepped(rule.steps, values.value)
        poor = values.holds & (level < 0)
        signal = np.full(known.size, NONE, dtype=np.int64)
        grace = poor & _in_grace(rule, known)
        level[grace] = 0
        if rule.unless is not None:
            found = explaining(rule.unless)
            explained = poor & ~grace & (found != NONE)
            level[explained] = rounded(level[explained] * rule.unless.keeps)
            signal[explained] = found[explained]
        name = Name(rule.id, "metric", rule.input, rule.label, rule.metric)
        yield effects_where(name, values.holds, level, values.day, signal), values


def _in_grace(rule: MetricRule, known: Known) -> Bools:
    if rule.grace is None:
        return np.zeros(known.size, dtype=np.bool_)
    start = known.portfolio.contracts.start[known.members]
    within: Bools = (start != NONE) & (known.day - start < rule.grace)
    return within


def explanations(unless: Unless, known: Known) -> Ints:
    """Each account's row of the latest signal that explains a poor reading, unless a counter-signal is as young."""
    since = known.day - unless.days
    found = latest_of(unless.signals, since, known)
    return np.where(latest_of(unless.but_not, since, known) == NONE, found, NONE)


def assessment_effects(rulebook: Rulebook, known: Known) -> Iterator[Effects]:
    table, names = known.portfolio.assessments, known.portfolio.answers
    row = known.assessment
    if not len(table.day):
        return
    day = table.day[row]
    current = (row != NONE) & (known.day - day <= rulebook.assessment_expires)
    for rule in rulebook.assessments:
        if rule.id not in known.portfolio.questions:
            continue
        answer = table.answers[row, known.portfolio.questions.index(rule.id)]
        counts = np.array([name in rule.answers for name in names])
        levels = np.array([10 * rule.answers.get(name, 0) for name in names])
        holds = current & (answer != NONE)
        holds[holds] = counts[answer[holds]]
        yield effects_where(Name(rule.id, "assessment", rule.input, rule.label, rule.id), holds, levels[answer], day)
