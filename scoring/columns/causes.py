"""From lines to causes, against the baselines; `scoring.changes` and `scoring.causes` for columns.

All changes of one rule are one cause. What a cap takes is told with the signal it stands on or with the losses that
emptied its input; what an edge of an input gave back or took is shared among the causes that ran into it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

from scoring.columns.ledger import Ledger, Lines
from scoring.columns.places import shared_in, sum_in
from scoring.columns.portfolio import NEVER, NONE, Bools, Ints
from scoring.rulebook.model import Cap, InputCap

NOBODY: Ints = np.empty(0, dtype=np.int64)


class Cause(NamedTuple):
    """What one rule did: `points` for each account, `since` the first day of it, `decides` where it alone would do."""

    rule: str
    input: str
    label: str
    is_event: bool
    points: Ints
    since: Ints
    decides: Bools

    @property
    def order(self) -> tuple[str, str]:
        return self.rule, self.input


def causes(ledger: Ledger) -> tuple[Cause, ...]:
    """In order of rule and input. For every account they sum to its score less its baselines."""
    found = {cause.order: cause for cause in (_cause(lines, ledger) for lines in ledger.lines)}
    ordered = [found[key] for key in sorted(found)]
    alone: list[Cause] = []
    for place, cap in enumerate(ledger.capped.rules):
        lowered = ledger.capped.rule == place
        if lowered.any():
            told = _through_signals if isinstance(cap, Cap) else _through_input
            ordered, rest = told(cap, lowered, ordered, ledger)
            alone.append(rest)
    return tuple(sorted(_settled([*ordered, *alone], ledger), key=lambda cause: cause.order))


def _cause(lines: Lines, ledger: Ledger) -> Cause:
    found, size = lines.effects, len(ledger)
    name, moves = found.name, lines.points != 0
    since = np.full(size, NEVER)
    np.minimum.at(since, found.account, np.where(moves, found.since, NEVER))
    decides = np.zeros(size, dtype=np.bool_)
    proven = moves & (found.signal != NONE)
    decides[found.account[proven][ledger.capped.deciding[found.signal[proven]]]] = True
    points = sum_in(found.account, lines.points, size)
    return Cause(name.rule, name.input, name.label, name.is_event, points, since, decides)


def _through_signals(
    cap: Cap | InputCap, lowered: Bools, found: list[Cause], ledger: Ledger
) -> tuple[list[Cause], Cause]:
    """The cap's points go to its signal's cause; they stay its own where the signal has no line any more."""
    assert isinstance(cap, Cap)
    capped = ledger.capped
    named = np.zeros(len(ledger), dtype=np.bool_)
    for lines in ledger.lines:
        if (lines.effects.name.kind, lines.effects.name.rule) == ("signal", cap.type):
            stands_on = capped.signal[lines.effects.account] == lines.effects.signal
            named[lines.effects.account[stands_on]] = True
    told = [_joined(c, lowered & named, ledger) if _is_of(c, cap, ledger) else c for c in found]
    return told, _alone(cap, "", lowered & ~named, ledger)


def _is_of(cause: Cause, cap: Cap, ledger: Ledger) -> bool:
    return cause.order == (cap.type, ledger.rulebook.signal_rules[cap.type].input)


def _joined(cause: Cause, where: Bools, ledger: Ledger) -> Cause:
    capped = ledger.capped
    return cause._replace(
        points=cause.points + np.where(where, capped.points, 0),
        since=np.where(where, np.minimum(cause.since, capped.since), cause.since),
        decides=cause.decides | where,
    )


def _alone(cap: Cap | InputCap, input_: str, where: Bools, ledger: Ledger) -> Cause:
    capped = ledger.capped
    points, since = np.where(where, capped.points, 0), np.where(where, capped.since, NEVER)
    return Cause(cap.id, input_, cap.label, True, points, since, where & (capped.signal != NONE))


def _through_input(
    cap: Cap | InputCap, lowered: Bools, found: list[Cause], ledger: Ledger
) -> tuple[list[Cause], Cause]:
    """The cap's points go to the losses that emptied its input, line by line in proportion; its own where there are none."""
    assert isinstance(cap, InputCap)
    guilty = sorted(
        (each for each in ledger.lines if each.effects.name.input == cap.input and each.effects.name.is_event),
        key=lambda each: each.effects.name.rule,
    )
    losses = [_losses(each, lowered) for each in guilty]
    account = np.concatenate([NOBODY, *(account for account, _ in losses)])
    sizes = np.concatenate([NOBODY, *(sizes for _, sizes in losses)])
    order = np.argsort(account, kind="stable")
    parts = np.empty_like(sizes)
    parts[order] = shared_in(np.where(lowered, -ledger.capped.points, 0), account[order], sizes[order])
    ends = np.cumsum([len(account) for account, _ in losses])
    told = {cause.order: cause for cause in found}
    for each, (whose, _), end in zip(guilty, losses, ends.tolist(), strict=True):
        key = each.effects.name.rule, each.effects.name.input
        taken = sum_in(whose, parts[end - len(whose) : end], len(ledger))
        told[key] = told[key]._replace(points=told[key].points - taken)
    shared_out = np.bincount(account, minlength=len(ledger)) > 0
    return list(told.values()), _alone(cap, cap.input, lowered & ~shared_out, ledger)


def _losses(lines: Lines, where: Bools) -> tuple[Ints, Ints]:
    """Accounts and sizes of the rule's losses there, within an account by subject."""
    found = lines.effects
    rows = np.flatnonzero(where[found.account] & (lines.points < 0))
    rows = rows[np.lexsort((found.signal[rows], found.account[rows]))]
    return found.account[rows], -lines.points[rows]


def _settled(found: Sequence[Cause], ledger: Ledger) -> Iterator[Cause]:
    """What an edge took back reduces the causes that ran into it; they are always large enough to bear it."""
    by_input = {item.id: n for n, item in enumerate(ledger.rulebook.inputs)}
    for input_ in sorted({cause.input for cause in found}):
        own = [cause for cause in found if cause.input == input_]
        if input_ not in by_input:
            yield from own
            continue
        bound = ledger.bounds[:, by_input[input_]]
        points = np.stack([cause.points for cause in own], axis=1)
        account, place = np.nonzero(points * bound[:, None] < 0)
        back = shared_in(np.abs(bound), account, np.abs(points[account, place]))
        points[account, place] += np.sign(bound[account]) * back
        yield from (cause._replace(points=points[:, n]) for n, cause in enumerate(own))
