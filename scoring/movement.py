"""Why two scores of one account differ: every cause in points, the causes summing to the difference.

Each ledger line is followed from one score to the other. What only its input's weight changed is `coverage`; what the
line itself changed by is named after what happened to it. Nothing is left over: `residual` is 0 by construction, and
checked.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from scoring.ledger import InputLevel, Line, Score, weighted
from scoring.rulebook.model import Rulebook


class Kind(StrEnum):
    """What happened to a line; `LATE` is a document that arrived after the day it speaks of had been scored."""

    APPEARED = "appeared"
    LATE = "late"
    AGED = "aged"
    RESOLVED = "resolved"
    RE_EXTRACTED = "re_extracted"
    REVIEWED = "reviewed"
    FACTS = "facts"
    ASSESSMENT = "assessment"
    RULE_CHANGE = "rule_change"
    COVERAGE = "coverage"
    BOUND = "bound"


@dataclass(frozen=True, slots=True)
class Change:
    """One line's part of the movement, in tenths of a point; `rule` is a signal type for signals and their caps."""

    kind: Kind
    rule: str
    input: str
    label: str
    points: int
    since: date
    detail: str = ""
    signals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Cause:
    """What a person would name as one cause: all changes of one kind and rule. Tenths of a point."""

    kind: Kind
    rule: str
    input: str
    label: str
    points: int
    since: date
    details: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Movement:
    """From one score to another of the same account, causes by size."""

    account_id: str
    since: date
    day: date
    before: int
    after: int
    causes: tuple[Cause, ...]
    first: Cause | None

    @property
    def change(self) -> int:
        return self.after - self.before

    @property
    def residual(self) -> int:
        return self.change - sum(c.points for c in self.causes)


@dataclass(frozen=True, slots=True)
class Context:
    """What the two scores alone cannot tell: subjects a reviewer decided on in between, and `before` scored by the
    rules that `after` was scored by, where the rules changed."""

    reviewed: frozenset[str] = field(default_factory=frozenset)
    rebased: Score | None = None


def starting_point(account_id: str, rulebook: Rulebook, day: date) -> Score:
    """The score of an account nobody has said or measured anything of: every input at its baseline."""
    lines, levels = [], []
    for item in rulebook.inputs:
        weight = 10 * item.weight
        points = weighted(10 * item.baseline, weight)
        label = f"{item.label}: where every account starts"
        lines.append(Line("baseline", "baseline", item.id, "", label, 10 * item.baseline, points, day))
        levels.append(InputLevel(item.id, item.label, weight, points, present=True))
    total = sum(line.points for line in lines)
    return Score(account_id, day, rulebook.id, total, total, total, 1000, tuple(levels), tuple(lines))


def movement(before: Score, after: Score, context: Context | None = None) -> Movement:
    """Explain `after.points - before.points`.

    Raises ValueError when the two scores stand under different rules and `context` holds no rebased score.
    """
    known = context or Context()
    changes: list[Change] = []
    base = before
    if before.rulebook != after.rulebook:
        if known.rebased is None:
            raise ValueError(f"rules changed from {before.rulebook} to {after.rulebook}: give the rebased score")
        base = known.rebased
        label = f"Rules of {after.rulebook} instead of {before.rulebook}"
        changes.append(Change(Kind.RULE_CHANGE, "rules", "", label, base.points - before.points, after.day))
    changes.extend(_changes(base, after, known.reviewed))
    causes = _grouped(changes)
    return Movement(
        after.account_id, before.day, after.day, before.points, after.points, causes, _first(causes, after, before)
    )


