"""What each rule makes of the facts: effects on inputs, before weights and bounds.

Levels are whole tenths of a per cent of an input's range (1000 is all of it), so that everything after this file is
integer arithmetic.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from scoring.facts import Account, Assessment, Facts, Observation
from scoring.rulebook.model import (
    Amplifier,
    AssessmentRule,
    Ending,
    MetricRule,
    Rulebook,
    SignalRule,
    SilenceRule,
    StalledRule,
)

FADED_AFTER = 11
"""Half-lives after which even the full range rounds to no tenth of a per cent."""


@dataclass(frozen=True, slots=True)
class Effect:
    """One rule applied to one subject: `level` in tenths of a per cent of `input`'s range.

    `signals` are the ids that prove it, `since` the day it began to hold, `ended_by` the subject that answered it.
    """

    rule: str
    kind: str
    input: str
    subject: str
    label: str
    level: int
    since: date
    detail: str = ""
    signals: tuple[str, ...] = ()
    ended_by: str = ""


def effects(facts: Facts, rulebook: Rulebook, day: date) -> tuple[Effect, ...]:
    """All effects on one day of facts already cut to that day, in an order that depends on nothing but the facts."""
    found = [
        *_signal_effects(facts, rulebook, day),
        *_metric_effects(facts, rulebook, day),
        *(e for rule in rulebook.silences for e in _silence(facts, rule, day)),
        *(e for rule in rulebook.stalled for e in _stalled(facts, rule, rulebook, day)),
        *_assessment_effects(facts, rulebook, day),
    ]
    found += [e for rule in rulebook.amplifiers for e in _amplified(found, facts, rule, day)]
    return tuple(sorted(found, key=lambda e: (e.input, e.kind, e.rule, e.subject)))


def current_assessment(facts: Facts, rulebook: Rulebook, day: date) -> Assessment | None:
    latest = max(facts.assessments, key=lambda a: a.day, default=None)
    if latest is None or (day - latest.day).days > rulebook.assessment_expires:
        return None
    return latest


def metric_value(facts: Facts, rule: MetricRule, day: date) -> tuple[float, date] | None:
    """The rule's value and the day it was read; None where there is no current reading to make it from."""
    now = _reading(facts, rule.metric, day)
    if now is None or (day - now[1]).days > rule.stale_after:
        return None
    value, read_on = now
    if rule.of is not None:
        whole = _reading(facts, rule.of, day)
        divisor = whole[0] if whole else _account_number(facts, rule.of)
        if not divisor:
            return None
        value /= divisor
    if rule.change_over is not None:
        earlier = _reading(facts, rule.metric, day - timedelta(days=rule.change_over))
        if earlier is None or earlier[0] == 0 or (read_on - earlier[1]).days > 2 * rule.change_over:
            return None
        value = value / earlier[0] - 1
    return value, read_on


def _signal_effects(facts: Facts, rulebook: Rulebook, day: date) -> Iterator[Effect]:
    by_type: dict[str, list[Observation]] = {}
    for observation in facts.observations:
        by_type.setdefault(observation.signal.type, []).append(observation)
    for rule in rulebook.signals:
        single = [_one_signal(o, rule, by_type, day) for o in by_type.get(rule.id, ())]
        alive = [e for e in single if e is not None]
        alive.sort(key=lambda e: (-abs(e.level), e.subject))
        for place, effect in enumerate(alive):
            yield replace(effect, level=round(effect.level * rule.repeat**place))


def _one_signal(
    observation: Observation, rule: SignalRule, by_type: dict[str, list[Observation]], day: date
) -> Effect | None:
    age = max((day - observation.last_said.date()).days, 0)
    if age > FADED_AFTER * rule.half_life:
        return None
    strength = 10 * rule.points[observation.signal.severity - 1] * 0.5 ** (age / rule.half_life)
    keeps, ender = _ending(observation, rule.ends, by_type)
    return Effect(
        rule=rule.id,
        kind="signal",
        input=rule.input,
        subject=observation.subject,
        label=rule.label,
        level=round(strength * keeps),
        since=observation.observed_at.date(),
        signals=(observation.signal.id,),
        ended_by=ender,
    )


def _ending(
    observation: Observation, endings: Iterable[Ending], by_type: dict[str, list[Observation]]
) -> tuple[float, str]:
    """The share of the signal's points that stays, and the subject of the counter-signal that took most."""
    share, ender = 1.0, ""
    for ending in endings:
        for other in by_type.get(ending.by, ()):
            same_matter = ending.within == "account" or other.thread == observation.thread
            if not same_matter or other.last_said <= observation.last_said:
                continue
            weaker = other.signal.severity < observation.signal.severity
            keeps = (1 + ending.keeps) / 2 if weaker else ending.keeps
            if (keeps, other.subject) < (share, ender or "\U0010ffff"):
                share, ender = keeps, other.subject
    return share, ender


