"""What metadata says without words: silence, answers that come slower, one single person left to talk to."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from statistics import median

from extractor.document import Role
from scoring.effect import Effect
from scoring.known import Known
from scoring.rulebook.rules import SilenceRule, SlowingRule, ThreadingRule


def silence_effects(rules: tuple[SilenceRule, ...], known: Known) -> Iterator[Effect]:
    """Counted from the last word or attendance of anybody in the roles; never heard of is missing, not silent."""
    for rule in rules:
        heard = known.heard_of(rule.roles)
        if not heard:
            continue
        last = heard[-1]
        quiet = (known.day - last.at.date()).days
        if quiet < rule.days:
            continue
        share = min(1.0, 0.5 + (quiet - rule.days) / (2 * rule.days))
        detail = f"{quiet} days since {last.name} {last.took.value} on {last.at.date().isoformat()}"
        level = round(10 * rule.points * share)
        since = last.at.date() + timedelta(days=rule.days)
        yield Effect(rule.id, "silence", rule.input, ",".join(rule.roles), rule.label, level, since, detail)


def slowing_effects(rules: tuple[SlowingRule, ...], known: Known) -> Iterator[Effect]:
    for rule in rules:
        ratio = slowing(rule, known)
        if ratio is None:
            continue
        points = next(s.points for s in rule.steps if s.at_least is None or ratio >= s.at_least)
        detail = f"answers take {ratio:.1f} times as long as in the {rule.window} days before"
        since = known.day - timedelta(days=rule.window)
        yield Effect(rule.id, "people", rule.input, "answers", rule.label, 10 * points, since, detail)


def slowing(rule: SlowingRule, known: Known) -> float | None:
    """Median answer time now over the median before; None with too few answers to say."""
    turn, start = (known.day - timedelta(days=n * rule.window) for n in (1, 2))
    now = known.answer_hours(turn + timedelta(days=1), known.day)
    before = known.answer_hours(start + timedelta(days=1), turn)
    if min(len(now), len(before)) < rule.fewest or not median(before):
        return None
    return median(now) / median(before)


def threading_effects(rules: tuple[ThreadingRule, ...], known: Known) -> Iterator[Effect]:
    for rule in rules:
        first = known.day - timedelta(days=rule.days - 1)
        recent = [i for i in known.present if i.role is Role.CUSTOMER and i.address and i.at.date() >= first]
        people = {i.address.lower(): i.name for i in recent if i.address}
        if not 0 < len(people) < rule.people:
            continue
        detail = f"in {rule.days} days only {', '.join(sorted(people.values()))} wrote, spoke or attended"
        since = recent[0].at.date()
        yield Effect(rule.id, "people", rule.input, "contacts", rule.label, 10 * rule.points, since, detail)
