"""How fast is scoring with explanations, against a bare weighted sum? `python -m bench.scoring`.

Accounts are made one at a time from a seed, scored, explained from their baselines and put into words; only that is
timed. The bare sum is what numpy needs for the same signals as columns: points by type and severity, halved by age,
weighted, added up by account, without a line that could be explained.
"""

from __future__ import annotations

import argparse
import math
import resource
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from random import Random

import numpy as np

from extractor.document import Role, Source, Span
from extractor.signal import Evidence, make_signal
from scoring.bands import band_with_hysteresis
from scoring.explaining import explain
from scoring.facts import Account, Facts, Observation, Reading
from scoring.movement import movement, starting_point
from scoring.rulebook.loading import load_rulebooks
from scoring.rulebook.model import Rulebook
from scoring.score import score

SIGNALS = 50
DAY = date(2026, 7, 1)
SIZES = (10_000, 30_000, 100_000)


@dataclass(frozen=True, slots=True)
class Run:
    """Seconds for so many accounts: scoring, subtracting from the baselines, putting into words."""

    accounts: int
    scoring: float
    moving: float
    wording: float
    bare: float

    @property
    def total(self) -> float:
        return self.scoring + self.moving + self.wording


def run(accounts: int, rulebook: Rulebook) -> Run:
    spent = [0.0, 0.0, 0.0]
    clock = time.perf_counter
    for facts in portfolio(accounts, rulebook):
        begun = clock()
        found = score(facts, rulebook, DAY)
        scored = clock()
        start = starting_point(found)
        moved = movement(start, found)
        subtracted = clock()
        told = explain(
            facts.account,
            moved,
            (start, "green"),
            (found, band_with_hysteresis(found, None, rulebook)),
            observations=facts.observations,
            contacts=(),
            origins={},
            plays=(),
        )
        said = clock()
        if told.residual or sum(line.points for line in found.lines) != found.points:
            raise AssertionError(f"{facts.account.id} does not sum")
        spent = [spent[0] + scored - begun, spent[1] + subtracted - scored, spent[2] + said - subtracted]
    scoring, moving, wording = spent
    return Run(accounts, scoring, moving, wording, bare_seconds(accounts, rulebook))


def portfolio(accounts: int, rulebook: Rulebook) -> Iterator[Facts]:
    """Made-up accounts with fifty signals of half a year and a month's readings each."""
    chance = Random(7)  # noqa: S311  made-up data, no secret
    types = [rule.id for rule in rulebook.signals]
    first = datetime(2026, 1, 1, tzinfo=UTC)
    for number in range(accounts):
        account = Account(f"a{number}", "A", "enterprise", "csm", 1000, "EUR", date(2026, 9, 1), licensed_seats=100)
        observations = tuple(
            _said(place, chance.choice(types), chance.randint(1, 3), first + timedelta(hours=chance.randint(0, 4300)))
            for place in range(SIGNALS)
        )
        readings = tuple(Reading(m.metric, date(2026, 6, 20), float(chance.randint(0, 100))) for m in rulebook.metrics)
        yield Facts(account, observations=observations, readings=readings)


def bare_seconds(accounts: int, rulebook: Rulebook) -> float:
    """The best of three for the same number of signals, held as columns."""
    chance = np.random.default_rng(7)
    many = accounts * SIGNALS
    weights = {i.id: i.weight / 100 for i in rulebook.inputs}
    points = np.array([[p * weights[r.input] for p in r.points] for r in rulebook.signals])
    lives = np.array([float(r.half_life) for r in rulebook.signals])
    type_, severity = chance.integers(0, len(lives), many), chance.integers(0, 3, many)
    age, owner = chance.integers(0, 180, many).astype(float), np.repeat(np.arange(accounts), SIGNALS)
    best = math.inf
    for _ in range(3):
        begun = time.perf_counter()
        np.bincount(owner, points[type_, severity] * np.exp2(-age / lives[type_]), accounts)
        best = min(best, time.perf_counter() - begun)
    return best


def exponent(runs: Sequence[Run]) -> float:
    """The power of the number of accounts that the time grows with; 1 is linear."""
    if len(runs) < 2:
        return math.nan
    slope, _ = np.polyfit(np.log([r.accounts for r in runs]), np.log([r.total for r in runs]), 1)
    return float(slope)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, nargs="+", default=list(SIZES), help="sizes to run, smallest first")
    sizes = parser.parse_args().accounts
    rulebook = load_rulebooks()[-1]
    runs = []
    for size in sizes:
        done = run(size, rulebook)
        runs.append(done)
        sys.stdout.write(
            f"{size:>7} accounts x {SIGNALS} signals: {size / done.total:7.0f} accounts/s "
            f"(score {done.scoring:.1f} s, causes {done.moving:.1f} s, words {done.wording:.1f} s); "
            f"bare sum {done.bare:.3f} s, ratio {done.total / done.bare:.0f}\n"
        )
        sys.stdout.flush()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sys.stdout.write(f"peak memory {peak:.0f} MB, growth exponent {exponent(runs):.3f}\n")


def _said(number: int, type: str, severity: int, at: datetime) -> Observation:
    quote = Evidence(f"d{number}", "m1", Span(0, 5), "words", "Somebody", Role.CUSTOMER, at)
    signal = make_signal(f"d{number}", type, severity, 1.0, (quote,), "bench")
    return Observation(signal, f"d{number}#{type}#1", f"t{number}", Source.EMAIL, "A mail", at)


if __name__ == "__main__":
    main()
