"""What the portfolio page says: who needs somebody first, and what changed since last week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from urllib.parse import urlencode

from api.console.charts.sparkline import Sparkline, sparkline
from api.queue import Moved, Queue
from pipeline.portfolio import PortfolioRow
from store.browse import Point
from store.standings import Footing

PAGE = 50
LOOK_BACK = timedelta(days=182)
BANDS = ("red", "yellow", "green", "unknown")
MOVED_SHOWN = 8
"""Those that fell furthest; the others are one filter away."""


class Order(StrEnum):
    """What the list is sorted by."""

    URGENCY = "urgency"
    CHANGE = "change"
    RENEWAL = "renewal"
    REVENUE = "revenue"
    NAME = "name"


ORDERS = {
    Order.URGENCY: "most urgent first",
    Order.CHANGE: "fell most in 4 weeks",
    Order.RENEWAL: "renews soonest",
    Order.REVENUE: "largest first",
    Order.NAME: "by name",
}
_LATE = 10**6
_KEYS: dict[Order, Callable[[Footing], tuple[float, str] | str]] = {
    Order.CHANGE: lambda f: (f.change or 0, f.name),
    Order.RENEWAL: lambda f: (
        _LATE if f.days_to_renewal is None or f.days_to_renewal < 0 else f.days_to_renewal,
        f.name,
    ),
    Order.REVENUE: lambda f: (-f.arr, f.name),
    Order.NAME: lambda f: f.name.casefold(),
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader asked for; empty text asks nothing. `moved`: only what changed since last week."""

    band: str = ""
    owner: str = ""
    q: str = ""
    moved: bool = False
    sort: Order = Order.URGENCY

    @property
    def any(self) -> bool:
        return bool(self.band or self.owner or self.q or self.moved)

    @property
    def query(self) -> str:
        """As it stands in an address."""
        asked = {"band": self.band, "owner": self.owner, "q": self.q, "moved": "1" if self.moved else ""}
        asked["sort"] = "" if self.sort is Order.URGENCY else self.sort
        return urlencode({name: value for name, value in asked.items() if value})

    def fits(self, footing: Footing) -> bool:
        return (
            (not self.band or footing.band == self.band)
            and (not self.owner or footing.owner == self.owner)
            and (not self.q or self.q.casefold() in f"{footing.account_id} {footing.name}".casefold())
        )


@dataclass(frozen=True, slots=True)
class BandCount:
    """`change` against a week ago, None where nothing was scored then."""

    band: str
    count: int
    change: int | None


@dataclass(frozen=True, slots=True)
class Line:
    """One account in the queue; `overdue` is the one thing that asks for colour."""

    row: PortfolioRow
    sentence: str
    spark: Sparkline | None
    overdue: bool


@dataclass(frozen=True, slots=True)
class PortfolioPage:
    """`moved` are the first of `moved_total`; `fitting` of `total` accounts fit the filters, `lines` from `first` on are shown."""

    day: date | None
    bands: tuple[BandCount, ...]
    moved: Sequence[Moved]
    moved_total: int
    lines: tuple[Line, ...]
    owners: tuple[str, ...]
    filters: Filters
    fitting: int
    total: int
    first: int
    before: int | None
    after: int | None
    unscored: int


def fitting_of(queue: Queue, filters: Filters) -> list[Footing]:
    """Every account that fits, in the order asked for."""
    moved = {m.account_id for m in queue.moved} if filters.moved else None
    fitting = [f for f in queue.ranked if filters.fits(f) and (moved is None or f.account_id in moved)]
    key = _KEYS.get(filters.sort)
    return fitting if key is None else sorted(fitting, key=key)


def portfolio_page(
    queue: Queue,
    rows: Sequence[PortfolioRow],
    fitting: int,
    histories: Mapping[str, Sequence[Point]],
    filters: Filters,
    first: int,
    today: date,
) -> PortfolioPage:
    """`rows` are those of one page, from the `first` of so many fitting; `today` is the day on which one is overdue."""
    now, then = Counter(footing.band for footing in queue.ranked), queue.week_ago
    bands = tuple(
        BandCount(band, now[band], now[band] - then[band] if then else None)
        for band in BANDS
        if now[band] or then[band] or band != "unknown"
    )
    return PortfolioPage(
        day=queue.day,
        bands=bands,
        moved=queue.moved[:MOVED_SHOWN],
        moved_total=len(queue.moved),
        lines=tuple(_line(row, histories.get(row.account_id, ()), today) for row in rows),
        owners=tuple(sorted({footing.owner for footing in queue.ranked})),
        filters=filters,
        fitting=fitting,
        total=len(queue.ranked),
        first=first,
        before=max(first - PAGE, 0) if first else None,
        after=first + PAGE if first + PAGE < fitting else None,
        unscored=len(queue.unscored),
    )


def _line(row: PortfolioRow, history: Sequence[Point], today: date) -> Line:
    spark = sparkline(history, row.day - LOOK_BACK, row.day)
    said = row.sentence.removeprefix(row.name).strip()
    return Line(row, said[:1].upper() + said[1:], spark, row.is_overdue(today))
