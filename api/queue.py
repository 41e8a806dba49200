"""The ranked queue as one caller sees it: what the portfolio page and `/v1/portfolio` both show."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from pipeline.answers import rows_on
from pipeline.portfolio import PortfolioRow, earlier_day, urgency
from store.browse import accounts_for
from store.database import Connection
from store.standings import Footing, footings_on, last_standing_day

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
    """Every account by urgency, without what only its own line tells: `lines_of` adds that to those that are shown.

    `unscored` are the ids of accounts without a snapshot; `day` is the last scored day of any. `week_ago` counts the
    bands then.
    """

    day: date | None
    ranked: Sequence[Footing]
    moved: Sequence[Moved]
    unscored: Sequence[str]
    week_ago: Counter[str] = field(default_factory=Counter)


def queue_on(connection: Connection, owners: Sequence[str], day: date | None) -> Queue:
    """Rank the visible accounts as of a day."""
    last = last_standing_day(connection, day, owners)
    if last is None:
        return Queue(None, (), (), [account.id for account in accounts_for(connection, owners)])
    known = footings_on(connection, last, earlier_day(last), last - WEEK, owners)
    scored = sorted((f for f in known if f.day is not None), key=place)
    unscored = [f.account_id for f in known if f.day is None]
    return Queue(last, scored, _moved(scored), unscored, Counter(f.recent_band for f in known if f.recent))


def lines_of(connection: Connection, queue: Queue, shown: Sequence[Footing]) -> list[PortfolioRow]:
    """The rows of some of the queue, in the order given."""
    if queue.day is None or not shown:
        return []
    rows = {row.account_id: row for row in rows_on(connection, queue.day, (), [f.account_id for f in shown])}
    return [rows[footing.account_id] for footing in shown]


def place(footing: Footing) -> tuple[int, float, str, str]:
    """Where the account stands in the queue: a place that it keeps when others come or go before it."""
    score, days = footing.points / 10, footing.days_to_renewal
    return *urgency(footing.band, score, footing.arr, days, footing.name), footing.account_id


def _moved(scored: Sequence[Footing]) -> list[Moved]:
    found = []
    for now in scored:
        if now.recent is None or now.recent == now.day:
            continue
        moved = (now.points - now.recent_points) / 10
        if now.recent_band != now.band or abs(moved) >= MOVED:
            found.append(Moved(now.account_id, now.name, now.recent_band, now.band, moved))
    return sorted(found, key=lambda m: (m.change, m.name))
