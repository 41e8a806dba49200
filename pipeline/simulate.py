"""What if: past days replayed under other rules, beside what the present rules say. Nothing is stored."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date

from pipeline.snapshot import first_day
from scoring.columns.bands import bands_of, names_of, places_of
from scoring.columns.building import portfolio_of
from scoring.columns.ledger import Ledger
from scoring.columns.reasons import reasons
from scoring.columns.score import score
from scoring.facts import Account, Facts
from scoring.rulebook.loading import in_force
from scoring.rulebook.model import Rulebook
from store.accounts import all_accounts
from store.database import Database
from store.facts import facts_of

MOST_CAUSES = 5
AT_ONCE = 1_000
"""Accounts replayed together, so that memory does not grow with the portfolio."""


@dataclass(frozen=True, slots=True)
class RuleEffect:
    """What one rule gives or takes more under the other rules, in points."""

    rule: str
    label: str
    points: float


@dataclass(frozen=True, slots=True)
class Flip:
    """An account that stands in another band on the last day. `causes` sum to the difference with `others`.

    `sentence` says why it stands there under the other rules, against the baselines.
    """

    account_id: str
    name: str
    band: str
    other_band: str
    score: float
    other_score: float
    causes: tuple[RuleEffect, ...]
    others: float
    sentence: str


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
class _Stood:
    """Where an account stood on the last day of a replay: its place in a ledger and among the bands of that ledger."""

    ledger: Ledger
    bands: list[str]
    place: int

    @property
    def band(self) -> str:
        return self.bands[self.place]

    @property
    def points(self) -> int:
        return int(self.ledger.points[self.place])


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
    for first in range(0, len(accounts), AT_ONCE):
        progress("replaying", first, len(accounts))
        some = accounts[first : first + AT_ONCE]
        with database.reading() as connection:
            facts = [facts_of(connection, account) for account in some]
        replay = _replay(facts, rulebooks, other, sorted(days))
        stood = [(some[n], present, replay[1].stood[n]) for n, present in replay[0].stood.items()]
        matrix.update((present.band, changed.band) for _, present, changed in stood)
        changes += [changed.points - present.points for _, present, changed in stood]
        crossings = [before + each.crossings for before, each in zip(crossings, replay, strict=True)]
        flips += _flips([each for each in stood if each[1].band != each[2].band])
    progress("replaying", len(accounts), len(accounts))
    mean = sum(changes) / len(changes) / 10 if changes else 0.0
    ordered = sorted(flips, key=lambda f: (f.other_score - f.score, f.account_id))
    return Simulation(max(days), len(days), len(changes), dict(matrix), crossings[0], crossings[1], mean, ordered)


@dataclass(slots=True)
class _Replay:
    """Where each account of which anything was known stood last, and how often all of them changed their band."""

    stood: dict[int, _Stood] = field(default_factory=dict)
    crossings: int = 0

    def add(self, ledger: Ledger, began: Sequence[date | None]) -> None:
        members, day = ledger.members.tolist(), date.fromordinal(ledger.day)
        before = places_of((self.stood[n].band if n in self.stood else None for n in members), ledger.rulebook)
        bands = names_of(bands_of(ledger.points, ledger.coverage, before, ledger.rulebook), ledger.rulebook)
        for place, number in enumerate(members):
            start = began[number]
            if start is not None and start <= day:
                self.crossings += number in self.stood and self.stood[number].band != bands[place]
                self.stood[number] = _Stood(ledger, bands, place)


def _replay(
    facts: Sequence[Facts], rulebooks: tuple[Rulebook, ...], other: Rulebook, days: Sequence[date]
) -> tuple[_Replay, _Replay]:
    """The days under the rules in force and under `other`; the facts are cut to each day once."""
    began = [first_day(each) for each in facts]
    present, changed = _Replay(), _Replay()
    for day in days:
        portfolio = portfolio_of(facts, day)
        for replay, rulebook in ((present, in_force(rulebooks, day)), (changed, other)):
            for ledger in score(portfolio, rulebook):
                replay.add(ledger, began)
    return present, changed


def _flips(stood: Sequence[tuple[Account, _Stood, _Stood]]) -> Iterator[Flip]:
    sentences: dict[int, list[str]] = {}
    for account, present, changed in stood:
        ledger = id(changed.ledger)
        if ledger not in sentences:
            sentences[ledger] = reasons(changed.ledger).sentences(changed.bands)
        yield _flip(account, present, changed, sentences[ledger][changed.place])


def _flip(account: Account, present: _Stood, changed: _Stood, sentence: str) -> Flip:
    effects = sorted(_by_rule(present, changed), key=lambda e: (-abs(e.points), e.rule))
    told, rest = effects[:MOST_CAUSES], effects[MOST_CAUSES:]
    return Flip(
        account.id,
        account.name,
        present.band,
        changed.band,
        present.points / 10,
        changed.points / 10,
        tuple(told),
        round(sum(e.points for e in rest), 1),
        sentence,
    )


def _by_rule(one: _Stood, two: _Stood) -> Iterator[RuleEffect]:
    """Each rule's points under both; together they are the difference of the scores."""
    points: Counter[str] = Counter()
    labels: dict[str, str] = {}
    for stood, sign in ((one, -1), (two, 1)):
        for line in stood.ledger.lines_of(stood.place):
            name = f"{line.rule} {line.input}" if line.kind in {"baseline", "bound"} else line.rule
            points[name] += sign * line.points
            labels[name] = line.label
    return (RuleEffect(name, labels[name], value / 10) for name, value in points.items() if value)
