"""Why two scores of one account differ: every cause in points, the causes summing to the difference, nothing left over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from scoring.causes import Cause, causes
from scoring.changes import EVENTS, Change, Kind, changes
from scoring.ledger import Score


@dataclass(frozen=True, slots=True)
class Movement:
    """From one score to another of the same account, in tenths of a point; `first` is the event that moved it first."""

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
        """What the causes leave unexplained: 0, always."""
        return self.change - sum(c.points for c in self.causes)


@dataclass(frozen=True, slots=True)
class Context:
    """What the two scores alone cannot tell: subjects a reviewer decided on in between, and `before` scored by the
    rules that `after` was scored by, where the rules changed."""

    reviewed: frozenset[str] = field(default_factory=frozenset)
    rebased: Score | None = None


def starting_point(after: Score) -> Score:
    """Where the account would stand had nobody said or measured anything: the present inputs at their baselines."""
    lines = tuple(line for line in after.lines if line.kind == "baseline")
    levels = tuple(
        replace(level, points=sum(line.points for line in lines if line.input == level.id)) for level in after.inputs
    )
    total = sum(line.points for line in lines)
    first = min((line.since for line in after.lines), default=after.day) - timedelta(days=1)
    return Score(after.account_id, first, after.rulebook, total, total, total, after.coverage, levels, lines)


def movement(before: Score, after: Score, context: Context | None = None) -> Movement:
    """Explain `after.points - before.points`.

    Raises ValueError when the two scores stand under different rules and `context` holds no rebased score.
    """
    known = context or Context()
    found: list[Change] = []
    base = before
    if before.rulebook != after.rulebook:
        if known.rebased is None:
            raise ValueError(f"rules changed from {before.rulebook} to {after.rulebook}: give the rebased score")
        base = known.rebased
        label = f"Rules of {after.rulebook} instead of {before.rulebook}"
        found.append(Change(Kind.RULE_CHANGE, "rules", "", label, base.points - before.points, after.day))
    found.extend(changes(base, after, known.reviewed))
    change = after.points - before.points
    told = causes(found, change, frozenset(after.deciding))
    first = _first(told, change, before.day)
    return Movement(after.account_id, before.day, after.day, before.points, after.points, told, first)


def _first(told: Iterable[Cause], change: int, since: date) -> Cause | None:
    """The earliest event in the direction the score went, of those that happened in between if there are any."""
    same_way = [c for c in told if c.kind in EVENTS and c.points * change > 0]
    between = [c for c in same_way if c.since > since]
    return min(between or same_way, key=lambda c: (c.since, -abs(c.points), c.rule), default=None)
