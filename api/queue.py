"""The ranked queue as one caller sees it: what the portfolio page and `/v1/portfolio` both show."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.portfolio import PortfolioRow, earlier_day, portfolio
from scoring.facts import Account
from store.browse import accounts_for, actions_for
from store.database import Connection
from store.standings import DayStanding, standings_on

WEEK = timedelta(days=7)
MOVED = 5.0
"""Points from which a change within a week is told even where the band stayed."""


@dataclass(frozen=True, slots=True)
class Moved:
    """An account that changed its band, or moved far, since last week."""

    account_id: str
    name: str
    from_band: str
    to_band: str
    change: float

    @property
    def worse(self) -> bool:
        return self.change < 0


@dataclass(frozen=True, slots=True)
class Queue:
    """`unscored` accounts have no snapshot yet; `day` is the last scored day of any."""

    day: date | None
    rows: Sequence[PortfolioRow]
    moved: Sequence[Moved]
    unscored: Sequence[Account]


def queue_on(connection: Connection, owners: Sequence[str], day: date | None, only: str | None = None) -> Queue:
    """Rank the visible accounts as of a day, or `only` one of them."""
    accounts = [a for a in accounts_for(connection, owners) if only is None or a.id == only]
    now = standings_on(connection, day, owners)
    if not now:
        return Queue(None, (), (), accounts)
    last = max(s.day for s in now.values())
    rows = portfolio(
        accounts, now, standings_on(connection, earlier_day(last), owners), actions_for(connection, owners, last)
    )
    week_ago = standings_on(connection, last - WEEK, owners)
    return Queue(last, rows, _moved(rows, week_ago), [a for a in accounts if a.id not in now])


def _moved(rows: Sequence[PortfolioRow], before: dict[str, DayStanding]) -> list[Moved]:
    found = []
    for row in rows:
        was = before.get(row.account_id)
        if was is None or was.day >= row.day:
            continue
        change = round(row.score - was.points / 10, 1)
        if was.band != row.band or abs(change) >= MOVED:
            found.append(Moved(row.account_id, row.name, was.band, row.band, change))
    return sorted(found, key=lambda m: (m.change, m.name))
