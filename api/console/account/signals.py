"""Which of an account's signals its page shows: the latest of each input, and how many there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from api.evidence import summed
from extractor.signal import Signal
from extractor.taxonomy import load_taxonomy
from scoring.explanation import Explanation
from scoring.facts import Observation

SHOWN = 5
"""Signals of an input before somebody asks for all of them: a page stays under 100 kB, however old the account."""


@dataclass(frozen=True, slots=True)
class ShownSignal:
    """`points` is what it gives or takes that day; None where it has faded."""

    id: str
    label: str
    severity: int
    observed_at: datetime | None
    points: float | None
    speaker: str
    quote: str


@dataclass(frozen=True, slots=True)
class InputSignals:
    """The latest signals of one input, of `total`."""

    shown: tuple[ShownSignal, ...] = ()
    total: int = 0


def signals_by_input(
    observations: Iterable[Observation], found: Explanation, whole: str = ""
) -> Mapping[str, InputSignals]:
    """The latest signals of each input with what they give or take; all of the input `whole`."""
    points = summed((line.points, line.signals) for line in found.ledger if line.kind == "signal")
    types = load_taxonomy().by_id
    signals: dict[str, list[Signal]] = defaultdict(list)
    for observation in observations:
        signals[types[observation.signal.type].input].append(observation.signal)
    return {
        name: InputSignals(
            tuple(
                _shown(signal, types[signal.type].label, points.get(signal.id))
                for signal in sorted(every, key=_latest_first)[: None if name == whole else SHOWN]
            ),
            len(every),
        )
        for name, every in signals.items()
    }


def _shown(signal: Signal, label: str, points: float | None) -> ShownSignal:
    first = signal.evidence[0] if signal.evidence else None
    return ShownSignal(
        id=signal.id,
        label=label,
        severity=signal.severity,
        observed_at=signal.observed_at,
        points=points,
        speaker=first.speaker if first else "",
        quote=first.quote if first else "",
    )


def _latest_first(signal: Signal) -> tuple[bool, float, str]:
    at = signal.observed_at
    return (at is None, -at.timestamp() if at else 0.0, signal.id)
