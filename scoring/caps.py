"""Knock-outs: what a score cannot rise above while something grave stands, as one line of the ledger."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date

from scoring.effects import Effect
from scoring.facts import Account, Facts, Observation
from scoring.ledger import InputLevel, Line
from scoring.rulebook.model import Cap, Rulebook


def tightest_cap(
    total: int, facts: Facts, rulebook: Rulebook, levels: Sequence[InputLevel], found: Iterable[Effect], day: date
) -> Line | None:
    """The line that lowers `total` to the lowest cap that holds; None where the score stands below all of them.

    A signal that a later one has answered caps nothing.
    """
    by_input = {level.id: level for level in levels if level.present}
    answered = {e.subject for e in found if e.ended_by}
    standing = [o for o in facts.observations if o.subject not in answered]
    caps = [*_signal_caps(rulebook.caps, standing, by_input, day), *_input_caps(rulebook, facts.account, by_input, day)]
    at_most, line = min(caps, key=lambda c: (c[0], c[1].rule, c[1].subject), default=(total, None))
    if line is None or total <= at_most:
        return None
    detail = f"the score cannot be above {at_most // 10}"
    return Line(line.rule, "cap", "", line.subject, line.label, 0, at_most - total, line.since, detail, line.signals)


def _signal_caps(
    caps: Iterable[Cap], standing: Sequence[Observation], by_input: Mapping[str, InputLevel], day: date
) -> Iterator[tuple[int, Line]]:
    for cap in caps:
        for observation in standing:
            signal = observation.signal
            young = (day - observation.last_said.date()).days <= cap.days
            if signal.type == cap.type and signal.severity >= cap.severity and young and _narrowed(cap, by_input):
                since = observation.observed_at.date()
                line = Line(cap.id, "cap", "", observation.subject, cap.label, 0, 0, since, "", (signal.id,))
                yield 10 * cap.at_most, line


def _narrowed(cap: Cap, by_input: Mapping[str, InputLevel]) -> bool:
    if cap.and_input_below is None:
        return True
    name, level = cap.and_input_below
    return name in by_input and by_input[name].level < 10 * level


def _input_caps(
    rulebook: Rulebook, account: Account, by_input: Mapping[str, InputLevel], day: date
) -> Iterator[tuple[int, Line]]:
    left = (account.renewal_date - day).days if account.renewal_date else None
    for cap in rulebook.input_caps:
        near = cap.days_to_renewal is None or (left is not None and 0 <= left <= cap.days_to_renewal)
        if near and cap.input in by_input and by_input[cap.input].level <= 10 * cap.level:
            yield 10 * cap.at_most, Line(cap.id, "cap", "", cap.input, cap.label, 0, 0, day)
