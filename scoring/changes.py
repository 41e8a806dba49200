"""Follows each ledger line from one score to another and names what happened to it; the changes sum to the difference."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from scoring.labels import within
from scoring.ledger import InputLevel, Line, Score, weighted
from scoring.sharing import shared


class Kind(StrEnum):
    """What happened; `LATE` is a document that arrived after the day it speaks of had been scored.

    `AMPLIFIED` is what the rest weighs more or less for standing where it stands in time, close to a renewal.
    """

    APPEARED = "appeared"
    LATE = "late"
    AGED = "aged"
    AMPLIFIED = "amplified"
    RESOLVED = "resolved"
    RE_EXTRACTED = "re_extracted"
    REVIEWED = "reviewed"
    FACTS = "facts"
    ASSESSMENT = "assessment"
    RULE_CHANGE = "rule_change"
    COVERAGE = "coverage"
    BOUND = "bound"


EVENTS = frozenset({Kind.APPEARED, Kind.LATE, Kind.RESOLVED, Kind.FACTS, Kind.ASSESSMENT, Kind.REVIEWED})
"""Kinds that happened to the account; the others happen to the arithmetic (time, rules, missing data, bounds)."""


@dataclass(frozen=True, slots=True)
class Change:
    """One line's part of a movement, in tenths of a point; `rule` is a signal type for signals and their caps."""

    kind: Kind
    rule: str
    input: str
    label: str
    points: int
    since: date
    detail: str = ""
    signals: tuple[str, ...] = ()


def changes(before: Score, after: Score, reviewed: frozenset[str]) -> Iterator[Change]:
    """Every line's change between two scores made by the same rules; `reviewed` subjects were decided on in between.

    What only its input's weight changed is coverage: data came or went. The rest is the line's own.
    """
    old, new = _lines(before), _lines(after)
    inputs_before, inputs_after = {i.id: i for i in before.inputs}, {i.id: i for i in after.inputs}
    types = {line.subject: line for line in (*before.lines, *after.lines) if line.kind == "signal"}
    found: list[Change] = []
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        line = now or was
        assert line is not None
        reweighted = _at_new_weight(was, inputs_before, inputs_after)
        from_weight = reweighted - (was.points if was else 0)
        own = (now.points if now else 0) - reweighted
        levels = inputs_before[line.input], inputs_after[line.input]
        if from_weight:
            found.append(_coverage(*levels, from_weight, after.day))
        if own:
            kind = _kind(was, now, before, inputs_before, reviewed)
            if kind is Kind.COVERAGE:
                found.append(_coverage(*levels, own, after.day))
            else:
                found.append(_change(kind, line, own, types, None if now else after.day))
    cap = _cap_change(before, after, types, reviewed)
    yield from _with_coverage_explained(found, before, after, reviewed)
    if cap is not None:
        yield from _through_the_input(cap, found) if cap.input in inputs_after and not cap.signals else (cap,)


def _with_coverage_explained(
    found: Sequence[Change], before: Score, after: Score, reviewed: frozenset[str]
) -> Iterator[Change]:
    """Where words alone brought one input in or took it out, what that did to the weights is the words' doing."""
    counted = {i.id for i in before.inputs if i.present} ^ {i.id for i in after.inputs if i.present}
    lines = [*(line for line in after.lines if line.since > before.day), *_decided(before, reviewed)]
    behind = max(
        (line for line in lines if line.kind == "signal" and line.input in counted and line.level),
        key=lambda line: (abs(line.level), line.subject),
        default=None,
    )
    for change in found:
        if change.kind is not Kind.COVERAGE or behind is None or len(counted) > 1:
            yield change
        else:
            kind = Kind.REVIEWED if behind.subject in reviewed else Kind.APPEARED
            yield Change(
                kind,
                behind.rule,
                behind.input,
                behind.label,
                change.points,
                behind.since,
                change.detail,
                behind.signals,
            )


def _decided(score: Score, reviewed: frozenset[str]) -> Iterator[Line]:
    return (line for line in score.lines if line.subject in reviewed)


def _through_the_input(cap: Change, found: Sequence[Change]) -> Iterator[Change]:
    """A cap that an empty input sets belongs to what emptied it, in proportion; to itself where nothing did."""
    guilty = [c for c in found if c.input == cap.input and c.points * cap.points > 0 and c.kind in EVENTS]
    if not guilty:
        yield cap
    for change, part in zip(guilty, shared(abs(cap.points), [abs(c.points) for c in guilty]), strict=True):
        points = part if cap.points > 0 else -part
        yield replace(change, points=points, detail=f"{within(cap.label)}: {cap.detail}")


