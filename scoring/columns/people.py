"""Silence, slower answers, one single person left, for many accounts; `scoring.people_effects` for columns."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from scoring.columns.effects import Effects, Name, effects_where, rounded
from scoring.columns.known import Known
from scoring.columns.measured import Values, stepped
from scoring.columns.places import place_in_run
from scoring.columns.portfolio import NEVER, NONE, Floats, Ints
from scoring.rulebook.rules import SilenceRule, SlowingRule, ThreadingRule

_HOUR = 3600


def silence_effects(rules: Sequence[SilenceRule], known: Known) -> Iterator[Effects]:
    """Never heard of is missing, not silent."""
    for rule in rules:
        quiet = known.day - last_heard_on(rule.roles, known)
        holds = (quiet >= rule.days) & (quiet < NEVER // 2)
        share = np.minimum(1.0, 0.5 + (quiet - rule.days) / (2 * rule.days))
        level = rounded(np.where(holds, 10 * rule.points * share, 0.0))
        name = Name(rule.id, "silence", rule.input, rule.label, ",".join(rule.roles))
        yield effects_where(name, holds, level, known.day - quiet + rule.days)


def last_heard_on(roles: Sequence[str], known: Known) -> Ints:
    """The day each account's contacts in these roles were last heard of; `-NEVER` where they never were."""
    row, day = known.last_heard(roles), known.portfolio.interactions.day
    return np.where(row == NONE, -NEVER, day[row]) if len(day) else np.full(known.size, -NEVER)


def threading_effects(rules: Sequence[ThreadingRule], known: Known) -> Iterator[Effects]:
    table, rows = known.portfolio.interactions, known.present
    for rule in rules:
        first = known.day - rule.days + 1
        recent = rows.only(
            table.is_customer[rows.row] & (table.address[rows.row] != NONE) & (table.day[rows.row] >= first)
        )
        address = table.address[recent.row]
        addresses = int(address.max(initial=0)) + 1
        people = np.bincount(np.unique(recent.account * addresses + address) // addresses, minlength=known.size)
        since = np.full(known.size, NEVER, dtype=np.int64)
        begins = place_in_run(recent.account) == 0
        since[recent.account[begins]] = table.day[recent.row[begins]]
        name = Name(rule.id, "people", rule.input, rule.label, "contacts")
        yield effects_where(name, (people > 0) & (people < rule.people), 10 * rule.points, since)


def slowing_effects(rules: Sequence[SlowingRule], known: Known) -> Iterator[tuple[Effects, Values]]:
    for rule in rules:
        turn, start = known.day - rule.window, known.day - 2 * rule.window
        account, day, hours = _answers(known)
        now, before = (day > turn) & (day <= known.day), (day > start) & (day <= turn)
        enough = np.minimum(*(np.bincount(account[w], minlength=known.size) for w in (now, before))) >= rule.fewest
        usual = _medians(account[before], hours[before], known.size)
        holds = enough & (usual != 0)
        ratio = np.ones(known.size)
        np.divide(_medians(account[now], hours[now], known.size), usual, out=ratio, where=holds)
        name = Name(rule.id, "people", rule.input, rule.label, "answers")
        found = effects_where(name, holds, 10 * stepped(rule.steps, ratio), turn)
        yield found, Values(holds, ratio, np.full(known.size, turn))


def _answers(known: Known) -> tuple[Ints, Ints, Floats]:
    """Accounts, days and hours of answers: from a mail of ours to the customer's next in the same conversation."""
    table, rows = known.portfolio.interactions, known.interactions
    spoken = table.wrote & (table.thread != NONE) & (table.is_customer | table.is_vendor)
    rows = rows.only(spoken[rows.row])
    order = np.argsort(table.thread[rows.row], kind="stable")
    row, account = rows.row[order], rows.account[order]
    thread, ours = table.thread[row], table.is_vendor[row]
    follows = np.zeros(len(row), dtype=np.bool_)
    follows[1:] = thread[1:] == thread[:-1]
    after_ours = np.zeros(len(row), dtype=np.bool_)
    after_ours[1:] = ours[:-1]
    begins = ours & ~(follows & after_ours)
    asked = np.maximum.accumulate(np.where(begins, np.arange(len(row)), 0))
    answered = np.flatnonzero(~ours & follows & after_ours)
    waited = table.at[row[answered]] - table.at[row[asked[answered]]]
    return account[answered], table.day[row[answered]], waited / 1e6 / _HOUR


def _medians(account: Ints, amounts: Floats, size: int) -> Floats:
    """Each account's median; 0 for an account without amounts."""
    order = np.lexsort((amounts, account))
    ordered = amounts[order]
    count = np.bincount(account, minlength=size)
    first = np.cumsum(count) - count
    some = np.flatnonzero(count)
    medians = np.zeros(size)
    low, high = first[some] + (count[some] - 1) // 2, first[some] + count[some] // 2
    medians[some] = (ordered[low] + ordered[high]) / 2
    return medians
