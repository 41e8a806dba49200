"""What was known of many accounts, laid out the way rules ask for it; `scoring.known` for columns."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from scoring.columns.places import last_in
from scoring.columns.portfolio import NEVER, NONE, Bools, Floats, Ints, Portfolio


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table that could be seen, and whose they are, counted among the members."""

    row: Ints
    account: Ints

    def only(self, chosen: Bools) -> Rows:
        return Rows(self.row[chosen], self.account[chosen])


class Latest(NamedTuple):
    """Values with the days they were read; not a number, and `-NEVER`, for an account without one."""

    value: Floats
    day: Ints


class Known:
    """The facts of `members`, accounts of the portfolio that stand under the same rules."""

    def __init__(self, portfolio: Portfolio, members: Ints) -> None:
        self.portfolio, self.day, self.members = portfolio, portfolio.day, members
        self.size = len(members)
        self._place: Ints | None = None
        if self.size < len(portfolio):
            self._place = np.full(len(portfolio), NONE, dtype=np.int64)
            self._place[members] = np.arange(self.size)
        self._latest: dict[tuple[str, float, bool], Ints] = {}
        self._readings: dict[tuple[str, int], Latest] = {}

    def _of_members(self, account: Ints) -> Rows:
        """The rows of a table that are the members', given whose each is."""
        if self._place is None:
            return Rows(np.arange(len(account)), account)
        place = self._place[account]
        row = np.flatnonzero(place != NONE)
        return Rows(row, place[row])

    @cached_property
    def _by_type(self) -> list[Rows]:
        """The signals of each type of the portfolio; within it by account, then by subject."""
        signals = self.portfolio.signals
        own = self._of_members(signals.account)
        return _split(own, signals.type[own.row], len(self.portfolio.types))

    def said(self, type: str) -> Rows:
        """The signals of one type; none of a type that nobody ever used."""
        types = self.portfolio.types
        return self._by_type[types.index(type)] if type in types else NOTHING

    def latest(self, type: str, sure_from: float, *, in_thread: bool) -> Ints:
        """When a signal of the type was last said, and surely, in each account or conversation: with severity 3, then of
        them all again with at least 2, then with any."""
        key = type, sure_from, in_thread
        if key not in self._latest:
            self._latest[key] = self._last_said_at(type, sure_from, in_thread=in_thread)
        return self._latest[key]

    def _last_said_at(self, type: str, sure_from: float, *, in_thread: bool) -> Ints:
        signals, rows = self.portfolio.signals, self.said(type)
        rows = rows.only(signals.confidence[rows.row] >= sure_from)
        group = signals.thread[rows.row] - self._first_thread if in_thread else rows.account
        groups = self._threads if in_thread else self.size
        latest = np.full(3 * groups, -NEVER, dtype=np.int64)
        np.maximum.at(latest, (3 - signals.severity[rows.row]) * groups + group, signals.said_at[rows.row])
        for with_graver in (1, 2):
            milder = latest[with_graver * groups : (with_graver + 1) * groups]
            np.maximum(milder, latest[(with_graver - 1) * groups : with_graver * groups], out=milder)
        return latest

    @cached_property
    def _first_thread(self) -> int:
        return int(self.portfolio.signals.thread.min(initial=NEVER))

    @cached_property
    def _threads(self) -> int:
        return int(self.portfolio.signals.thread.max(initial=NONE)) - self._first_thread + 1

    def thread_of(self, rows: Rows) -> Ints:
        """The conversation of signals, as `latest` counts it."""
        return self.portfolio.signals.thread[rows.row] - self._first_thread

    @cached_property
    def _by_metric(self) -> list[Rows]:
        table = self.portfolio.readings
        own = self._of_members(table.account)
        return _split(own, table.metric[own.row], len(self.portfolio.metrics))

    def reading(self, metric: str, until: int) -> Latest:
        """Each account's latest reading up to and including a day."""
        key = metric, until
        if key not in self._readings:
            self._readings[key] = self._latest_reading(metric, until)
        return self._readings[key]

    def _latest_reading(self, metric: str, until: int) -> Latest:
        table, metrics = self.portfolio.readings, self.portfolio.metrics
        rows = self._by_metric[metrics.index(metric)] if metric in metrics else NOTHING
        last = last_in(rows.only(table.day[rows.row] <= until), self.size)
        read = np.flatnonzero(last != NONE)
        value, day = np.full(self.size, np.nan), np.full(self.size, -NEVER)
        value[read], day[read] = table.value[last[read]], table.day[last[read]]
        return Latest(value, day)

    @cached_property
    def interactions(self) -> Rows:
        return self._of_members(self.portfolio.interactions.account)

    @cached_property
    def present(self) -> Rows:
        return self.interactions.only(self.portfolio.interactions.present[self.interactions.row])

    def last_heard(self, roles: Iterable[str]) -> Ints:
        """Each account's row of the last time that a contact in these roles wrote, spoke or attended."""
        wanted = np.array([*(role in set(roles) for role in self.portfolio.roles), False])  # the last is that of `NONE`
        role = self.portfolio.interactions.role[self.present.row]
        return last_in(self.present.only(wanted[role]), self.size)

    @cached_property
    def assessment(self) -> Ints:
        """Each account's row of the latest assessment."""
        return last_in(self._of_members(self.portfolio.assessments.account), self.size)

    @cached_property
    def days_to_renewal(self) -> Ints:
        """`NEVER` without a date of renewal."""
        renewal = self.portfolio.contracts.renewal[self.members]
        return np.where(renewal == NONE, NEVER, renewal - self.day)


NOTHING = Rows(np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64))


def _split(rows: Rows, kind: NDArray[np.int16], kinds: int) -> list[Rows]:
    """The rows of each kind, in their order; sorting by such short numbers takes one pass for each of their bytes."""
    order = np.argsort(kind, kind="stable")
    row, account = rows.row[order], rows.account[order]
    ends = np.cumsum(np.bincount(kind, minlength=kinds)).tolist()
    return [Rows(row[first:last], account[first:last]) for first, last in zip([0, *ends], ends, strict=False)]