def _metric_effects(facts: Facts, rulebook: Rulebook, day: date) -> Iterator[Effect]:
    for rule in rulebook.metrics:
        found = metric_value(facts, rule, day)
        if found is None:
            continue
        value, read_on = found
        points = next(s.points for s in rule.steps if s.at_least is None or value >= s.at_least)
        level = 10 * points
        detail = f"{_shown(value, rule)} on {read_on.isoformat()}"
        if points < 0 and _in_grace(facts.account, rule, day):
            continue
        explained = _explanation(facts, rule, day) if points < 0 else None
        if explained is not None and rule.unless is not None:
            level = round(level * rule.unless.keeps)
            detail += f", explained by {explained.signal.type}"
        yield Effect(
            rule=rule.id,
            kind="metric",
            input=rule.input,
            subject=rule.metric,
            label=rule.label,
            level=level,
            since=read_on,
            detail=detail,
            signals=(explained.signal.id,) if explained is not None else (),
        )


def _in_grace(account: Account, rule: MetricRule, day: date) -> bool:
    if rule.grace is None or account.contract_start is None:
        return False
    return (day - account.contract_start).days < rule.grace


def _explanation(facts: Facts, rule: MetricRule, day: date) -> Observation | None:
    """The latest signal that explains a poor reading, unless a counter-signal is as young."""
    if rule.unless is None:
        return None
    since = day - timedelta(days=rule.unless.days)
    recent = [o for o in facts.observations if o.last_said.date() >= since]
    if any(o.signal.type in rule.unless.but_not for o in recent):
        return None
    fitting = [o for o in recent if o.signal.type in rule.unless.signals]
    return max(fitting, key=lambda o: (o.last_said, o.subject), default=None)


def _silence(facts: Facts, rule: SilenceRule, day: date) -> Iterator[Effect]:
    """Counted from the last word or attendance of anybody in the roles; never heard of is missing, not silent."""
    addresses = {c.address.lower() for c in facts.contacts if c.role in rule.roles}
    heard = [i for i in facts.interactions if i.address and i.address.lower() in addresses and i.took.is_presence]
    last = max(heard, key=lambda i: (i.at, i.document_id), default=None)
    if last is None:
        return
    quiet = (day - last.at.date()).days
    if quiet < rule.days:
        return
    share = min(1.0, 0.5 + (quiet - rule.days) / (2 * rule.days))
    yield Effect(
        rule=rule.id,
        kind="silence",
        input=rule.input,
        subject=",".join(rule.roles),
        label=rule.label,
        level=round(10 * rule.points * share),
        since=last.at.date() + timedelta(days=rule.days),
        detail=f"{quiet} days; last heard of {last.name} on {last.at.date().isoformat()} ({last.took.value})",
    )


def _stalled(facts: Facts, rule: StalledRule, rulebook: Rulebook, day: date) -> Iterator[Effect]:
    feeding = {r.id for r in rulebook.signals if r.input == rule.input}
    talk = [o for o in facts.observations if o.signal.type in feeding]
    last = max(talk, key=lambda o: (o.last_said, o.subject), default=None)
    if last is None or last.signal.type != rule.after:
        return
    quiet = (day - last.last_said.date()).days
    if rule.days <= quiet:
        share = 0.5 ** max(0, (quiet - 2 * rule.days) / rule.days)
        yield Effect(
            rule=rule.id,
            kind="silence",
            input=rule.input,
            subject=last.subject,
            label=rule.label,
            level=round(10 * rule.points * share),
            since=last.last_said.date() + timedelta(days=rule.days),
            detail=f"not mentioned for {quiet} days",
            signals=(last.signal.id,),
        )


def _assessment_effects(facts: Facts, rulebook: Rulebook, day: date) -> Iterator[Effect]:
    assessment = current_assessment(facts, rulebook, day)
    if assessment is None:
        return
    for rule in rulebook.assessments:
        answer = assessment.answers.get(rule.id)
        if answer in rule.answers:
            yield _answered(rule, answer, assessment)


def _answered(rule: AssessmentRule, answer: str, assessment: Assessment) -> Effect:
    return Effect(
        rule=rule.id,
        kind="assessment",
        input=rule.input,
        subject=rule.id,
        label=rule.label,
        level=10 * rule.answers[answer],
        since=assessment.day,
        detail=f"{answer.replace('_', ' ')} ({assessment.author}, {assessment.day.isoformat()})",
    )


def _amplified(found: list[Effect], facts: Facts, rule: Amplifier, day: date) -> Iterator[Effect]:
    renewal = facts.account.renewal_date
    if renewal is None or not 0 <= (renewal - day).days <= rule.days_to_renewal:
        return
    for name in rule.inputs:
        loss = sum(e.level for e in found if e.input == name and e.level < 0)
        if loss:
            yield Effect(
                rule=rule.id,
                kind="amplifier",
                input=name,
                subject=name,
                label=rule.label,
                level=round(loss * (rule.times - 1)),
                since=renewal - timedelta(days=rule.days_to_renewal),
                detail=f"renewal in {(renewal - day).days} days",
            )


def _reading(facts: Facts, metric: str, day: date) -> tuple[float, date] | None:
    past = [r for r in facts.readings if r.metric == metric and r.day <= day]
    latest = max(past, key=lambda r: r.day, default=None)
    return (latest.value, latest.day) if latest else None


def _account_number(facts: Facts, name: str) -> float | None:
    return float(facts.account.licensed_seats) if name == "licensed_seats" and facts.account.licensed_seats else None


def _shown(value: float, rule: MetricRule) -> str:
    return f"{value:.0%}" if rule.unit == "%" else f"{value:g} {rule.unit}".strip()
