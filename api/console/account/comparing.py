"""Which earlier day the account's page compares with: the last other band, or the day that the reader names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlencode

from api.console.shown import day
from api.visit import Visit
from pipeline.answers import why_of
from pipeline.lookup import WrongInputError
from scoring.explanation import Explanation
from scoring.facts import Account

AGO = {"a week before": 7, "4 weeks before": 28, "a quarter before": 91}


@dataclass(frozen=True, slots=True)
class Earlier:
    """A day to compare with; `link` is None where the page does."""

    label: str
    link: str | None


@dataclass(frozen=True, slots=True)
class Compared:
    """What a page says of the comparison. `query` is what its own links keep; `note` why a day was not taken."""

    since: date | None
    latest: date
    query: str
    choices: tuple[Earlier, ...]
    note: str = ""


def compared_with(
    visit: Visit, account: Account, stored: Explanation, as_of: date | None, since: date | None
) -> tuple[Explanation, Compared]:
    """The stored explanation, or the movement since the day asked for, where one was scored by then."""
    found, note = stored, ""
    if since is not None:
        try:
            found = why_of(visit.connection, visit.app.rulebooks, account, as_of, since)
        except WrongInputError:
            note = f"Nothing earlier than {day(stored.as_of)} was scored by {day(since)}; this compares with {day(stored.since)}."
            since = None
    choices = tuple(_choices(stored.as_of, as_of, since))
    return found, Compared(since, stored.as_of - timedelta(days=1), _query(as_of, since), choices, note)


def _choices(last: date, as_of: date | None, since: date | None) -> Iterator[Earlier]:
    yield Earlier("the last other band", f"?{_query(as_of, None)}" if since else None)
    for label, days in AGO.items():
        before = last - timedelta(days=days)
        yield Earlier(label, f"?{_query(as_of, before)}" if before != since else None)


def _query(as_of: date | None, since: date | None) -> str:
    return urlencode({name: value for name, value in (("as_of", as_of), ("since", since)) if value})
