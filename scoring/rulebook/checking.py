"""What is wrong with a rulebook as a whole: weights, references, bands, rules that nobody can reach."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from extractor.taxonomy import load_taxonomy

if TYPE_CHECKING:
    from scoring.rulebook.model import Rulebook
    from scoring.rulebook.rules import Cap, SignalRule

Place = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """`where` is the way to the place in the file: section, position, field."""

    where: Place
    what: str


class RulebookFaultsError(ValueError):
    """Everything that is wrong with a rulebook that is well formed."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__("; ".join(f.what for f in faults))
        self.faults = faults


def faults_of(rulebook: Rulebook) -> list[Fault]:
    return [
        *_weights(rulebook),
        *_inputs(rulebook),
        *_types(rulebook),
        *_conditions(rulebook),
        *_bands(rulebook),
        *_triggers(rulebook),
        *_repeated(rulebook),
        *_unreachable(rulebook),
        *_segments(rulebook),
    ]


def _weights(rulebook: Rulebook) -> Iterator[Fault]:
    total = sum(i.weight for i in rulebook.inputs)
    if total != 100:
        yield Fault(("inputs",), f"the weights of the inputs sum to {total}, they must sum to 100")


def _inputs(rulebook: Rulebook) -> Iterator[Fault]:
    names = {i.id for i in rulebook.inputs}
    feeding = ("signals", "metrics", "silences", "slowing", "threading", "stalled", "assessments", "combinations")
    used: list[tuple[Place, str, str]] = [
        ((section, n, "input"), rule.id, rule.input)
        for section in (*feeding, "input_caps")
        for n, rule in enumerate(getattr(rulebook, section))
    ]
    used += [(("amplifiers", n, "inputs"), a.id, name) for n, a in enumerate(rulebook.amplifiers) for name in a.inputs]
    used += [
        (("caps", n, "and_input_below"), c.id, c.and_input_below[0])
        for n, c in enumerate(rulebook.caps)
        if c.and_input_below
    ]
    for where, rule, name in used:
        if name not in names:
            yield Fault(where, f"rule {rule}: no input {name!r}; inputs are {', '.join(sorted(names))}")
    fed = {rule.input for section in feeding for rule in getattr(rulebook, section)}
    for n, item in enumerate(rulebook.inputs):
        if item.id not in fed:
            yield Fault(("inputs", n), f"input {item.id}: no rule feeds it; add one or remove the input")


def _types(rulebook: Rulebook) -> Iterator[Fault]:
    signs = {t.id: 1 if t.effect == "+" else -1 for t in load_taxonomy().types}
    known = set(signs)
    for n, rule in enumerate(rulebook.signals):
        if rule.id not in known:
            yield Fault(("signals", n, "id"), f"signal rule {rule.id}: no such signal type; types are in taxonomy.yaml")
        elif rule.sign not in {0, signs[rule.id]}:
            way = "good" if signs[rule.id] > 0 else "bad"
            yield Fault(("signals", n, "points"), f"signal rule {rule.id}: is {way} news, its points say the opposite")
        for m, ending in enumerate(rule.ends):
            yield from _type(("signals", n, "ends", m, "by"), rule.id, ending.by, known)
            if ending.by in known and signs[ending.by] == signs.get(rule.id):
                what = f"{rule.id} cannot be ended by {ending.by}, which points the same way: more of it would undo it"
                yield Fault(("signals", n, "ends", m, "by"), what)
    for name in sorted(known - {r.id for r in rulebook.signals}):
        yield Fault(("signals",), f"signal type {name} has no rule; give it one, with points [0, 0, 0] to ignore it")
    for n, cap in enumerate(rulebook.caps):
        yield from _type(("caps", n, "type"), cap.id, cap.type, known)
        if signs.get(cap.type, 0) > 0:
            yield Fault(("caps", n, "type"), f"cap {cap.id}: {cap.type} is good news and cannot hold a score down")
    for n, stalled in enumerate(rulebook.stalled):
        yield from _type(("stalled", n, "after"), stalled.id, stalled.after, known)
    yield from _explaining_types(rulebook, known, signs)


def _explaining_types(rulebook: Rulebook, known: set[str], signs: dict[str, int]) -> Iterator[Fault]:
    """What explains a poor reading must be good news, what forbids it bad: else good news could lower the score."""
    for n, metric in enumerate(rulebook.metrics):
        for field, wanted, way in (("signals", 1, "good"), ("but_not", -1, "bad")):
            for name in getattr(metric.unless, field, ()):
                where: Place = ("metrics", n, "unless", field)
                yield from _type(where, metric.id, name, known)
                if signs.get(name, wanted) != wanted:
                    yield Fault(where, f"rule {metric.id}: {field} wants {way} news, {name} is not")


def _type(where: Place, rule: str, name: str, known: set[str]) -> Iterator[Fault]:
    if name not in known:
        yield Fault(where, f"rule {rule}: no signal type {name!r}")


