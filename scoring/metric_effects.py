"""What measured values do to an input, and what people have said that explains a poor one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

from scoring.effect import Effect
from scoring.facts import SEATS, Account, Observation
from scoring.known import Known
from scoring.rulebook.rules import MetricRule


def metric_effects(rules: tuple[MetricRule, ...], known: Known) -> Iterator[Effect]:
    for rule in rules:
        found = metric_value(rule, known)
        if found is not None:
            yield _measured(rule, known, *found)


def metric_value(rule: MetricRule, known: Known) -> tuple[float, date] | None:
    """The rule's value and the day it was read; None where there is no current reading to make it from."""
    now = known.reading(rule.metric, known.day)
    if now is None or (known.day - now.day).days > rule.stale_after:
        return None
    value = now.value
    if rule.of is not None:
        whole = known.reading(rule.of, known.day)
        divisor = whole.value if whole else _account_number(known.account, rule.of)
        if not divisor:
            return None
        value /= divisor
    if rule.change_over is not None:
        earlier = known.reading(rule.metric, known.day - timedelta(days=rule.change_over))
        if earlier is None or earlier.value == 0 or (now.day - earlier.day).days > 2 * rule.change_over:
            return None
        value = value / earlier.value - 1
    return value, now.day


def _measured(rule: MetricRule, known: Known, value: float, read_on: date) -> Effect:
    """A value in a contract's first days that would take points takes none, and neither is it missing."""
    points = next(s.points for s in rule.steps if s.at_least is None or value >= s.at_least)
    level = 10 * points
    signals: tuple[str, ...] = ()
    detail = f"{_shown(value, rule)} on {read_on.isoformat()}"
    explained = _explanation(rule, known) if points < 0 else None
    if points < 0 and _in_grace(known.account, rule, known.day):
        level = 0
        detail += f", within the first {rule.grace} days of the contract"
    elif explained is not None and rule.unless is not None:
        level = round(level * rule.unless.keeps)
        detail += f", explained by {explained.signal.type.replace('_', ' ')}"
        signals = (explained.signal.id,)
    return Effect(rule.id, "metric", rule.input, rule.metric, rule.label, level, read_on, detail, signals)


def _in_grace(account: Account, rule: MetricRule, day: date) -> bool:
    if rule.grace is None or account.contract_start is None:
        return False
    return (day - account.contract_start).days < rule.grace


def _explanation(rule: MetricRule, known: Known) -> Observation | None:
    """The latest signal that explains a poor reading, unless a counter-signal is as young."""
    if rule.unless is None:
        return None
    since = known.day - timedelta(days=rule.unless.days)

    def recent(types: tuple[str, ...]) -> list[Observation]:
        return [o for name in types for o in known.by_type.get(name, ()) if o.said_on >= since]

    if recent(rule.unless.but_not):
        return None
    return max(recent(rule.unless.signals), key=lambda o: (o.last_said, o.subject), default=None)


def _account_number(account: Account, name: str) -> float | None:
    return float(account.licensed_seats) if name == SEATS and account.licensed_seats else None


def _shown(value: float, rule: MetricRule) -> str:
    """As people say it: 12%, 3 tickets, 1 ticket."""
    if rule.unit == "%":
        return f"{value:.0%}"
    return f"{value:g} {rule.unit.removesuffix('s') if value == 1 else rule.unit}".strip()
