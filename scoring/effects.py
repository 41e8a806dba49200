"""What each rule makes of the facts: effects on inputs, before weights and bounds."""

from __future__ import annotations

from collections.abc import Iterator

from scoring.effect import Effect
from scoring.facts import Assessment
from scoring.known import Known
from scoring.labels import within
from scoring.metric_effects import metric_effects, metric_value
from scoring.people_effects import silence_effects, slowing, slowing_effects, threading_effects
from scoring.rulebook.model import Amplifier, AssessmentRule, Combination, Rulebook
from scoring.rulebook.rules import Condition
from scoring.signal_effects import signal_effects, stalled_effects


def effects(known: Known, rulebook: Rulebook) -> tuple[Effect, ...]:
    """All effects on one day, in an order that depends on nothing but the facts."""
    said = list(signal_effects(rulebook.signals, known, rulebook.sure_from))
    measured = [
        *metric_effects(rulebook.metrics, known),
        *silence_effects(rulebook.silences, known),
        *slowing_effects(rulebook.slowing, known),
        *threading_effects(rulebook.threading, known),
    ]
    found = [*said, *measured, *stalled_effects(rulebook.stalled, known, said), *_assessed(known, rulebook)]
    found += _combined(known, rulebook, measured)
    found += [e for rule in rulebook.amplifiers for e in _amplified(found, known, rule)]
    return tuple(sorted(found, key=lambda e: (e.input, e.kind, e.rule, e.subject)))


def current_assessment(known: Known, rulebook: Rulebook) -> Assessment | None:
    latest = max(known.assessments, key=lambda a: (a.day, a.visible_from, a.author), default=None)
    if latest is None or (known.day - latest.day).days > rulebook.assessment_expires:
        return None
    return latest


def _assessed(known: Known, rulebook: Rulebook) -> Iterator[Effect]:
    assessment = current_assessment(known, rulebook)
    if assessment is None:
        return
    for rule in rulebook.assessments:
        answer = assessment.answers.get(rule.id)
        if answer in rule.answers:
            yield _answered(rule, answer, assessment)


def _answered(rule: AssessmentRule, answer: str, assessment: Assessment) -> Effect:
    detail = f"{answer.replace('_', ' ')} ({assessment.author}, {assessment.day.isoformat()})"
    level = 10 * rule.answers[answer]
    return Effect(rule.id, "assessment", rule.input, rule.id, rule.label, level, assessment.day, detail)


def _combined(known: Known, rulebook: Rulebook, measured: list[Effect]) -> Iterator[Effect]:
    by_rule = {e.rule: e for e in measured}
    for rule in rulebook.combinations:
        if all(_holds(c, known, rulebook, by_rule) for c in rule.when):
            yield _combination(rule, [by_rule[c.rule] for c in rule.when if c.rule in by_rule])


def _holds(condition: Condition, known: Known, rulebook: Rulebook, by_rule: dict[str, Effect]) -> bool:
    """Looks at facts only, never at signals, so that a worse signal cannot undo a combination."""
    if condition.at_least is None and condition.below is None:
        return condition.rule in by_rule
    value = _value(condition.rule, known, rulebook)
    return (
        value is not None
        and (condition.at_least is None or value >= condition.at_least)
        and (condition.below is None or value < condition.below)
    )


def _value(name: str, known: Known, rulebook: Rulebook) -> float | None:
    for metric in rulebook.metrics:
        if metric.id == name:
            found = metric_value(metric, known)
            return found[0] if found else None
    return next((slowing(r, known) for r in rulebook.slowing if r.id == name), None)


def _combination(rule: Combination, parts: list[Effect]) -> Effect:
    detail = "; ".join(f"{within(e.label)}: {e.detail}" for e in parts)
    since = max(e.since for e in parts)
    return Effect(rule.id, "combination", rule.input, rule.id, rule.label, 10 * rule.points, since, detail)


def _amplified(found: list[Effect], known: Known, rule: Amplifier) -> Iterator[Effect]:
    renewal = known.account.renewal_date
    if renewal is None or not 0 <= (renewal - known.day).days <= rule.days_to_renewal:
        return
    for name in rule.inputs:
        loss = sum(e.level for e in found if e.input == name and e.level < 0)
        if loss:
            level = round(loss * (rule.times - 1))
            since = known.day.fromordinal(renewal.toordinal() - rule.days_to_renewal)
            detail = f"renewal in {(renewal - known.day).days} days"
            yield Effect(rule.id, "amplifier", name, name, rule.label, level, since, detail)