def _lines(score: Score) -> dict[tuple[str, str, str], Line]:
    return {line.key: line for line in score.lines if line.kind != "cap"}


def _change(kind: Kind, line: Line, points: int, types: Mapping[str, Line], gone: date | None) -> Change:
    """An answered signal is named after the one that answered it; what is `gone` by a day is said to hold no longer."""
    ender = types.get(line.ended_by)
    if kind is Kind.RESOLVED and ender is not None:
        detail = f"{'answers' if points > 0 else 'ends'}: {within(line.label)} of {line.since.isoformat()}"
        return Change(kind, ender.rule, line.input, ender.label, points, ender.since, detail, ender.signals)
    if line.kind == "signal":
        return Change(kind, line.rule, line.input, line.label, points, line.since, "", line.signals)
    if gone is None or kind is Kind.BOUND:
        return Change(kind, line.rule, line.input, line.label, points, line.since, line.detail, line.signals)
    label, detail = (
        f"No longer: {within(line.label)}",
        f"it was: {line.detail}" if line.detail else "",
    )
    return Change(kind, line.rule, line.input, label, points, gone, detail, line.signals)


def _cap_change(before: Score, after: Score, types: Mapping[str, Line], reviewed: frozenset[str]) -> Change | None:
    """What caps took before and take now is one change, named after the cap that holds now, else after the one lifted.

    A cap that holds on both days takes more or less only as the rest moves: that is a bound, not an event.
    """
    was = next((line for line in before.lines if line.kind == "cap"), None)
    now = next((line for line in after.lines if line.kind == "cap"), None)
    points = (now.points if now else 0) - (was.points if was else 0)
    line = now or was
    if line is None or not points:
        return None
    same = was is not None and now is not None and was.key == now.key
    by_input = line.subject if line.subject in {i.id for i in after.inputs} else ""
    if same or (now is not None and points > 0):
        return Change(Kind.BOUND, line.rule, "", line.label, points, line.since, line.detail, line.signals)
    if now is not None:
        kind, detail = Kind.APPEARED, line.detail
    else:
        kind, detail = Kind.REVIEWED if line.subject in reviewed else Kind.RESOLVED, f"no longer: {line.detail}"
    named = types.get(line.subject, line)
    return Change(kind, named.rule, named.input or by_input, named.label, points, line.since, detail, line.signals)


def _at_new_weight(was: Line | None, before: Mapping[str, InputLevel], after: Mapping[str, InputLevel]) -> int:
    """The old line's points, had its input already had the new weight."""
    if was is None:
        return 0
    if before[was.input].weight == after[was.input].weight or (was.kind == "bound" and after[was.input].present):
        return was.points
    return weighted(was.level, after[was.input].weight)


_PLAIN_KINDS = {
    "baseline": Kind.COVERAGE,
    "bound": Kind.BOUND,
    "assessment": Kind.ASSESSMENT,
    "metric": Kind.FACTS,
    "silence": Kind.FACTS,
    "people": Kind.FACTS,
    "stalled": Kind.FACTS,
    "combination": Kind.FACTS,
    "amplifier": Kind.AMPLIFIED,
}


def _kind(
    was: Line | None, now: Line | None, before: Score, inputs: Mapping[str, InputLevel], reviewed: frozenset[str]
) -> Kind:
    line = now or was
    assert line is not None
    if line.kind in _PLAIN_KINDS:
        return _PLAIN_KINDS[line.kind]
    if {line.subject, line.ended_by, was.ended_by if was else ""} & reviewed:
        return Kind.REVIEWED
    if was is not None and now is not None:
        return _lasting_kind(was, now)
    if now is None:
        return Kind.RE_EXTRACTED
    if now.since > before.day:
        return Kind.APPEARED
    return Kind.LATE if inputs[now.input].present else Kind.COVERAGE


def _lasting_kind(was: Line, now: Line) -> Kind:
    weaker = abs(now.level) <= abs(was.level)
    if now.ended_by != was.ended_by and weaker:
        return Kind.RESOLVED
    if now.signals != was.signals:
        return Kind.RE_EXTRACTED
    return Kind.AGED if weaker else Kind.APPEARED


def _coverage(was: InputLevel, now: InputLevel, points: int, day: date) -> Change:
    """Named after the inputs that came or went; the others only share what that leaves."""
    detail = ""
    if (was.present, was.fed) != (now.present, now.fed):
        gone = "no longer adds to what else is known" if now.fed else "has no current data"
        detail = f"{within(now.label)} {'counts' if now.present else gone}"
    return Change(Kind.COVERAGE, "coverage", "", "Data came or went", points, day, detail)
