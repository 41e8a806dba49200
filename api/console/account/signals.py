"""Which of an account's signals its page shows: the latest of each input, and how many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from extractor.signal import Signal
from scoring.explanation import Explanation, LineInWords, Quote
from scoring.facts import Observation

SHOWN = 5
"""Signals of an input before somebody asks for all of them."""
ROOMS = 2
"""Inputs whose signals are shown before somebody asks: a page stays small, however old the account."""


@dataclass(frozen=True, slots=True)
class ShownSignal:
    """`points` is what it gives or takes that day."""

    id: str
    label: str
    severity: int | None
    observed_at: datetime | None
    points: float
    speaker: str
    quote: str


@dataclass(frozen=True, slots=True)
class InputSignals:
    """The latest signals of one input, of `total`; none where they wait to be asked for."""

    shown: tuple[ShownSignal, ...] = ()
    total: int = 0


@dataclass(frozen=True, slots=True)
class Choice:
    """The ledger's lines that are shown, by input, with the words that the explanation itself quotes for them.

    `totals` counts the lines of every input; `unquoted` are the signals whose words only the store has.
    """

    lines: Mapping[str, Sequence[LineInWords]]
    totals: Mapping[str, int]
    quotes: Mapping[str, Quote]

    @property
    def unquoted(self) -> list[str]:
        shown = (line.signals[0] for lines in self.lines.values() for line in lines)
        return [signal for signal in shown if signal not in self.quotes]


def chosen(found: Explanation, whole: str = "") -> Choice:
    """The latest signals of the inputs that lack most points, as the ledger of that day knows them; all of `whole`."""
    fed: dict[str, list[LineInWords]] = defaultdict(list)
    for line in found.ledger:
        if line.kind == "signal" and line.signals:
            fed[line.input].append(line)
    worst = sorted((i for i in found.inputs if i.id in fed), key=lambda i: i.points - i.weight)[:ROOMS]
    shown = {i.id: sorted(fed[i.id], key=_latest_first)[:SHOWN] for i in worst if i.id != whole}
    if whole in fed:
        shown[whole] = sorted(fed[whole], key=_latest_first)
    quotes = {q.signal: q for cause in reversed(found.causes) for q in reversed(cause.evidence)}
    return Choice(shown, {name: len(lines) for name, lines in fed.items()}, quotes)


def signals_by_input(choice: Choice, observations: Iterable[Observation]) -> Mapping[str, InputSignals]:
    """What was chosen; `observations` are of the signals that the explanation does not quote."""
    known = {o.signal.id: o.signal for o in observations}
    return {
        name: InputSignals(tuple(_shown(choice, line, known) for line in choice.lines.get(name, ())), total)
        for name, total in choice.totals.items()
    }


def _shown(choice: Choice, line: LineInWords, known: Mapping[str, Signal]) -> ShownSignal:
    """What was erased since it was scored stands without words."""
    name = line.signals[0]
    if (quote := choice.quotes.get(name)) is not None:
        return ShownSignal(name, line.label, quote.severity, quote.at, line.points, quote.speaker, quote.quote)
    signal = known.get(name)
    if signal is None or not signal.evidence:
        return ShownSignal(name, line.label, None, None, line.points, "", "")
    first = signal.evidence[0]
    return ShownSignal(name, line.label, signal.severity, signal.observed_at, line.points, first.speaker, first.quote)


def _latest_first(line: LineInWords) -> tuple[int, str]:
    return -line.since.toordinal(), line.signals[0]