def _conditions(rulebook: Rulebook) -> Iterator[Fault]:
    """Conditions look at facts only, never at signals: so a worse signal can never satisfy a hopeful condition."""
    valued = {r.id for r in (*rulebook.metrics, *rulebook.slowing)}
    holding = {r.id for r in (*rulebook.silences, *rulebook.threading)}
    for n, rule in enumerate(rulebook.combinations):
        for m, condition in enumerate(rule.when):
            where: Place = ("combinations", n, "when", m)
            bounds = condition.at_least is not None or condition.below is not None
            if condition.rule not in valued | holding:
                yield Fault(where, f"combination {rule.id}: {condition.rule!r} is no metric, slowing or silence rule")
            elif bounds != (condition.rule in valued):
                need = "needs at_least or below" if condition.rule in valued else "holds or not: no at_least, no below"
                yield Fault(where, f"combination {rule.id}: {condition.rule} {need}")
            elif (condition.at_least or 0) >= (condition.below or 0) and None not in {
                condition.at_least,
                condition.below,
            }:
                yield Fault(where, f"combination {rule.id}: no value is at least {condition.at_least} and below it")


def _bands(rulebook: Rulebook) -> Iterator[Fault]:
    edges = [b.at_least for b in rulebook.bands]
    if edges != sorted(set(edges), reverse=True) or edges[-1] != 0:
        yield Fault(("bands",), "bands must fall from the highest at_least to one that starts at 0")
    for n, band in enumerate(rulebook.bands):
        if band.above and band.at_least == 100:
            yield Fault(("bands", n), f"band {band.id}: no score is above 100, nobody can reach it")


def _triggers(rulebook: Rulebook) -> Iterator[Fault]:
    bands = {b.id: n for n, b in enumerate(rulebook.bands)}
    rules = {r.id for r in rulebook.moving}
    plays = {*(b.play.id for b in rulebook.bands), *(t.play.id for t in rulebook.triggers)}
    for n, trigger in enumerate(rulebook.triggers):
        for name in (*trigger.losing, *trigger.gaining):
            if name not in rules:
                yield Fault(("triggers", n), f"trigger {trigger.id}: no rule {name!r}")
        for name in trigger.instead_of:
            if name not in plays or name == trigger.play.id:
                yield Fault(("triggers", n, "instead_of"), f"trigger {trigger.id}: no other play {name!r}")
        if trigger.band is None:
            continue
        if trigger.band not in bands:
            yield Fault(("triggers", n, "band"), f"trigger {trigger.id}: no band {trigger.band!r}")
        elif trigger.below is not None and rulebook.bands[bands[trigger.band]].at_least >= trigger.below:
            yield Fault(("triggers", n, "below"), f"trigger {trigger.id}: no score of {trigger.band} is that low")


def _repeated(rulebook: Rulebook) -> Iterator[Fault]:
    for what, ids in (
        ("rule", [r.id for r in rulebook.moving]),
        ("input", [i.id for i in rulebook.inputs]),
        ("band", [b.id for b in rulebook.bands]),
        ("trigger", [t.id for t in rulebook.triggers]),
        ("segment", [s.id for s in rulebook.segments]),
    ):
        for name, count in Counter(ids).items():
            if count > 1:
                yield Fault((f"{what}s" if what != "rule" else "signals",), f"{what} id {name} is used {count} times")


def _unreachable(rulebook: Rulebook) -> Iterator[Fault]:
    for n, cap in enumerate(rulebook.caps):
        if cap.at_most == 100:
            yield Fault(("caps", n), f"cap {cap.id}: no score is above 100, nobody can reach it")
        stronger = next((c for m, c in enumerate(rulebook.caps) if m != n and _covers(c, cap, m < n)), None)
        if stronger is not None:
            yield Fault(("caps", n), f"cap {cap.id}: nobody can reach it, {stronger.id} always holds at least as low")
    for n, rule in enumerate(rulebook.signals):
        yield from _idle_endings(rule, n)


def _covers(one: Cap, other: Cap, first: bool) -> bool:
    same = one.type == other.type and one.and_input_below in {None, other.and_input_below}
    wider = one.severity <= other.severity and one.days >= other.days and one.at_most <= other.at_most
    alike = (one.severity, one.days, one.at_most, one.and_input_below) == (
        other.severity,
        other.days,
        other.at_most,
        other.and_input_below,
    )
    return same and wider and (first or not alike)


def _idle_endings(rule: SignalRule, n: int) -> Iterator[Fault]:
    for m, ending in enumerate(rule.ends):
        for k, other in enumerate(rule.ends):
            stronger = other.by == ending.by and other.within == "account" and other.keeps <= ending.keeps
            if k != m and stronger and (other != ending or k < m):
                what = f"rule {rule.id}: the ending by {ending.by} within the {ending.within} never counts, another does more"
                yield Fault(("signals", n, "ends", m), what)


def _segments(rulebook: Rulebook) -> Iterator[Fault]:
    earlier: list[str] = []
    all_taken = ""
    for n, segment in enumerate(rulebook.segments):
        if all_taken:
            yield Fault(("segments", n), f"segment {segment.id}: nobody can reach it, {all_taken} takes every account")
        elif segment.segments and set(segment.segments) <= set(earlier):
            yield Fault(("segments", n), f"segment {segment.id}: nobody can reach it, earlier ones take its accounts")
        if segment.takes_all:
            all_taken = segment.id
        if segment.arr_at_least is None and segment.arr_below is None:
            earlier += segment.segments
