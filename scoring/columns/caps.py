"""What scores cannot rise above while something grave stands, for many accounts; `scoring.caps` for columns."""

from __future__ import annotations

import numpy as np

from scoring.columns.effects import rounded
from scoring.columns.known import Known, Rows
from scoring.columns.ledger import Capped
from scoring.columns.portfolio import NEVER, NONE, Bools, Ints
from scoring.columns.said import kept
from scoring.ledger import WHOLE
from scoring.rulebook.model import Cap, InputCap, Rulebook


def caps_on(total: Ints, given: Ints, weights: Ints, known: Known, rulebook: Rulebook) -> Capped:
    """The tightest cap that lowers each total, and all caps that hold. A signal that a later one has answered caps nothing."""
    levels = _levels(rulebook, given, weights)
    caps: tuple[Cap | InputCap, ...] = (*rulebook.caps, *rulebook.input_caps)
    rules = tuple(sorted(caps, key=lambda c: (c.at_most, c.id)))
    holds = np.zeros((known.size, len(rules)), dtype=np.bool_)
    tightest, signal = np.full(known.size, NONE), np.full(known.size, NONE)
    standing: list[tuple[Cap, Rows]] = []
    for n, rule in enumerate(rules):
        if isinstance(rule, InputCap):
            holds[:, n] = _input_holds(rule, levels[rule.input], known)
            row = np.full(known.size, NONE)
        else:
            rows = _standing(rule, levels, known, rulebook)
            standing.append((rule, rows))
            row = np.full(known.size, NONE)
            row[rows.account[::-1]] = rows.row[::-1]
            holds[:, n] = row != NONE
        first = holds[:, n] & (tightest == NONE)
        tightest[first], signal[first] = n, row[first]
    at_most = np.array([10 * rule.at_most for rule in rules] + [NEVER])[tightest]
    lowers = at_most < total
    rule_, signal = np.where(lowers, tightest, NONE), np.where(lowers, signal, NONE)
    points = np.where(lowers, at_most - total, 0)
    since = np.full(known.size, known.day)
    since[signal != NONE] = known.portfolio.signals.since[signal[signal != NONE]]
    deciding = _deciding(total + points, standing, known, rulebook)
    return Capped(rules, holds, rule_, points, since, signal, deciding)


def _levels(rulebook: Rulebook, given: Ints, weights: Ints) -> dict[str, Ints]:
    """What each input gives in tenths of a per cent of its range; above all ranges where it does not count."""
    share = np.full(given.shape, float(NEVER))
    np.divide(WHOLE * given, weights, out=share, where=weights > 0)
    return {item.id: rounded(share[:, n]) for n, item in enumerate(rulebook.inputs)}


def _standing(cap: Cap, levels: dict[str, Ints], known: Known, rulebook: Rulebook) -> Rows:
    """The signals that the cap stands on, for accounts that it is not narrowed away from."""
    signals = known.portfolio.signals
    rows = known.said(cap.type)
    rows = rows.only(
        (signals.severity[rows.row] >= cap.severity)
        & (known.day - signals.said_on[rows.row] <= cap.days)
        & (signals.confidence[rows.row] >= rulebook.sure_from)
    )
    rows = rows.only(kept(rulebook.signal_rules[cap.type], rows, known, rulebook.sure_from) == 1)
    if cap.and_input_below is None:
        return rows
    name, level = cap.and_input_below
    return rows.only(levels[name][rows.account] < 10 * level)


def _input_holds(cap: InputCap, level: Ints, known: Known) -> Bools:
    low = level <= 10 * cap.level
    if cap.days_to_renewal is None:
        return low
    return low & (known.days_to_renewal >= 0) & (known.days_to_renewal <= cap.days_to_renewal)


def _deciding(total: Ints, standing: list[tuple[Cap, Rows]], known: Known, rulebook: Rulebook) -> Bools:
    edges = np.array(sorted({10 * band.at_least for band in rulebook.bands} | {WHOLE}))
    ceiling = edges[np.minimum(np.searchsorted(edges, total, side="right"), len(edges) - 1)]
    marked = np.zeros(len(known.portfolio.signals.account), dtype=np.bool_)
    for cap, rows in standing:
        marked[rows.row[10 * cap.at_most < ceiling[rows.account]]] = True
    return marked
