"""How fast are `why` and the pages on a large store, against one row by its key? `python -m bench.scale`.

Fills a store (1,000, then 10,000 accounts of 100 signals), starts the service as `whyred serve` does and lets 32
clients ask for accounts drawn at random. The routes take turns, so that what else runs on the machine strikes all of them alike; the
ratio is to the bare route, which goes through the same stack: key, transaction, one SELECT by primary key, JSON.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from multiprocessing import get_context
from pathlib import Path
from random import Random

import numpy as np

from bench.scale.clients import Load, drive
from bench.scale.copies import account_id, fill
from bench.scale.patterns import make_patterns
from bench.scale.served import BARE
from bench.scale.service import Headers, Service, serving
from bench.scale.stores import sizes, store_in
from store.database import Database

MOST = 5.0
"""How many times the bare route's median `why` and the account page may take."""
ROUTES = {
    "bare": BARE + "/{}",
    "why": "/v1/accounts/{}/why",
    "account page": "/accounts/{}",
    "portfolio page": "/",
    "review page": "/review",
    "csm's portfolio": "/",
}
HELD = ("why", "account page")
ROUNDS = 4
WARM = 64


@dataclass(slots=True)
class Asked:
    """Everything measured of one route; seconds."""

    latencies: list[float] = field(default_factory=list)
    seconds: float = 0.0
    processor: float = 0.0
    clients: float = 0.0
    size: int = 0

    def at(self, share: float) -> float:
        return sorted(self.latencies)[min(int(share * len(self.latencies)), len(self.latencies) - 1)]


def measure(service: Service, accounts: int, requests: int, clients: int, wanted: Sequence[str]) -> dict[str, Asked]:
    """Every route in turn, `ROUNDS` times over."""
    chance = Random(1)  # noqa: S311  which account is asked for
    found = {name: Asked() for name in wanted}
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as apart:
        for turn in range(ROUNDS + 1):
            for name in wanted:
                path = ROUTES[name]
                headers = _asker(service, name)
                many = WARM if turn == 0 else requests // ROUNDS
                paths = tuple(path.format(account_id(chance.randrange(accounts))) for _ in range(many))
                before = service.processor_seconds()
                answered = apart.submit(drive, Load(service.port, paths, headers, clients)).result()
                if turn:
                    one = found[name]
                    one.latencies += answered.latencies
                    one.seconds += answered.seconds
                    one.processor += service.processor_seconds() - before
                    one.clients += answered.own
                    one.size += answered.size
    return found


def _asker(service: Service, route: str) -> Headers:
    if ROUTES[route].startswith("/v1/"):
        return service.tool
    return service.csm if route.startswith("csm") else service.person


def table(found: Mapping[str, Asked]) -> str:
    bare = found["bare"]
    lines = ["route             p50 ms   p99 ms  requests/s  ratio at p50  server cpu ms  ratio  client cpu ms     kB"]
    for name, one in found.items():
        many = len(one.latencies)
        lines.append(
            f"{name:16} {one.at(0.5) * 1e3:7.1f} {one.at(0.99) * 1e3:8.1f} {many / one.seconds:11.1f} "
            f"{one.at(0.5) / bare.at(0.5):13.2f} {one.processor / many * 1e3:14.2f} "
            f"{one.processor / bare.processor * len(bare.latencies) / many:6.2f} "
            f"{one.clients / many * 1e3:14.2f} {one.size / many / 1e3:6.1f}"
        )
    return "\n".join(lines)


def growth(sizes: Sequence[int], runs: Sequence[Mapping[str, Asked]]) -> dict[str, float]:
    """By route, the power of the number of accounts with which the processor time of a request grows; 0 is not at all."""
    found = {}
    for name in runs[0]:
        costs = [run[name].processor / len(run[name].latencies) for run in runs]
        found[name] = float(np.polyfit(np.log(sizes), np.log(costs), 1)[0])
    return found


def run(kind: str, folder: Path, accounts: int, wanted: argparse.Namespace) -> dict[str, Asked]:
    patterns = folder / "patterns.db"
    began = time.perf_counter()
    made = Database(f"sqlite:///{patterns}")
    make_patterns(made, min(wanted.patterns, accounts), wanted.signals)
    made.close()
    with store_in(folder, kind) as url:
        fill(url, patterns, accounts)
        counted = sizes(url)
        size = counted.pop("bytes") / 1e9
        _say(f"{kind}: {', '.join(f'{n:,} {name}' for name, n in counted.items())}; {size:.2f} GB")
        _say(f"filled in {time.perf_counter() - began:.0f} s; {wanted.clients} clients, {wanted.workers} worker(s)")
        with serving(url, folder, wanted.workers) as service:
            found = measure(service, accounts, wanted.requests, wanted.clients, wanted.routes)
    _say(table(found))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="bench.scale", description=__doc__)
    parser.add_argument("--accounts", type=int, nargs="+", default=[1_000, 10_000], help="a store of each size")
    parser.add_argument("--signals", type=int, default=100, help="of each account")
    parser.add_argument("--patterns", type=int, default=40, help="accounts scored by the product itself, then repeated")
    parser.add_argument("--database", choices=["sqlite", "postgres"], nargs="+", default=["sqlite"])
    parser.add_argument("--requests", type=int, default=1200, help="of each route")
    parser.add_argument("--clients", type=int, default=32)
    parser.add_argument("--workers", type=int, default=1, help="processes of the service")
    parser.add_argument("--routes", choices=list(ROUTES), nargs="+", default=HELD, help="besides the bare one")
    wanted = parser.parse_args(arguments)
    wanted.routes = list(dict.fromkeys(("bare", *wanted.routes)))
    slow = []
    for kind in wanted.database:
        runs = []
        for accounts in wanted.accounts:
            with tempfile.TemporaryDirectory(prefix="whyred-scale-") as folder:
                runs.append(run(kind, Path(folder), accounts, wanted))
        if len(runs) > 1:
            powers = growth(wanted.accounts, runs).items()
            _say(f"processor time grows with accounts to the power of {', '.join(f'{p:.2f} ({n})' for n, p in powers)}")
        found, bare = runs[-1], runs[-1]["bare"].at(0.5)
        slow += [f"{kind}: {name}" for name in HELD if name in found and found[name].at(0.5) > MOST * bare]
    if slow:
        _say(f"more than {MOST:g} times the bare route at p50: {', '.join(slow)}")
    return 1 if slow else 0


def _say(words: str) -> None:
    sys.stdout.write(f"{words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
