"""What words do to an input: points by severity, fading, repeats, answers by later words, growth nobody mentions any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from scoring.effect import Effect
from scoring.facts import Observation
from scoring.known import Known
from scoring.rulebook.rules import SignalRule, StalledRule

FADED_AFTER = 11
"""Half-lives after which even the full range rounds to no tenth of a per cent."""


def signal_effects(rules: tuple[SignalRule, ...], known: Known, sure_from: float) -> Iterator[Effect]:
    """One effect for each signal that has not faded; of one type the strongest counts whole, each further one less.

    A signal whose confidence is below `sure_from` counts in proportion to it.
    """
    for rule in rules:
        if rule.id not in known.by_type:
            continue
        alive = [found for o in known.by_type[rule.id] if (found := _strength(o, rule, known, sure_from)) is not None]
        alive.sort(key=lambda found: (-abs(found[0]), found[1].subject))
        for place, (level, observation, answered_by) in enumerate(alive):
            yield Effect(
                rule.id,
                "signal",
                rule.input,
                observation.subject,
                rule.label,
                round(level * rule.repeat**place) if place else level,
                observation.since,
                "",
                (observation.signal.id,),
                answered_by,
            )


def faded(points: int, age: int, half_life: int) -> float:
    """Tenths of a per cent that are left of a signal's points after so many days."""
    return float(10 * points * 0.5 ** (age / half_life))


def silent_share(quiet: int, days: int) -> float:
    """How much of a stalled rule's points counts: all of it at first, halved every `days` from twice as long on."""
    return float(0.5 ** max(0.0, (quiet - 2 * days) / days))


def answer_to(
    observation: Observation, rule: SignalRule, known: Known, sure_from: float
) -> tuple[float, Observation | None]:
    """The share of a signal's points that stays, and the later counter-signal that took most.

    A counter-signal that is weaker than the signal itself does half the work, one that nobody is sure of none.
    """
    share, found = 1.0, None
    for ending in rule.ends:
        for other in known.by_type.get(ending.by, ()):
            same_matter = ending.within == "account" or other.thread == observation.thread
            unsure = other.signal.confidence < sure_from
            if unsure or not same_matter or other.last_said <= observation.last_said:
                continue
            weaker = other.signal.severity < observation.signal.severity
            keeps = (1 + ending.keeps) / 2 if weaker else ending.keeps
            if keeps < share or (keeps == share and found is not None and other.subject < found.subject):
                share, found = keeps, other
    return share, found


def stalled_effects(rules: tuple[StalledRule, ...], known: Known, signals: list[Effect]) -> Iterator[Effect]:
    """Intent, and then nothing: what was scoped and is silent goes backwards.

    Later good news on the same input ends the silence. Bad news does not; but what it already takes is not taken
    twice, so the silence only adds what is missing to its own size.
    """
    for rule in rules:
        talk = [e for e in signals if e.input == rule.input]
        good = [o for o in _spoken(talk, known) if o.signal.type == rule.after or _gives(o, talk)]
        last = max(good, key=lambda o: (o.last_said, o.subject), default=None)
        if last is None or last.signal.type != rule.after:
            continue
        quiet = (known.day - last.said_on).days
        if quiet < rule.days:
            continue
        share = silent_share(quiet, rule.days)
        said_since = sum(e.level for e in talk if e.level < 0 and e.since > last.said_on)
        level = min(0, round(10 * rule.points * share) - said_since)
        since = last.said_on + timedelta(days=rule.days)
        detail = f"not mentioned for {quiet} days"
        yield Effect(rule.id, "stalled", rule.input, last.subject, rule.label, level, since, detail, (last.signal.id,))


def _spoken(talk: list[Effect], known: Known) -> list[Observation]:
    return [o for name in sorted({e.rule for e in talk}) for o in known.by_type.get(name, ())]


def _gives(observation: Observation, talk: list[Effect]) -> bool:
    return any(e.subject == observation.subject and e.level > 0 for e in talk)


def _strength(
    observation: Observation, rule: SignalRule, known: Known, sure_from: float
) -> tuple[int, Observation, str] | None:
    """The level of one signal by itself, and the subject that answered it; None once it has faded."""
    age = max((known.day - observation.said_on).days, 0)
    if age > FADED_AFTER * rule.half_life:
        return None
    points = faded(rule.points[observation.signal.severity - 1], age, rule.half_life)
    if observation.signal.confidence < sure_from:
        points *= observation.signal.confidence
    if not rule.ends:
        return round(points), observation, ""
    keeps, answer = answer_to(observation, rule, known, sure_from)
    level = round(points * keeps)
    return level, observation, answer.subject if answer is not None else ""
