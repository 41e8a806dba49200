"""The health score of one account on one day, exact and decomposed: the lines sum to the points, always.

All amounts are whole tenths: points in tenths of a point (1000 is a score of 100), coverage in tenths of a per cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from scoring.caps import tightest_cap
from scoring.effects import Effect, effects
from scoring.facts import Facts
from scoring.ledger import WHOLE, InputLevel, Line, Score, weighted
from scoring.rulebook.model import Input, Rulebook
from scoring.sharing import shared


def score(facts: Facts, rulebook: Rulebook, day: date) -> Score:
    """Score what was known of an account by the end of a day.

    Pure and deterministic; the order of the facts' members does not matter.
    """
    known = facts.as_of(day)
    found = effects(known, rulebook, day)
    present = {i.id for i in rulebook.inputs if _is_current(i, known, found, rulebook, day)}
    weights = effective_weights(rulebook.inputs, present)
    lines: list[Line] = []
    levels: list[InputLevel] = []
    for item in rulebook.inputs:
        own = _input_lines(item, weights[item.id], [e for e in found if e.input == item.id], day)
        if item.id in present:
            lines.extend(own)
        total = sum(line.points for line in own) if item.id in present else 0
        levels.append(InputLevel(item.id, item.label, weights[item.id], total, item.id in present))
    total = sum(line.points for line in lines)
    cap = tightest_cap(total, known, rulebook, levels, found, day)
    if cap is not None:
        lines.append(cap)
        total += cap.points
    coverage = sum(i.weight for i in rulebook.inputs if i.id in present)
    return Score(
        account_id=facts.account.id,
        day=day,
        rulebook=rulebook.id,
        points=total,
        low=total * coverage // 100,
        high=total * coverage // 100 + (100 - coverage) * 10,
        coverage=coverage * 10,
        inputs=tuple(levels),
        lines=tuple(lines),
    )


def effective_weights(inputs: Sequence[Input], present: set[str]) -> dict[str, int]:
    """Share 1000 tenths among the present inputs by weight; absent ones get 0."""
    parts = shared(WHOLE, [i.weight if i.id in present else 0 for i in inputs])
    return {i.id: part for i, part in zip(inputs, parts, strict=True)}


def _input_lines(item: Input, weight: int, found: Sequence[Effect], day: date) -> list[Line]:
    baseline = 10 * item.baseline
    lines = [
        Line(
            "baseline",
            "baseline",
            item.id,
            "",
            f"{item.label}: where every account starts",
            baseline,
            weighted(baseline, weight),
            day,
        )
    ]
    lines += [
        Line(
            e.rule,
            e.kind,
            e.input,
            e.subject,
            e.label,
            e.level,
            weighted(e.level, weight),
            e.since,
            e.detail,
            e.signals,
            e.ended_by,
        )
        for e in found
    ]
    total = sum(line.points for line in lines)
    bounded = min(max(total, 0), weight)
    if bounded != total:
        level = min(max(sum(line.level for line in lines), 0), WHOLE) - sum(line.level for line in lines)
        edge = "cannot fall below nothing" if total < 0 else "cannot rise above its weight"
        lines.append(Line("bound", "bound", item.id, "", f"{item.label} {edge}", level, bounded - total, day))
    return lines


def _is_current(item: Input, facts: Facts, found: Iterable[Effect], rulebook: Rulebook, day: date) -> bool:
    """Whether anything young enough feeds the input; what is never fed is missing, not neutral."""
    if item.current_for is None:
        return True
    if any(e.input == item.id and e.kind in {"metric", "assessment", "silence"} for e in found):
        return True
    feeding = {r.id for r in rulebook.signals if r.input == item.id}
    dates = [o.last_said.date() for o in facts.observations if o.signal.type in feeding]
    roles = {role for r in rulebook.silences if r.input == item.id for role in r.roles}
    addresses = {c.address.lower() for c in facts.contacts if c.role in roles}
    dates += [
        i.at.date() for i in facts.interactions if i.address and i.address.lower() in addresses and i.took.is_presence
    ]
    return any((day - last).days <= item.current_for for last in dates)
