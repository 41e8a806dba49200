"""Questions to the store: why an account stands where it stands, and how the portfolio does."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from pipeline.lookup import WrongInputError, find_account
from pipeline.portfolio import PortfolioRow, earlier_day, portfolio
from pipeline.snapshot import explained, standing_of
from scoring.explanation import Explanation
from scoring.facts import Account
from scoring.rulebook.model import Rulebook
from store.accounts import all_accounts
from store.browse import accounts_for, actions_for
from store.database import Connection, Database
from store.facts import facts_of, origins_of
from store.snapshots import latest_snapshot
from store.standings import last_standing_day, standings_on


def why(
    database: Database, rulebooks: tuple[Rulebook, ...], wanted: str, as_of: date | None, since: date | None
) -> Explanation:
    """The answer for the account of that id or name, out of all of them.

    Raises WrongInputError for an unknown account or days that were never scored.
    """
    with database.reading() as connection:
        account = find_account(all_accounts(connection), wanted)
        return why_of(connection, rulebooks, account, as_of, since)


def why_of(
    connection: Connection, rulebooks: tuple[Rulebook, ...], account: Account, as_of: date | None, since: date | None
) -> Explanation:
    """The stored explanation of the last scored day up to `as_of`; with `since`, against that day instead.

    Raises WrongInputError for days that were never scored.
    """
    now = latest_snapshot(connection, account.id, as_of)
    if now is None:
        until = f" up to {as_of}" if as_of else ""
        raise WrongInputError(f"{account.id} has no scored day{until}; run `whyred nightly` for one")
    stored = Explanation.model_validate(now.explanation)
    if since is None:
        return stored
    before = latest_snapshot(connection, account.id, since)
    if before is None:
        raise WrongInputError(f"since {since}: {account.id} has no scored day up to then; name a later day")
    if before.day >= now.day:
        raise WrongInputError(f"since {since}: the score of {account.id} is of {now.day}; name a day before it")
    facts, origins = facts_of(connection, account), origins_of(connection, account.id)
    return explained(facts, rulebooks, standing_of(before), standing_of(now), origins, stored.plays)


def portfolio_on(database: Database, day: date | None, owners: Sequence[str] = ()) -> list[PortfolioRow]:
    with database.reading() as connection:
        return ranked(connection, day, owners)


def ranked(connection: Connection, day: date | None, owners: Sequence[str] = ()) -> list[PortfolioRow]:
    """The queue as of a day, of all accounts or of these owners'."""
    last = last_standing_day(connection, day, owners)
    return rows_on(connection, last, owners) if last is not None else []


def rows_on(
    connection: Connection, last: date, owners: Sequence[str] = (), only: Collection[str] | None = None
) -> list[PortfolioRow]:
    """The same as of a scored day; `only` names the accounts that are wanted."""
    return portfolio(
        accounts_for(connection, owners, only),
        standings_on(connection, last, owners, only),
        standings_on(connection, earlier_day(last), owners, only),
        actions_for(connection, owners, last, only),
    )
