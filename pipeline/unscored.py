"""Accounts without a score, and what each lacks: something to score by, or a nightly run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from pipeline.snapshot import first_day
from scoring.facts import Account
from store.database import Connection
from store.facts import facts_of

NAMED = 20
"""Accounts that are looked at and named; of the others only their number is told."""
FEED = "mails, calls, tickets or metrics, then run `whyred nightly`"
"""What gives an account a score."""


def unscored_lines(
    connection: Connection, accounts: Iterable[Account], scored: Iterable[str], until: date | None
) -> list[str]:
    """What to tell of those that have no scored day, with the remedy; nothing where all have one."""
    known = list(accounts)
    if not known:
        return ["no account is known: run `whyred ingest PATH` with its accounts.csv"]
    by_id = set(scored)
    missing = [a for a in known if a.id not in by_id]
    unknown = [a for a in missing[:NAMED] if nothing_known(connection, a, until)]
    waiting = [a for a in missing[:NAMED] if a not in unknown]
    by = f" up to {until}" if until else ""
    lines = []
    if unknown:
        lines.append(f"not scored, since nothing is known{by} of {_named(unknown)}: ingest {FEED}")
    if waiting:
        lines.append(f"not scored yet{by}: {_named(waiting)}; run `whyred nightly`")
    if len(missing) > NAMED:
        lines.append(f"and {len(missing) - NAMED} more without a score")
    return lines


def nothing_known(connection: Connection, account: Account, until: date | None) -> bool:
    """Whether nothing of it could be scored by, so that no nightly run would."""
    began = first_day(facts_of(connection, account))
    return began is None or (until is not None and began > until)


def _named(accounts: Sequence[Account]) -> str:
    return ", ".join(a.id for a in accounts)
