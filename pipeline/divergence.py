"""Where a CSM saw an account otherwise than its score, and who was right later.

Judged by how the contract ended within half a year of the first day that the two differed, else by the band that the
score itself had reached a quarter after it. Until then it is open.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from scoring.facts import Account
from scoring.rulebook.model import Rulebook
from store.accounts import ContractChange, all_accounts, outcomes_of
from store.database import Connection
from store.standings import DayStanding, divergences

Right = Literal["csm", "score", "neither", "open"]
BY_CONTRACT, BY_BAND = timedelta(days=180), timedelta(days=90)
WORSE = frozenset({"churned", "downsell"})
"""Ends of a contract that prove the darker view right; any other proves the brighter one."""


@dataclass(frozen=True, slots=True)
class Divergence:
    """One stretch of days on which both views stood against each other; `because` says what settled it."""

    account_id: str
    name: str
    owner: str
    first: date
    last: date
    score_saw: str
    csm_saw: str
    right: Right
    because: str


def divergences_on(
    connection: Connection, rulebook: Rulebook, day: date, owners: Sequence[str] = (), only: str | None = None
) -> list[Divergence]:
    """Of all accounts, or `only` one, as could be said on a day; the latest first."""
    accounts = {a.id: a for a in all_accounts(connection) if only in {None, a.id}}
    found = [
        one
        for account_id, stood in divergences(connection, owners).items()
        if account_id in accounts
        for one in judged(accounts[account_id], stood, outcomes_of(connection, account_id), rulebook, day)
    ]
    return sorted(found, key=lambda d: (d.first, d.name), reverse=True)


def judged(
    account: Account, stood: Sequence[DayStanding], outcomes: Sequence[ContractChange], rulebook: Rulebook, day: date
) -> Iterator[Divergence]:
    """Stretches of an account's standings, oldest first, with who was right as far as `day` knows."""
    ranks = {band.id: rank for rank, band in enumerate(rulebook.bands)}
    known = [s for s in stood if s.day <= day]
    for first, last in _stretches(known):
        right, because = _verdict(first, [s for s in known if s.day > first.day], outcomes, ranks, day)
        yield Divergence(
            account.id, account.name, account.owner, first.day, last.day, first.computed, first.assessed, right, because
        )


def _stretches(stood: Sequence[DayStanding]) -> Iterator[tuple[DayStanding, DayStanding]]:
    """First and last standing of each unbroken run with the same two views."""
    first = last = None
    for one in stood:
        same = first is not None and one.divergent and (one.computed, one.assessed) == (first.computed, first.assessed)
        if same:
            last = one
            continue
        if first is not None and last is not None:
            yield first, last
        first = last = one if one.divergent else None
    if first is not None and last is not None:
        yield first, last


def _verdict(
    first: DayStanding,
    later: Sequence[DayStanding],
    outcomes: Sequence[ContractChange],
    ranks: Mapping[str, int],
    day: date,
) -> tuple[Right, str]:
    score, csm = ranks[first.computed], ranks[first.assessed]
    ended = next((o for o in outcomes if first.day < o.day <= min(day, first.day + BY_CONTRACT)), None)
    if ended is not None:
        darker_was_right = ended.outcome in WORSE
        return ("csm" if (csm > score) == darker_was_right else "score"), f"{ended.outcome} on {ended.day.isoformat()}"
    settled = next((s for s in later if s.day >= first.day + BY_BAND and s.computed in ranks), None)
    if settled is None:
        return "open", ""
    because = f"the score stood {settled.computed} on {settled.day.isoformat()}"
    to_score, to_csm = (abs(ranks[settled.computed] - seen) for seen in (score, csm))
    if to_score == to_csm:
        return "neither", because
    return ("score" if to_score < to_csm else "csm"), because
