"""How fast is scoring with explanations, against a bare weighted sum? `python -m bench.scoring`.

A thousand made-up accounts of fifty signals each, with readings, meetings, mails and assessments, are read into columns
and repeated up to each size. Timed for every account: each rule's effects, the ledger (lines
of account, rule, signal and points that sum to the score), caps, bounds, coverage and band, every cause in points, and
the sentence that names the main ones. Not timed: making up the accounts, cutting them to the day and reading them into columns,
which has a figure of its own. The bare sum is what numpy needs for the same signals as columns: points by type and severity, halved
by age, weighted, added up by account, without a line that could be explained.

Times are processor seconds of one thread, so that a busy machine does not change them much.
"""

from __future__ import annotations

import argparse
import math
import resource
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import numpy as np

from extractor.document import Role, Source, Span, Took
from extractor.signal import Evidence, Interaction, make_signal
from scoring.bands import band_with_hysteresis
from scoring.columns.bands import bands_of, names_of
from scoring.columns.building import portfolio_of
from scoring.columns.ledger import Ledger
from scoring.columns.portfolio import Portfolio
from scoring.columns.reasons import Reasons, reasons
from scoring.columns.score import score as score_columns
from scoring.explaining import explain
from scoring.facts import Account, Assessment, Contact, Facts, Observation, Reading
from scoring.movement import movement, starting_point
from scoring.rulebook.loading import load_rulebooks
from scoring.rulebook.model import Rulebook
from scoring.score import score

SIGNALS = 50
MADE = 1_000
AT_ONCE = 8_000
"""Accounts scored together: enough to share what each rule costs whatever their number, few enough for the cache and for memory."""
DAY = date(2026, 7, 1)
SIZES = (10_000, 30_000, 100_000)


@dataclass(frozen=True, slots=True)
class Run:
    """Processor seconds for so many accounts: ledgers and bands, causes, sentences; and the bare sum for the same."""

    accounts: int
    scoring: float
    causes: float
    wording: float
    bare: float

    @property
    def total(self) -> float:
        return self.scoring + self.causes + self.wording


def run(portfolio: Portfolio, rulebook: Rulebook) -> Run:
    spent = [0.0, 0.0, 0.0]
    for first in range(0, len(portfolio), AT_ONCE):
        part = portfolio.between(first, first + AT_ONCE)
        seconds, ledgers = _timed(lambda part=part: _scored(part, rulebook))
        spent[0] += seconds
        for ledger, bands in ledgers:
            seconds, why = _timed(lambda ledger=ledger: reasons(ledger))
            spent[1] += seconds
            seconds, sentences = _timed(lambda why=why, bands=bands: why.sentences(bands))
            spent[2] += seconds
            _check(ledger, why, sentences)
    return Run(len(portfolio), *spent, bare_seconds(portfolio, rulebook))


def _scored(portfolio: Portfolio, rulebook: Rulebook) -> list[tuple[Ledger, list[str]]]:
    return [
        (ledger, names_of(bands_of(ledger.points, ledger.coverage, None, ledger.rulebook), ledger.rulebook))
        for ledger in score_columns(portfolio, rulebook)
    ]


def _check(ledger: Ledger, why: Reasons, sentences: Sequence[str]) -> None:
    """Lines sum to scores, causes to changes, everybody has a sentence."""
    sums = ledger.baselines.sum(axis=1) + ledger.bounds.sum(axis=1) + ledger.capped.points
    for lines in ledger.lines:
        np.add.at(sums, lines.effects.account, lines.points)
    told = why.start + sum(cause.points for cause in why.causes)
    if (sums != ledger.points).any() or (told != ledger.points).any() or not all(sentences):
        raise AssertionError("a ledger or its causes do not sum")


def bare_seconds(portfolio: Portfolio, rulebook: Rulebook) -> float:
    """The best of three for the same signals."""
    signals, rules = portfolio.signals, rulebook.signal_rules
    weights = {i.id: i.weight / 100 for i in rulebook.inputs}
    points = np.array([[p * weights[rules[t].input] for p in rules[t].points] for t in portfolio.types])
    lives = np.array([float(rules[t].half_life) for t in portfolio.types])
    day, size = DAY.toordinal(), len(portfolio)

    def bare() -> Any:
        fading = np.exp2((signals.said_on - day) / lives[signals.type])
        return np.bincount(signals.account, points[signals.type, signals.severity - 1] * fading, size)

    return min(_timed(bare)[0] for _ in range(3))


def alone(accounts: Sequence[Facts], rulebook: Rulebook) -> float:
    """Processor seconds for accounts scored one by one, with every word that an account's page shows."""

    def told() -> None:
        for facts in accounts:
            found = score(facts, rulebook, DAY)
            start = starting_point(found)
            explain(
                facts.account,
                movement(start, found),
                (start, "green"),
                (found, band_with_hysteresis(found, None, rulebook)),
                observations=facts.observations,
                contacts=facts.contacts,
                origins={},
                plays=(),
            )

    return _timed(told)[0]


def _timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begun = time.process_time()
    done = work()
    return time.process_time() - begun, done


