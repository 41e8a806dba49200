"""What was known of many accounts by the end of one day, as columns.

Rows stand in order of their account, accounts are numbers from 0. Names stand in vocabularies once, rows hold their
places in it; `NONE` marks what is missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

Ints: TypeAlias = NDArray[np.int64]
Floats: TypeAlias = NDArray[np.float64]
Bools: TypeAlias = NDArray[np.bool_]

NONE = -1
NEVER = 2**62
"""A day or moment after all others; `-NEVER` is before them."""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def moment(at: datetime) -> int:
    """Microseconds since 1970."""
    return (at - _EPOCH) // timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Signals:
    """Within an account by subject. `thread` numbers conversations; `ids` and `subjects` name each row."""

    account: Ints
    type: NDArray[np.int16]
    severity: Ints
    confidence: Floats
    said_at: Ints
    said_on: Ints
    since: Ints
    thread: Ints
    subjects: Sequence[str]
    ids: Sequence[str]


@dataclass(frozen=True, slots=True)
class Readings:
    """Within an account by day, the one that counts of several of a day last."""

    account: Ints
    metric: NDArray[np.int16]
    day: Ints
    value: Floats


@dataclass(frozen=True, slots=True)
class Interactions:
    """Within an account by time. `address` numbers people, `role` is theirs in the account."""

    account: Ints
    at: Ints
    day: Ints
    is_customer: Bools
    is_vendor: Bools
    wrote: Bools
    present: Bools
    thread: Ints
    address: Ints
    role: Ints


@dataclass(frozen=True, slots=True)
class Assessments:
    """Within an account by day, the one that counts last; `answers` has a column for each question."""

    account: Ints
    day: Ints
    answers: Ints


@dataclass(frozen=True, slots=True)
class Contracts:
    """One row for each account; `renewal` and `start` are days, `seats` a count."""

    account: Ints
    segment: Ints
    arr: Ints
    renewal: Ints
    start: Ints
    seats: Ints


@dataclass(frozen=True, slots=True)
class Portfolio:
    day: int
    ids: Sequence[str]
    names: Sequence[str]
    signals: Signals
    readings: Readings
    interactions: Interactions
    assessments: Assessments
    contracts: Contracts
    types: tuple[str, ...]
    metrics: tuple[str, ...]
    roles: tuple[str, ...]
    segments: tuple[str, ...]
    questions: tuple[str, ...]
    answers: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)

    def between(self, first: int, last: int) -> Portfolio:
        """The accounts from `first` up to `last`, as views: scoring thousands at a time keeps columns in the cache."""
        return replace(
            self,
            ids=self.ids[first:last],
            names=self.names[first:last],
            signals=_rows_of(self.signals, first, last),
            readings=_rows_of(self.readings, first, last),
            interactions=_rows_of(self.interactions, first, last),
            assessments=_rows_of(self.assessments, first, last),
            contracts=_rows_of(self.contracts, first, last),
        )


Table = TypeVar("Table", Signals, Readings, Interactions, Assessments, Contracts)


def _rows_of(table: Table, first: int, last: int) -> Table:
    begin, end = np.searchsorted(table.account, (first, last))
    columns = {f.name: getattr(table, f.name)[begin:end] for f in fields(table)}
    return type(table)(**columns | {"account": columns["account"] - first})
