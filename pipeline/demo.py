"""The main job on the shipped portfolio: ten months of raw exports, a score for every week, one account in red."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from pipeline.answers import portfolio_on, why
from pipeline.intake import take_in
from pipeline.lookup import WrongInputError
from pipeline.nightly import Progress, days_between, nightly
from pipeline.portfolio import PortfolioRow
from pipeline.wiring import App
from scoring.explanation import Explanation
from store.accounts import last_reading_day
from store.database import Database
from store.documents import period_of_documents
from store.snapshots import snapshots_on

SAMPLES = Path(__file__).resolve().parent.parent / "samples" / "portfolio"
EVERY = 7


@dataclass(frozen=True, slots=True)
class Demo:
    day: date
    rows: Sequence[PortfolioRow]
    explanation: Explanation


def run_demo(app: App, advance: Progress) -> Demo:
    """Ingest, run every week of the period, answer for the account that turned red and fell furthest."""
    if not SAMPLES.is_dir():
        raise WrongInputError(f"{SAMPLES}: the sample portfolio is missing; run from a checkout of the repository")
    take_in(app, [SAMPLES], progress=advance)
    first, last = period(app.database)
    nightly(app.database, app.rulebooks, app.detector(), days_between(first, last, EVERY), advance)
    return Demo(
        last, portfolio_on(app.database, last), why(app.database, app.rulebooks, turned_red(app.database), last, None)
    )


def period(database: Database) -> tuple[date, date]:
    """From the week after the first document to the last day that anything speaks of."""
    with database.reading() as connection:
        spoken = period_of_documents(connection)
        measured = last_reading_day(connection)
    if spoken is None:
        raise WrongInputError("nothing was ingested, so there is no period to score")
    first, last = (moment.date() for moment in spoken)
    return first + timedelta(days=EVERY), max(last, measured or last)


def turned_red(database: Database) -> str:
    """Of the accounts that stand in red, the one that fell furthest; without one, the lowest."""
    with database.reading() as connection:
        now = snapshots_on(connection)
    red = [s for s in now if s.band == "red"]
    return min(red or now, key=lambda s: (s.explanation["change"], s.points)).account_id
