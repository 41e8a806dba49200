"""The ledgers of many accounts under the same rules on one day, as columns; `scoring.ledger` for columns.

Every amount is in whole tenths, as there. What a rule does to all accounts stands together; `lines_of` gathers the
ledger of one account.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

import numpy as np

from scoring.columns.effects import Effects
from scoring.columns.portfolio import NONE, Bools, Ints, Portfolio
from scoring.ledger import WHOLE, Line
from scoring.rulebook.model import Cap, InputCap, Rulebook
from scoring.score import baseline_label, bound_label


@dataclass(frozen=True, slots=True)
class Lines:
    """One rule's lines: its effects on the accounts for which its input counts, and the points they give or take."""

    effects: Effects
    points: Ints


@dataclass(frozen=True, slots=True)
class Capped:
    """Caps in order of severity. `holds` has a column for each; `rule` is the one that lowers a score, or `NONE`.

    `points` is what it takes, `signal` the row of the signal it stands on (`NONE` for a cap on an input), `deciding`
    marks the rows of signals that alone keep their account from a better band.
    """

    rules: tuple[Cap | InputCap, ...]
    holds: Bools
    rule: Ints
    points: Ints
    since: Ints
    signal: Ints
    deciding: Bools


@dataclass(frozen=True, slots=True)
class Ledger:
    """`members` are numbers of accounts of the portfolio; every other column has their order.

    `weights`, `baselines`, `bounds` and `given` have a column for each input; `bounds` is what an edge of the input
    took back. An input counts where its weight is not 0.
    """

    portfolio: Portfolio
    rulebook: Rulebook
    day: int
    members: Ints
    weights: Ints
    fed: Bools
    baselines: Ints
    lines: tuple[Lines, ...]
    bounds: Ints
    given: Ints
    capped: Capped
    points: Ints
    low: Ints
    high: Ints
    coverage: Ints

    def __len__(self) -> int:
        return len(self.members)

    def lines_of(self, place: int) -> tuple[Line, ...]:
        """The lines of one member, in the order of `scoring.score`; what an account manager reads about each (`detail`,
        `ended_by`) is empty: a single account's answer comes from there."""
        return tuple(self._lines_of(place))

    def _lines_of(self, place: int) -> Iterator[Line]:
        day = date.fromordinal(self.day)
        for n, item in enumerate(self.rulebook.inputs):
            if not self.weights[place, n]:
                continue
            start = 10 * item.baseline
            yield Line(
                "baseline", "baseline", item.id, "", baseline_label(item), start, int(self.baselines[place, n]), day
            )
            own = [
                line for lines in self.lines if lines.effects.name.input == item.id for line in self._of(lines, place)
            ]
            yield from sorted(own, key=lambda line: (line.kind, line.rule, line.subject))
            taken = int(self.bounds[place, n])
            if taken:
                level = start + sum(line.level for line in own)
                back = min(max(level, 0), WHOLE) - level
                yield Line("bound", "bound", item.id, "", bound_label(item, taken), back, taken, day)
        yield from self._cap_of(place)

    def _of(self, lines: Lines, place: int) -> Iterator[Line]:
        found, signals = lines.effects, self.portfolio.signals
        first, last = np.searchsorted(found.account, (place, place + 1))
        for n in range(first, last):
            row = int(found.signal[n])
            ids = (str(signals.ids[row]),) if row != NONE else ()
            name = found.name
            subject = name.subject or str(signals.subjects[row])
            since = date.fromordinal(int(found.since[n]))
            yield Line(
                name.rule,
                name.kind,
                name.input,
                subject,
                name.label,
                int(found.level[n]),
                int(lines.points[n]),
                since,
                signals=ids,
            )

    def _cap_of(self, place: int) -> Iterator[Line]:
        capped = self.capped
        if capped.rule[place] == NONE:
            return
        rule, row = capped.rules[capped.rule[place]], int(capped.signal[place])
        ids = (str(self.portfolio.signals.ids[row]),) if row != NONE else ()
        subject = rule.input if isinstance(rule, InputCap) else str(self.portfolio.signals.subjects[row])
        since = date.fromordinal(int(capped.since[place]))
        yield Line(rule.id, "cap", "", subject, rule.label, 0, int(capped.points[place]), since, signals=ids)
