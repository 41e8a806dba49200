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


@dataclass(frozen=True, slots=True)
class Capped:
    """`line` lowers the score to the lowest cap that holds; None where the score stands below all of them.

    `rules` are the caps that hold, reached or not; `deciding` the signals that alone keep it from a better band.
    """

    line: Line | None
    rules: tuple[str, ...]
    deciding: tuple[str, ...]


def capped(total: int, known: Known, rulebook: Rulebook, levels: Sequence[InputLevel]) -> Capped:
    """A signal that a later one has answered caps nothing."""
    by_input = {level.id: level for level in levels if level.present}
    by_signals = list(_signal_caps(rulebook, known, by_input))
    caps = [*by_signals, *_input_caps(rulebook, known, by_input)]
    line = _tightest(total, caps)
    stands = total + (line.points if line is not None else 0)
    ceiling = min((10 * band.at_least for band in rulebook.bands if 10 * band.at_least > stands), default=WHOLE)
    deciding = {signal for at_most, by in by_signals if at_most < ceiling for signal in by.signals}
    return Capped(line, tuple(sorted({by.rule for _, by in caps})), tuple(sorted(deciding)))


def _tightest(total: int, caps: Sequence[_Limit]) -> Line | None:
    at_most, line = min(caps, key=lambda c: (c[0], c[1].rule, c[1].subject), default=(total, None))
    if line is None or total <= at_most:
        return None
    detail = f"the score cannot be above {at_most // 10}"
    return Line(line.rule, "cap", "", line.subject, line.label, 0, at_most - total, line.since, detail, line.signals)


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
    return answer_to(observation, rulebook.signal_rules[cap.type], known, rulebook.sure_from)[1] is None


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
