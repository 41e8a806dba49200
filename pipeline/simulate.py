"""What if: past days replayed under other rules, beside what the present rules say. Nothing is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipeline.snapshot import first_day
from scoring.bands import band_with_hysteresis
from scoring.facts import Account, Facts
from scoring.ledger import Score
from scoring.rulebook.loading import in_force
from scoring.rulebook.model import Rulebook
from scoring.rulebook.segments import rules_for
from scoring.score import score
from store.accounts import all_accounts
from store.database import Database
from store.facts import facts_of

MOST_CAUSES = 5


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """What one rule gives or takes more under the other rules, in points."""

    rule: str
    label: str
    points: float


@dataclass(frozen=True, slots=True)
class Flip:
    """An account that stands in another band on the last day. `causes` sum to the difference with `others`."""

    account_id: str
    name: str
    band: str
    other_band: str
    score: float
    other_score: float
    causes: tuple[RuleEffect, ...]
    others: float


@dataclass(frozen=True, slots=True)
class Simulation:
    """`matrix[(present, other)]` counts accounts on the last day; `crossings` counts band changes over all days."""

    day: date
    days: int
    accounts: int
    matrix: dict[tuple[str, str], int]
    crossings: int
    other_crossings: int
    mean_change: float
    flips: list[Flip] = field(default_factory=list)


Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class _Replay:
    score: Score
    band: str
    crossings: int


def simulate(
    database: Database,
    rulebooks: tuple[Rulebook, ...],
    other: Rulebook,
    days: Sequence[date],
    progress: Progress = lambda *_: None,
) -> Simulation:
    """Replay the days for every account under the rules in force and under `other`."""
    with database.reading() as connection:
        accounts = all_accounts(connection)
    matrix: Counter[tuple[str, str]] = Counter()
    flips: list[Flip] = []
    changes: list[int] = []
    crossings = [0, 0]
    for number, account in enumerate(accounts):
        progress("replaying", number, len(accounts))
        with database.reading() as connection:
            facts = facts_of(connection, account)
        both = [_replay(facts, rules, days) for rules in (rulebooks, (other,))]
        if both[0] is None or both[1] is None:
            continue
        present, changed = both[0], both[1]
        matrix[present.band, changed.band] += 1
        changes.append(changed.score.points - present.score.points)
        crossings = [crossings[0] + present.crossings, crossings[1] + changed.crossings]
        if present.band != changed.band:
            flips.append(_flip(account, present, changed))
    progress("replaying", len(accounts), len(accounts))
    mean = sum(changes) / len(changes) / 10 if changes else 0.0
    ordered = sorted(flips, key=lambda f: (f.other_score - f.score, f.account_id))
    return Simulation(max(days), len(days), len(changes), dict(matrix), crossings[0], crossings[1], mean, ordered)


def _replay(facts: Facts, rulebooks: tuple[Rulebook, ...], days: Sequence[date]) -> _Replay | None:
    began = first_day(facts)
    last: _Replay | None = None
    for day in sorted(days):
        if began is None or day < began:
            continue
        rulebook = in_force(rulebooks, day)
        found = score(facts, rulebook, day)
        rules = rules_for(rulebook, facts.as_of(day).account)
        band = band_with_hysteresis(found, last.band if last else None, rules)
        crossed = (last.crossings + (band != last.band)) if last else 0
        last = _Replay(found, band, crossed)
    return last


def _flip(account: Account, present: _Replay, changed: _Replay) -> Flip:
    effects = sorted(_by_rule(present.score, changed.score), key=lambda e: (-abs(e.points), e.rule))
    told, rest = effects[:MOST_CAUSES], effects[MOST_CAUSES:]
    return Flip(
        account.id,
        account.name,
        present.band,
        changed.band,
        present.score.points / 10,
        changed.score.points / 10,
        tuple(told),
        round(sum(e.points for e in rest), 1),
    )


def _by_rule(one: Score, two: Score) -> Iterator[RuleEffect]:
    """Each rule's points under both; together they are the difference of the scores."""
    points: Counter[str] = Counter()
    labels: dict[str, str] = {}
    for score_, sign in ((one, -1), (two, 1)):
        for line in score_.lines:
            name = f"{line.rule} {line.input}" if line.kind in {"baseline", "bound"} else line.rule
            points[name] += sign * line.points
            labels[name] = line.label
    return (RuleEffect(name, labels[name], value / 10) for name, value in points.items() if value)
