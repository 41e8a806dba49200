"""The ranked queue over all accounts: who stands where, what moved, what is due."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.plays import is_resting
from scoring.facts import Account
from store.actions import Action
from store.standings import DayStanding

CHANGE_OVER = 28
"""Days over which the portfolio shows a change."""
_URGENCY = {"red": 0, "yellow": 1, "unknown": 2, "green": 3}
_SOON = 180
"""Days to renewal from which on an account counts once; nearer ones count up to three times."""


@dataclass(frozen=True, slots=True)
class PortfolioRow:
    """One account in the queue; scores in points, `change` None where there is no snapshot four weeks earlier.

    `next_play` is the running one due first of those that nobody put off; `rests_until` where all are put off.
    """

    account_id: str
    name: str
    segment: str
    owner: str
    arr: int
    currency: str
    day: date
    band: str
    score: float
    low: float
    high: float
    coverage: float
    change: float | None
    days_to_renewal: int | None
    sentence: str
    next_play: str | None
    due: date | None
    divergent: bool = False
    rests_until: date | None = None

    def is_overdue(self, day: date) -> bool:
        """The same as of the action itself: what rests until later is not."""
        return self.due is not None and self.due < day and (self.rests_until is None or self.rests_until <= day)


def portfolio(
    accounts: Sequence[Account],
    now: Mapping[str, DayStanding],
    earlier: Mapping[str, DayStanding],
    actions: Mapping[str, Sequence[Action]],
) -> list[PortfolioRow]:
    """Rows by urgency: worst band first, within it points at risk × revenue × closeness of renewal."""
    rows = [
        _row(account, now[account.id], earlier.get(account.id), actions.get(account.id, ()))
        for account in accounts
        if account.id in now
    ]
    return sorted(rows, key=lambda r: urgency(r.band, r.score, r.arr, r.days_to_renewal, r.name))


def urgency(band: str, score: float, arr: int, days_to_renewal: int | None, name: str) -> tuple[int, float, str]:
    """What a queue is sorted by; `score` in points."""
    days = days_to_renewal if days_to_renewal is not None else _SOON
    closeness = 1 + 2 * max(0.0, min(1.0, (_SOON - max(days, 0)) / _SOON))
    return _URGENCY.get(band, 2), -(100 - score) * arr * closeness, name


def earlier_day(day: date) -> date:
    return day - timedelta(days=CHANGE_OVER)


def _row(account: Account, now: DayStanding, earlier: DayStanding | None, actions: Sequence[Action]) -> PortfolioRow:
    running = (a for a in actions if a.is_running(now.day))
    first = min(running, key=lambda a: (is_resting(a, now.day), a.due), default=None)
    return PortfolioRow(
        account_id=account.id,
        name=account.name,
        segment=account.segment,
        owner=account.owner,
        arr=account.arr,
        currency=account.currency,
        day=now.day,
        band=now.band,
        score=now.points / 10,
        low=now.low / 10,
        high=now.high / 10,
        coverage=now.coverage / 10,
        change=(now.points - earlier.points) / 10 if earlier is not None and earlier.day < now.day else None,
        days_to_renewal=(account.renewal_date - now.day).days if account.renewal_date else None,
        sentence=now.sentence,
        next_play=first.label if first else None,
        due=first.due if first else None,
        divergent=now.divergent,
        rests_until=first.snoozed_until if first and is_resting(first, now.day) else None,
    )