def repeated(portfolio: Portfolio, times: int) -> Portfolio:
    """The same accounts over and over, as if they were others."""

    def rows(table: Any) -> Any:
        columns = {f.name: getattr(table, f.name) for f in fields(table)}
        longer = {
            n: np.concatenate([np.asarray(c, dtype=getattr(c, "dtype", object))] * times) for n, c in columns.items()
        }
        for name in ("account", "thread"):
            if name in longer:
                many = int(columns[name].max()) + 1
                longer[name] = longer[name] + np.repeat(np.arange(times) * many, len(columns[name]))
        return type(table)(**longer)

    tables = ("signals", "readings", "interactions", "assessments", "contracts")
    return replace(
        portfolio,
        ids=list(portfolio.ids) * times,
        names=list(portfolio.names) * times,
        **{name: rows(getattr(portfolio, name)) for name in tables},
    )


def exponent(runs: Sequence[Run]) -> float:
    """The power of the number of accounts that the time grows with; 1 is linear."""
    if len(runs) < 2:
        return math.nan
    slope, _ = np.polyfit(np.log([r.accounts for r in runs]), np.log([r.total for r in runs]), 1)
    return float(slope)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--accounts", type=int, nargs="+", default=list(SIZES), help="sizes in thousands' multiples")
    sizes = parser.parse_args().accounts
    rulebook = load_rulebooks()[-1]
    accounts = [made_up(number, rulebook) for number in range(MADE)]
    reading, portfolio = _timed(lambda: portfolio_of(accounts, DAY))
    one_by_one = alone(accounts[: MADE // 5], rulebook)
    tell(f"one account at a time, every word of its page: {MADE / 5 / one_by_one:.0f} accounts/s")
    tell(f"cutting facts to a day and reading them into columns: {MADE / reading:.0f} accounts/s (not in what follows)")
    tell("ledger of every account with a line for each signal, caps, bounds, band, all causes and their sentence:")
    run(portfolio, rulebook)  # decay tables and allocator are made once, whatever the portfolio
    runs = []
    for size in sizes:
        done = run(repeated(portfolio, size // MADE), rulebook)
        runs.append(done)
        tell(
            f"{done.accounts:>7} accounts x {SIGNALS} signals: {done.accounts / done.total:7.0f} accounts/s "
            f"(ledger {done.scoring:.2f} s, causes {done.causes:.2f} s, sentences {done.wording:.2f} s); "
            f"bare sum {done.bare:.3f} s, ratio {done.total / done.bare:.1f}"
        )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    tell(f"peak memory {peak:.0f} MB, growth exponent {exponent(runs):.3f}")


def tell(line: str) -> None:
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


def made_up(number: int, rulebook: Rulebook) -> Facts:
    """Half a year: fifty signals in ten conversations, monthly readings, mails and meetings, one assessment."""
    chance = Random(number)  # noqa: S311  made-up data, no secret
    types = [rule.id for rule in rulebook.signals]
    people = (Contact("eva@customer.example", "Eva", "sponsor"), Contact("max@customer.example", "Max", "champion"))
    return Facts(
        Account(
            f"a{number}",
            f"Account {number}",
            chance.choice(["enterprise", "mid_market", "smb"]),
            "csm@vendor.example",
            chance.randint(5_000, 500_000),
            "EUR",
            DAY + timedelta(days=chance.randint(0, 365)),
            licensed_seats=100,
        ),
        contacts=people,
        observations=tuple(_said(place, chance, types) for place in range(SIGNALS)),
        interactions=tuple(_met(chance, people) for _ in range(12)),
        readings=tuple(
            Reading(metric, _day(chance), float(chance.randint(0, 100)))
            for metric in {m.metric for m in rulebook.metrics}
            for _ in range(6)
        ),
        assessments=(
            Assessment(_day(chance), "csm", {r.id: chance.choice([*r.answers]) for r in rulebook.assessments}),
        ),
    )


def _day(chance: Random) -> date:
    return DAY - timedelta(days=chance.randint(0, 180))


def _moment(chance: Random) -> datetime:
    return datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=chance.randint(0, 180 * 24 * 60))


def _met(chance: Random, people: Sequence[Contact]) -> Interaction:
    who, ours = chance.choice(people), chance.random() < 0.5
    took = chance.choice([Took.WROTE, Took.WROTE, Took.ATTENDED])
    role, address = (Role.VENDOR, "csm@vendor.example") if ours else (Role.CUSTOMER, who.address)
    return Interaction("d", address, who.name, role, took, _moment(chance), f"t{chance.randint(0, 3)}")


def _said(place: int, chance: Random, types: Sequence[str]) -> Observation:
    at, type_ = _moment(chance), chance.choice(types)
    quote = Evidence(f"d{place}", "m1", Span(0, 9), f"words {place:03}", "Eva", Role.CUSTOMER, at)
    signal = make_signal(f"d{place}", type_, chance.randint(1, 3), chance.uniform(0.5, 1.0), (quote,), "bench")
    return Observation(signal, f"d{place}#{type_}", f"t{chance.randint(0, 9)}", Source.EMAIL, "A mail", at)


if __name__ == "__main__":
    main()
