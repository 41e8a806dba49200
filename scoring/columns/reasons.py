"""Why accounts stand where they stand, against their baselines: causes in points, the main ones in words.

The causes are those of `scoring.movement` from `starting_point`; they sum to the change for every account.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import numpy as np

from scoring.columns.bands import bands_of, names_of
from scoring.columns.causes import Cause, causes
from scoring.columns.ledger import Ledger
from scoring.columns.portfolio import NEVER, NONE, Ints
from scoring.wording import in_one_line, load_wording


@dataclass(frozen=True, slots=True)
class Reasons:
    """`start` is the score at the baselines, `first` the day before the first line's; `main` holds places of
    `causes`, the first of each account in the order told, `NONE` where there are fewer."""

    ledger: Ledger
    start: Ints
    first: Ints
    causes: tuple[Cause, ...]
    main: Ints

    def sentences(self, bands: Sequence[str]) -> list[str]:
        """One line for each account, the way a CSM would tell a manager; `bands` is where each stands now."""
        ledger = self.ledger
        before = bands_of(self.start, ledger.coverage, None, ledger.rulebook)
        labels = [cause.label for cause in self.causes]
        points = np.stack([cause.points for cause in self.causes] or [self.start], axis=1)
        told = np.take_along_axis(points, np.maximum(self.main, 0), axis=1) / 10
        today = date.fromordinal(ledger.day)
        days = {first: date.fromordinal(first) for first in np.unique(self.first).tolist()}
        columns = (
            ledger.members,
            self.first,
            self.start / 10,
            ledger.points / 10,
            (ledger.points - self.start) / 10,
            ledger.coverage / 10,
            self.main,
            told,
        )
        rows = zip(names_of(before, ledger.rulebook), bands, *(column.tolist() for column in columns), strict=True)
        return [
            in_one_line(
                ledger.portfolio.names[number],
                _Stood(days[first], was, start, coverage),
                _Stood(today, band, now, coverage),
                change,
                [(labels[n], size) for n, size in zip(places, sizes, strict=True) if n != NONE],
            )
            for was, band, number, first, start, now, change, coverage, places, sizes in rows
        ]


class _Stood(NamedTuple):
    day: date
    band: str
    score: float
    coverage: float


def reasons(ledger: Ledger) -> Reasons:
    start = ledger.baselines.sum(axis=1)
    found = causes(ledger)
    return Reasons(ledger, start, _first_day(ledger, found) - 1, found, _main(found, ledger.points - start))


def _first_day(ledger: Ledger, found: Sequence[Cause]) -> Ints:
    """The day of each account's earliest line, be it one that gives nothing."""
    first = np.minimum(ledger.day, ledger.capped.since)
    for cause in found:
        np.minimum(first, cause.since, out=first)
    for lines in ledger.lines:
        idle = np.flatnonzero(lines.points == 0)
        np.minimum.at(first, lines.effects.account[idle], lines.effects.since[idle])
    return first


def _main(found: Sequence[Cause], change: Ints) -> Ints:
    """The first causes that moved each score its way, in the order of `scoring.causes`: events before what is only time,
    before them what alone would do, then by size, day and rule. All that packed into one number sorts at once."""
    keys = np.full((len(change), max(len(found), load_wording().most_causes)), NEVER)
    for place, cause in enumerate(found):
        with_it = cause.points * change > 0
        decides = cause.decides & (change < 0)
        key = (np.int64(not cause.is_event) << 1 | ~decides) << _SIZE_BITS
        key = (key | ((1 << _SIZE_BITS) - 1 - np.abs(cause.points))) << _DAY_BITS
        key = (key | cause.since) << _PLACE_BITS
        keys[:, place] = np.where(with_it, key | place, NEVER)
    first = np.sort(np.partition(keys, load_wording().most_causes - 1, axis=1)[:, : load_wording().most_causes], axis=1)
    return np.where(first == NEVER, NONE, first & ((1 << _PLACE_BITS) - 1))


_SIZE_BITS, _DAY_BITS, _PLACE_BITS = 24, 22, 12
