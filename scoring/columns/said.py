"""What words do to an input, for many accounts; `scoring.signal_effects` for columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from scoring.columns.effects import Effects, Name, effects_where, rounded
from scoring.columns.known import Known, Rows
from scoring.columns.places import last_in, strongest_first, sum_in
from scoring.columns.portfolio import NEVER, Bools, Floats, Ints
from scoring.rulebook.rules import SignalRule, StalledRule
from scoring.signal_effects import FADED_AFTER, faded, silent_share


def signal_effects(rules: Sequence[SignalRule], known: Known, sure_from: float) -> Iterator[Effects]:
    """Of one type the strongest counts whole, each further one less; what has faded has no effect."""
    signals = known.portfolio.signals
    for rule in rules:
        name = Name(rule.id, "signal", rule.input, rule.label)
        rows = _alive(rule, known)
        if not len(rows.row):
            continue
        level = _strength(rule, rows, known, sure_from)
        order, place = strongest_first(rows.account, np.abs(level))
        repeats = np.array([rule.repeat**n for n in range(int(place.max()) + 1)])
        row = rows.row[order]
        yield Effects(name, rows.account, rounded(level[order] * repeats[place]), signals.since[row], row)


def _alive(rule: SignalRule, known: Known) -> Rows:
    rows = known.said(rule.id)
    alive = known.day - known.portfolio.signals.said_on[rows.row] <= FADED_AFTER * rule.half_life
    return rows if alive.all() else rows.only(alive)


def _strength(rule: SignalRule, rows: Rows, known: Known, sure_from: float) -> Ints:
    signals = known.portfolio.signals
    age = np.maximum(known.day - signals.said_on[rows.row], 0)
    points = _fading(rule.points, rule.half_life)[signals.severity[rows.row] - 1, age]
    confidence = signals.confidence[rows.row]
    points *= np.where(confidence < sure_from, confidence, 1.0)
    if rule.ends:
        points *= kept(rule, rows, known, sure_from)
    return rounded(points)


@lru_cache(maxsize=256)
def _fading(points: tuple[int, ...], half_life: int) -> Floats:
    """Points by severity and age in days, for every age at which any are left."""
    ages = range(FADED_AFTER * half_life + 1)
    return np.array([[faded(size, age, half_life) for age in ages] for size in points])


def kept(rule: SignalRule, rows: Rows, known: Known, sure_from: float) -> Floats:
    """The share of each signal's points that later counter-signals leave; 1 where none that is sure has answered."""
    if not len(rows.row):
        return np.ones(0)
    signals = known.portfolio.signals
    said_at, milder = signals.said_at[rows.row], 3 - signals.severity[rows.row]
    share = np.ones(len(rows.row))
    for ending in rule.ends:
        in_thread = ending.within == "thread"
        latest = known.latest(ending.by, sure_from, in_thread=in_thread)
        group = known.thread_of(rows) if in_thread else rows.account
        groups = len(latest) // 3
        as_grave, any_later = latest[milder * groups + group] > said_at, latest[2 * groups + group] > said_at
        left = np.array([1.0, (1 + ending.keeps) / 2, ending.keeps])
        np.minimum(share, left[as_grave.view(np.int8) + any_later], out=share)
    return share


def stalled_effects(rules: Sequence[StalledRule], known: Known, said: Sequence[Effects]) -> Iterator[Effects]:
    """Intent, and then nothing: the last good news on the input was an intent, and that is long ago."""
    signals = known.portfolio.signals
    for rule in rules:
        talk = [e for e in said if e.name.input == rule.input]
        good = [Rows(e.signal, e.account).only(e.level > 0) for e in talk if e.name.rule != rule.after]
        for intent in (e for e in talk if e.name.rule == rule.after):
            spoken = known.said(rule.after)
            good.append(spoken.only(np.isin(spoken.account, intent.account)))
        last = _last_said(good, known)
        after = np.array([rule.after == name for name in known.portfolio.types] or [False])
        quiet = known.day - signals.said_on[last] if len(signals.said_on) else last
        holds = (last >= 0) & (quiet >= rule.days)
        holds[holds] = after[signals.type[last[holds]]]
        share = _silent(rule.days, quiet, holds)
        missing = np.zeros(known.size, dtype=np.int64)
        for effects in talk:
            bad = (effects.level < 0) & holds[effects.account]
            bad[bad] = effects.since[bad] > signals.said_on[last[effects.account[bad]]]
            missing -= sum_in(effects.account[bad], effects.level[bad], known.size)
        level = np.minimum(0, rounded(10 * rule.points * share) + missing)
        name = Name(rule.id, "stalled", rule.input, rule.label)
        yield effects_where(name, holds, level, known.day - quiet + rule.days, last)


def _last_said(groups: Sequence[Rows], known: Known) -> Ints:
    """Each account's row of what was said last, of the latest subject where two were said at once."""
    if not groups:
        return np.full(known.size, -1, dtype=np.int64)
    rows = Rows(np.concatenate([g.row for g in groups]), np.concatenate([g.account for g in groups]))
    said_at = known.portfolio.signals.said_at[rows.row]
    latest = np.full(known.size, -NEVER, dtype=np.int64)
    np.maximum.at(latest, rows.account, said_at)
    return last_in(rows.only(said_at == latest[rows.account]), known.size)


def _silent(days: int, quiet: Ints, holds: Bools) -> Floats:
    longest = int(quiet[holds].max(initial=0))
    shares = np.array([silent_share(n, days) for n in range(longest + 1)])
    return shares[np.where(holds, quiet, 0)]


def latest_of(types: Sequence[str], since: int, known: Known) -> Ints:
    """Each account's row of the latest signal of these types said on a day or after."""
    signals = known.portfolio.signals
    recent = [rows.only(signals.said_on[rows.row] >= since) for rows in map(known.said, types)]
    return _last_said(recent, known)
