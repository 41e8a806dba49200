"""What the portfolio page says: who needs somebody first, and what changed since last week."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from api.console.charts.sparkline import Sparkline, sparkline
from api.queue import Moved, Queue
from pipeline.portfolio import PortfolioRow
from store.browse import Point

PAGE = 50
LOOK_BACK = timedelta(days=182)
BANDS = ("red", "yellow", "green", "unknown")


@dataclass(frozen=True, slots=True)
class Filters:
    """What the reader asked for; empty text asks nothing."""

    band: str = ""
    owner: str = ""
    q: str = ""

    def fits(self, row: PortfolioRow) -> bool:
        return (
            (not self.band or row.band == self.band)
            and (not self.owner or row.owner == self.owner)
            and (not self.q or self.q.casefold() in f"{row.account_id} {row.name}".casefold())
        )

    @property
    def any(self) -> bool:
        return bool(self.band or self.owner or self.q)


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
    day: date | None
    bands: tuple[BandCount, ...]
    moved: Sequence[Moved]
    lines: tuple[Line, ...]
    owners: tuple[str, ...]
    filters: Filters
    shown: int
    fitting: int
    total: int
    first: int
    before: int | None
    after: int | None
    unscored: int


def wanted_rows(queue: Queue, filters: Filters, first: int) -> tuple[list[PortfolioRow], int]:
    """The rows of one page, and how many fit in all."""
    fitting = [row for row in queue.rows if filters.fits(row)]
    return fitting[first : first + PAGE], len(fitting)


def portfolio_page(
    queue: Queue,
    rows: Sequence[PortfolioRow],
    fitting: int,
    week_ago: Mapping[str, str],
    histories: Mapping[str, Sequence[Point]],
    filters: Filters,
    first: int,
) -> PortfolioPage:
    """`week_ago` is each account's band then."""
    now = Counter(row.band for row in queue.rows)
    then = Counter(week_ago.values())
    bands = tuple(
        BandCount(band, now[band], now[band] - then[band] if week_ago else None)
        for band in BANDS
        if now[band] or then[band] or band != "unknown"
    )
    return PortfolioPage(
        day=queue.day,
        bands=bands,
        moved=queue.moved,
        lines=tuple(_line(row, histories.get(row.account_id, ())) for row in rows),
        owners=tuple(sorted({row.owner for row in queue.rows})),
        filters=filters,
        shown=len(rows),
        fitting=fitting,
        total=len(queue.rows),
        first=first,
        before=max(first - PAGE, 0) if first else None,
        after=first + PAGE if first + PAGE < fitting else None,
        unscored=len(queue.unscored),
    )


def _line(row: PortfolioRow, history: Sequence[Point]) -> Line:
    spark = sparkline(history, row.day - LOOK_BACK, row.day)
    said = row.sentence.removeprefix(row.name).strip()
    return Line(
        row,
        said[:1].upper() + said[1:],
        spark,
        row.due is not None and row.due < row.day and row.band in {"red", "yellow"},
    )