def _changes(before: Score, after: Score, reviewed: frozenset[str]) -> Iterator[Change]:
    old, new = {line.key: line for line in before.lines}, {line.key: line for line in after.lines}
    inputs_before, inputs_after = {i.id: i for i in before.inputs}, {i.id: i for i in after.inputs}
    types = {line.subject: line for line in (*before.lines, *after.lines) if line.kind == "signal"}
    for key in sorted(old.keys() | new.keys()):
        was, now = old.get(key), new.get(key)
        line = now or was
        assert line is not None
        reweighted = _at_new_weight(was, inputs_before, inputs_after)
        from_weight = reweighted - (was.points if was else 0)
        own = (now.points if now else 0) - reweighted
        if from_weight:
            yield _coverage(inputs_after[line.input], from_weight, after.day)
        if own:
            kind = _kind(was, now, before, inputs_before, reviewed)
            if kind is Kind.COVERAGE:
                yield _coverage(inputs_after[line.input], own, after.day)
            else:
                named = types.get(line.subject, line) if line.kind == "cap" else line
                detail = line.detail if line.kind != "signal" else ""
                yield Change(kind, named.rule, named.input, named.label, own, line.since, detail, line.signals)


def _at_new_weight(was: Line | None, before: Mapping[str, InputLevel], after: Mapping[str, InputLevel]) -> int:
    """The old line's points, had its input already had the new weight."""
    if was is None:
        return 0
    if not was.input or before[was.input].weight == after[was.input].weight:
        return was.points
    if was.kind == "bound" and after[was.input].present:
        return was.points
    return weighted(was.level, after[was.input].weight)


_PLAIN_KINDS = {
    "baseline": Kind.COVERAGE,
    "bound": Kind.BOUND,
    "assessment": Kind.ASSESSMENT,
    "metric": Kind.FACTS,
    "silence": Kind.FACTS,
    "amplifier": Kind.FACTS,
}


def _kind(
    was: Line | None, now: Line | None, before: Score, inputs: Mapping[str, InputLevel], reviewed: frozenset[str]
) -> Kind:
    line = now or was
    assert line is not None
    if line.kind == "cap":
        return _cap_kind(was, now, reviewed)
    if line.kind in _PLAIN_KINDS:
        return _PLAIN_KINDS[line.kind]
    if line.subject in reviewed:
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


def _cap_kind(was: Line | None, now: Line | None, reviewed: frozenset[str]) -> Kind:
    """A cap that comes or goes is part of its cause; one that stays takes more or less as the rest moves."""
    if was is not None and now is not None:
        return Kind.BOUND
    if now is None:
        return Kind.REVIEWED if was is not None and was.subject in reviewed else Kind.RESOLVED
    return Kind.APPEARED


def _coverage(level: InputLevel, points: int, day: date) -> Change:
    label = f"{level.label}: {'weighs differently as data came or went' if level.present else 'no current data'}"
    return Change(Kind.COVERAGE, level.id, level.id, label, points, day)


def _grouped(changes: Iterable[Change]) -> tuple[Cause, ...]:
    groups: dict[tuple[Kind, str, str], list[Change]] = {}
    for change in changes:
        groups.setdefault((change.kind, change.rule, change.input), []).append(change)
    causes = [
        Cause(
            kind=kind,
            rule=rule,
            input=item,
            label=group[0].label,
            points=sum(c.points for c in group),
            since=min(c.since for c in group),
            details=tuple(dict.fromkeys(c.detail for c in group if c.detail)),
            signals=tuple(
                dict.fromkeys(s for c in sorted(group, key=lambda c: (-abs(c.points), c.since)) for s in c.signals)
            ),
        )
        for (kind, rule, item), group in groups.items()
    ]
    return tuple(sorted((c for c in causes if c.points), key=lambda c: (-abs(c.points), c.since, c.rule, c.kind)))


def _first(causes: Iterable[Cause], after: Score, before: Score) -> Cause | None:
    """The earliest event in the direction the score went; ageing, bounds and coverage are not events."""
    change = after.points - before.points
    events = {Kind.APPEARED, Kind.LATE, Kind.RESOLVED, Kind.FACTS, Kind.ASSESSMENT, Kind.REVIEWED}
    same_way = [c for c in causes if c.kind in events and c.points * change > 0]
    return min(same_way, key=lambda c: (c.since, -abs(c.points), c.rule), default=None)
