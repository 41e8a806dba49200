"""From single changes to what a person would name: one cause for each rule, bounds given back, in the order told."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from scoring.changes import EVENTS, Change, Kind
from scoring.sharing import shared

DECIDES = "this alone would keep it from a better band"
"""Why a cause stands before larger ones."""


@dataclass(frozen=True, slots=True)
class Cause:
    """All changes of one rule together, in tenths of a point; `kind` and `since` are those of its main event."""

    kind: Kind
    rule: str
    input: str
    label: str
    points: int
    since: date
    details: tuple[str, ...] = ()
    signals: tuple[str, ...] = ()


def causes(changes: Iterable[Change], change: int, deciding: frozenset[str] = frozenset()) -> tuple[Cause, ...]:
    """Group, settle bounds and order; the causes sum to what the changes sum to.

    Events that moved the score its way come first, largest first, then what merely went with it (time, missing data),
    then what went against it. Before all stand losses that alone would keep the account where it is: an input at its
    floor shares its points among many losses, and the gravest must not look small for that.
    """

    def decides(cause: Cause) -> bool:
        return cause.points < 0 and change < 0 and not deciding.isdisjoint(cause.signals)

    def told_in_order(cause: Cause) -> tuple[bool, bool, bool, int, date, str]:
        with_it = cause.points * change > 0
        return (not with_it, cause.kind not in EVENTS, not decides(cause), -abs(cause.points), cause.since, cause.rule)

    everything = list(changes)
    grouped = _grouped(c for c in everything if c.kind is not Kind.BOUND)
    settled = _settled(grouped, _grouped(c for c in everything if c.kind is Kind.BOUND))
    told = sorted((c for c in settled if c.points), key=told_in_order)
    return tuple(replace(c, details=(*c.details, DECIDES)) if decides(c) else c for c in told)


def _grouped(changes: Iterable[Change]) -> list[Cause]:
    groups: dict[tuple[str, str], list[Change]] = {}
    for change in changes:
        groups.setdefault((change.rule, change.input), []).append(change)
    return [_together(group) for group in groups.values()]


def _together(group: Sequence[Change]) -> Cause:
    """The net of one rule's changes, named after what moved it most in that direction, events before ageing."""
    net = sum(c.points for c in group)
    ordered = sorted(group, key=lambda c: (c.points * net < 0, c.kind not in EVENTS, -abs(c.points), c.since))
    main = ordered[0]
    alike = [c for c in ordered if c.kind is main.kind and c.points * net >= 0]
    return Cause(
        kind=main.kind,
        rule=main.rule,
        input=main.input,
        label=main.label,
        points=net,
        since=min(c.since for c in alike or [main]),
        details=tuple(dict.fromkeys(c.detail for c in ordered if c.detail)),
        signals=tuple(dict.fromkeys(s for c in ordered for s in c.signals)),
    )


def _settled(grouped: list[Cause], bounds: Iterable[Cause]) -> list[Cause]:
    """Give what a bound took back to the causes that ran into it, so that each counts as far as it could.

    An input's floor gives back losses of that input, its ceiling takes back gains; a cap works on all inputs. What
    no cause can take stays a cause of its own.
    """
    settled = list(grouped)
    for bound in sorted(bounds, key=lambda c: (c.input == "", c.input, c.rule)):
        places = [n for n, c in enumerate(settled) if c.points * bound.points < 0 and bound.input in {c.input, ""}]
        sizes = [abs(settled[n].points) for n in places]
        taken = min(sum(sizes), abs(bound.points))
        sign = 1 if bound.points > 0 else -1
        for n, part in zip(places, shared(taken, sizes), strict=True):
            settled[n] = replace(settled[n], points=settled[n].points + sign * part)
        if abs(bound.points) > taken:
            settled.append(replace(bound, points=bound.points - sign * taken))
    return settled
