"""The health score of one account on one day, exact and decomposed: the lines sum to the points, always.

All amounts are whole tenths: points in tenths of a point (1000 is a score of 100), coverage in tenths of a per cent.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from scoring.caps import capped
from scoring.effect import Effect
from scoring.effects import effects
from scoring.facts import Facts
from scoring.known import Known, known_on
from scoring.ledger import WHOLE, InputLevel, Line, Score, weighted
from scoring.presence import Fed, counted, effective_weights, feeding
from scoring.rulebook.model import Input, Rulebook
from scoring.rulebook.segments import rules_for


def score(facts: Facts, rulebook: Rulebook, day: date) -> Score:
    """Score what was known of an account by the end of a day, by the rules of its segment.

    Pure and deterministic; the order of the facts' members does not matter.
    """
    known = known_on(facts, day)
    return score_known(known, rules_for(rulebook, known.account))


def score_known(known: Known, rulebook: Rulebook) -> Score:
    by_input: dict[str, list[Effect]] = {}
    for effect in effects(known, rulebook):
        by_input.setdefault(effect.input, []).append(effect)
    fed = {i.id: feeding(i, by_input.get(i.id, ()), known, rulebook) for i in rulebook.inputs}
    present = counted(rulebook.inputs, fed, by_input)
    weights = effective_weights(rulebook.inputs, present or frozenset(fed))
    lines: list[Line] = []
    levels: list[InputLevel] = []
    for item in rulebook.inputs:
        own: list[Line] = []
        if weights[item.id]:
            own = _input_lines(item, weights[item.id], by_input.get(item.id, ()) if present else (), known.day)
        lines += own
        given = sum(line.points for line in own)
        levels.append(
            InputLevel(item.id, item.label, weights[item.id], given, bool(own), fed[item.id] is not Fed.NOTHING)
        )
    total = sum(line.points for line in lines)
    caps = capped(total, known, rulebook, levels)
    if caps.line is not None:
        lines.append(caps.line)
        total += caps.line.points
    coverage = sum(i.weight for i in rulebook.inputs if fed[i.id] is not Fed.NOTHING)
    return Score(
        account_id=known.account.id,
        day=known.day,
        rulebook=rulebook.id,
        points=total,
        low=total * coverage // 100,
        high=total * coverage // 100 + (100 - coverage) * 10,
        coverage=coverage * 10,
        inputs=tuple(levels),
        lines=tuple(lines),
        caps=caps.rules,
        deciding=caps.deciding,
    )


def _input_lines(item: Input, weight: int, found: Sequence[Effect], day: date) -> list[Line]:
    baseline = 10 * item.baseline
    lines = [Line("baseline", "baseline", item.id, "", baseline_label(item), baseline, weighted(baseline, weight), day)]
    lines += [_line(effect, weight) for effect in found]
    total = sum(line.points for line in lines)
    bounded = min(max(total, 0), weight)
    if bounded != total:
        level = sum(line.level for line in lines)
        level = min(max(level, 0), WHOLE) - level
        label = bound_label(item, bounded - total)
        lines.append(Line("bound", "bound", item.id, "", label, level, bounded - total, day))
    return lines


def baseline_label(item: Input) -> str:
    return f"{item.label}: where every account starts"


def bound_label(item: Input, taken: int) -> str:
    """What an edge of the input's range gave back (above 0) or took."""
    return f"{item.label} {'cannot fall below nothing' if taken > 0 else 'cannot rise above its weight'}"


def _line(effect: Effect, weight: int) -> Line:
    return Line(
        effect.rule,
        effect.kind,
        effect.input,
        effect.subject,
        effect.label,
        effect.level,
        weighted(effect.level, weight),
        effect.since,
        effect.detail,
        effect.signals,
        effect.ended_by,
    )
