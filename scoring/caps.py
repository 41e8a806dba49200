"""Knock-outs: what a score cannot rise above while something grave stands, as one line of the ledger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from scoring.facts import Observation
from scoring.known import Known
from scoring.ledger import WHOLE, InputLevel, Line
from scoring.rulebook.model import Cap, Rulebook
from scoring.signal_effects import answer_to

_Limit = tuple[int, Line]


def tightest_cap(total: int, known: Known, rulebook: Rulebook, levels: Sequence[InputLevel]) -> Line | None:
    """The line that lowers `total` to the lowest cap that holds; None where the score stands below all of them.

    A signal that a later one has answered caps nothing.
    """
    by_input = {level.id: level for level in levels if level.present}
    caps = [*_signal_caps(rulebook, known, by_input), *_input_caps(rulebook, known, by_input)]
    at_most, line = min(caps, key=lambda c: (c[0], c[1].rule, c[1].subject), default=(total, None))
    if line is None or total <= at_most:
        return None
    detail = f"the score cannot be above {at_most // 10}"
    return Line(line.rule, "cap", "", line.subject, line.label, 0, at_most - total, line.since, detail, line.signals)


@dataclass(frozen=True, slots=True)
class Holding:
    """Caps that hold, whether or not the score reaches them, and the signals that alone keep it from a better band."""

    rules: tuple[str, ...]
    deciding: tuple[str, ...]


def holding(total: int, known: Known, rulebook: Rulebook, levels: Sequence[InputLevel]) -> Holding:
    by_input = {level.id: level for level in levels if level.present}
    ceiling = min((10 * band.at_least for band in rulebook.bands if 10 * band.at_least > total), default=WHOLE)
    caps = list(_signal_caps(rulebook, known, by_input))
    deciding = {signal for at_most, line in caps if at_most < ceiling for signal in line.signals}
    rules = {line.rule for _, line in (*caps, *_input_caps(rulebook, known, by_input))}
    return Holding(tuple(sorted(rules)), tuple(sorted(deciding)))


def _signal_caps(rulebook: Rulebook, known: Known, by_input: Mapping[str, InputLevel]) -> Iterator[_Limit]:
    for cap in rulebook.caps:
        for observation in known.by_type.get(cap.type, ()):
            if _holds(cap, observation, known, rulebook) and _narrowed(cap, by_input):
                since = observation.since
                signals = (observation.signal.id,)
                line = Line(cap.id, "cap", "", observation.subject, cap.label, 0, 0, since, "", signals)
                yield 10 * cap.at_most, line


def _holds(cap: Cap, observation: Observation, known: Known, rulebook: Rulebook) -> bool:
    young = (known.day - observation.said_on).days <= cap.days
    sure = observation.signal.confidence >= rulebook.sure_from
    if observation.signal.severity < cap.severity or not young or not sure:
        return False
    return answer_to(observation, rulebook.signal_rules[cap.type], known)[1] is None


def _narrowed(cap: Cap, by_input: Mapping[str, InputLevel]) -> bool:
    if cap.and_input_below is None:
        return True
    name, level = cap.and_input_below
    return name in by_input and by_input[name].level < 10 * level


def _input_caps(rulebook: Rulebook, known: Known, by_input: Mapping[str, InputLevel]) -> Iterator[_Limit]:
    renewal = known.account.renewal_date
    left = (renewal - known.day).days if renewal else None
    for cap in rulebook.input_caps:
        near = cap.days_to_renewal is None or (left is not None and 0 <= left <= cap.days_to_renewal)
        if near and cap.input in by_input and by_input[cap.input].level <= 10 * cap.level:
            yield 10 * cap.at_most, Line(cap.id, "cap", "", cap.input, cap.label, 0, 0, known.day)
