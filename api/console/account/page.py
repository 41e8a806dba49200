"""What an account's page says: the answer first, then what it rests on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from api.console.account.people import Person
from api.console.account.signals import InputSignals, ShownSignal
from api.console.charts.history import Event, HistoryChart, history_chart
from api.console.charts.waterfall import Bar, waterfall
from scoring.explanation import CauseInWords, Explanation, InputInWords, PlayInWords
from scoring.facts import Account, Assessment
from scoring.rulebook.model import Rulebook
from store.browse import Point
from store.snapshots import Action

MARKED = 1.0
"""Points from which a cause is marked on the chart."""
MOST_MARKS = 9
ARITHMETIC = frozenset({"aged", "coverage", "bound", "rule_change", "re_extracted"})
"""Kinds of cause that nobody did: time, missing data, bounds."""
NOTES = {
    "aged": "fading with time",
    "resolved": "answered",
    "re_extracted": "read anew",
    "late": "arrived late",
    "coverage": "data came or went",
    "bound": "limit of the scale",
    "rule_change": "rules changed",
    "reviewed": "decided by a reviewer",
}
QUOTES = 2


@dataclass(frozen=True, slots=True)
class ToldCause:
    """A cause with its number; quotes only where words caused it."""

    number: int
    cause: CauseInWords
    note: str
    quotes: int

    @property
    def small(self) -> bool:
        return abs(self.cause.points) < 0.5


@dataclass(frozen=True, slots=True)
class InputRoom:
    """One input with its share of the score and the latest signals that feed it, of `total`."""

    input: InputInWords
    signals: tuple[ShownSignal, ...]
    total: int


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the monthly assessment, with the answers the rulebook knows."""

    id: str
    label: str
    answers: tuple[str, ...]
    present: str


@dataclass(frozen=True, slots=True)
class OpenPlay:
    play: PlayInWords
    overdue: bool


@dataclass(frozen=True, slots=True)
class AccountPage:
    account: Account
    found: Explanation
    chart: HistoryChart | None
    bars: tuple[Bar, ...]
    causes: tuple[ToldCause, ...]
    inputs: tuple[InputRoom, ...]
    people: Sequence[Person]
    plays: tuple[OpenPlay, ...]
    actions: Sequence[Action]
    assessments: Sequence[Assessment]
    questions: tuple[Question, ...]
    bands: Mapping[str, str]
    last_day: date


def account_page(
    account: Account,
    found: Explanation,
    rulebook: Rulebook,
    *,
    history: Sequence[Point],
    signals: Mapping[str, InputSignals],
    people: Sequence[Person],
    actions: Sequence[Action],
    assessments: Sequence[Assessment],
) -> AccountPage:
    told = tuple(_told(n, c) for n, c in enumerate(found.causes, 1))
    latest = assessments[-1] if assessments else None
    return AccountPage(
        account=account,
        found=found,
        chart=history_chart(history, [(b.id, b.at_least) for b in rulebook.bands], _events(told)),
        bars=waterfall(found),
        causes=told,
        inputs=tuple(_room(i, signals.get(i.id, InputSignals())) for i in found.inputs),
        people=people,
        plays=tuple(OpenPlay(p, p.due < found.as_of) for p in found.plays),
        actions=list(reversed(actions)),
        assessments=list(reversed(assessments)),
        questions=tuple(
            Question(r.id, r.label, tuple(r.answers), latest.answers.get(r.id, "") if latest else "")
            for r in rulebook.assessments
        ),
        bands={b.id: b.label for b in rulebook.bands},
        last_day=history[-1].day if history else found.as_of,
    )


def _room(input: InputInWords, signals: InputSignals) -> InputRoom:
    return InputRoom(input, signals.shown, signals.total)


def _told(number: int, cause: CauseInWords) -> ToldCause:
    quotes = 0 if cause.kind in {"aged", "coverage", "bound"} else min(QUOTES, len(cause.evidence))
    return ToldCause(number, cause, NOTES.get(cause.kind, ""), quotes)


def _events(told: Sequence[ToldCause]) -> list[Event]:
    dated = [t for t in told if t.cause.kind not in ARITHMETIC and abs(t.cause.points) >= MARKED]
    return [Event(t.number, t.cause.since, t.cause.points < 0, t.cause.label) for t in dated[:MOST_MARKS]]
