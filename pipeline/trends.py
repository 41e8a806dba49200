"""The portfolio over time: bands, who migrated where, whether it is one account or a pattern, what green hides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import mean
from typing import Protocol

from scoring.facts import Account
from scoring.rulebook.model import Rulebook
from store.snapshots import Snapshot

QUARTER = timedelta(days=91)
STRUCTURAL = 0.10
"""Share of the portfolio that, leaving the best band within a quarter, is no longer a matter of single accounts."""
COHORT_FALL = 10.0
"""Points that a cohort's mean loses in a quarter before it is told (72 to 61 in the guides' case)."""
FEWEST = 2
"""Accounts that must have moved before a group is named as an explanation."""

Standings = Mapping[str, Snapshot]


class Stood(Protocol):
    """Where an account stood, with or without its explanation; `points` in tenths."""

    @property
    def points(self) -> int: ...
    @property
    def band(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Explained:
    """A group whose accounts left the best band more often than the rest: `share` of its `accounts`."""

    by: str
    name: str
    moved: int
    accounts: int

    @property
    def share(self) -> float:
        return self.moved / self.accounts


@dataclass(frozen=True, slots=True)
class StructuralAlert:
    """`moved` of `accounts` left the best band; what they have in common, and the causes they share."""

    since: date
    day: date
    moved: tuple[str, ...]
    accounts: int
    groups: tuple[Explained, ...]
    causes: tuple[tuple[str, int], ...]

    @property
    def share(self) -> float:
        return len(self.moved) / self.accounts if self.accounts else 0.0

    @property
    def is_structural(self) -> bool:
        return self.share >= STRUCTURAL


@dataclass(frozen=True, slots=True)
class Cohort:
    """Mean scores of a group's accounts that stood on both days, in points."""

    by: str
    name: str
    accounts: int
    before: float
    now: float

    @property
    def has_fallen(self) -> bool:
        return self.before - self.now >= COHORT_FALL


@dataclass(frozen=True, slots=True)
class Complacency:
    """An account in the best band with what speaks against resting there."""

    account_id: str
    name: str
    owner: str
    score: float
    reasons: tuple[str, ...]


def migration(before: Mapping[str, Stood], now: Mapping[str, Stood]) -> dict[tuple[str, str], int]:
    """Accounts by band then and band now; an account that was not scored then counts from `new`."""
    return dict(Counter((before[k].band if k in before else "new", s.band) for k, s in now.items()))


def structural_alert(
    accounts: Sequence[Account], before: Standings, now: Standings, rulebook: Rulebook, days: tuple[date, date]
) -> StructuralAlert:
    """Did a tenth of the portfolio leave the best band between the two days, and what explains it?"""
    best = rulebook.bands[0].id
    scored = [a for a in accounts if a.id in before and a.id in now]
    moved = [a for a in scored if before[a.id].band == best and now[a.id].band not in {best, "unknown"}]
    groups = [g for by, named in _GROUPS.items() for g in _explaining(by, named, scored, moved)]
    causes = Counter(c for a in moved for c in _main_causes(now[a.id]))
    return StructuralAlert(
        since=days[0],
        day=days[1],
        moved=tuple(a.id for a in moved),
        accounts=len(scored),
        groups=tuple(sorted(groups, key=lambda g: (-g.share, -g.moved, g.by, g.name))),
        causes=tuple(sorted(causes.items(), key=lambda c: (-c[1], c[0]))[:5]),
    )


def cohorts(accounts: Sequence[Account], before: Mapping[str, Stood], now: Mapping[str, Stood]) -> list[Cohort]:
    """By segment, owner, industry, product and quarter of the contract's start; the deepest fall first."""
    both = [a for a in accounts if a.id in before and a.id in now]
    found = []
    for by, named in {**_GROUPS, "started": _started}.items():
        for name in sorted({named(a) for a in both} - {""}):
            members = [a.id for a in both if named(a) == name]
            means = [mean(s[m].points / 10 for m in members) for s in (before, now)]
            found.append(Cohort(by, name, len(members), round(means[0], 1), round(means[1], 1)))
    return sorted(found, key=lambda c: (c.now - c.before, c.by, c.name))


def hidden_complacency(
    accounts: Sequence[Account], before: Standings, now: Standings, rulebook: Rulebook
) -> list[Complacency]:
    """Accounts in the best band that have a reason to be looked at, most reasons first."""
    best = rulebook.bands[0]
    found = []
    for account in accounts:
        standing = now.get(account.id)
        if standing is not None and standing.band == best.id:
            reasons = tuple(_doubts(standing, before.get(account.id), best.at_least))
            if reasons:
                found.append(Complacency(account.id, account.name, account.owner, standing.points / 10, reasons))
    return sorted(found, key=lambda c: (-len(c.reasons), c.score, c.account_id))


def _doubts(now: Snapshot, before: Snapshot | None, edge: int) -> Iterator[str]:
    after = now.explanation["after"]
    if after["low"] <= edge:
        yield f"with what is missing at its worst it would stand at {after['low']:.0f}"
    if before is not None and before.points - now.points >= 50:
        yield f"lost {(before.points - now.points) / 10:.0f} points in a quarter"
    silences = [
        e for e in now.explanation["ledger"] if e["kind"] in {"silence", "people", "stalled"} and e["points"] < 0
    ]
    yield from (f"{line['label'].lower()}: {line['detail']}" for line in silences)
    weak = [i for i in now.explanation["inputs"] if i["present"] and i["points"] < 0.4 * i["weight"]]
    yield from (f"{item['label'].lower()} stands at {100 * item['points'] / item['weight']:.0f} %" for item in weak)
    if now.divergent:
        yield f"its CSM sees it {now.explanation['overlay']['assessed']}"


def _explaining(
    by: str, named: Callable[[Account], str], scored: Sequence[Account], moved: Sequence[Account]
) -> Iterator[Explained]:
    everywhere = len(moved) / len(scored) if scored else 0.0
    for name, count in Counter(named(a) for a in moved).items():
        group = Explained(by, name, count, sum(named(a) == name for a in scored))
        if name and count >= FEWEST and group.share > everywhere:
            yield group


def _main_causes(snapshot: Snapshot) -> list[str]:
    told = snapshot.explanation
    return [c["label"] for c in told["causes"] if c["points"] * told["change"] > 0][:2]


def _started(account: Account) -> str:
    start = account.contract_start
    return f"{start.year} Q{(start.month + 2) // 3}" if start is not None else "unknown"


_GROUPS: dict[str, Callable[[Account], str]] = {
    "segment": lambda a: a.segment,
    "owner": lambda a: a.owner,
    "industry": lambda a: a.industry,
    "product": lambda a: a.product,
}
