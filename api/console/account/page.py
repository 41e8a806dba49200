"""What an account's page says: the answer first, then what it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from api.console.account.signals import InputSignals, ShownSignal
from api.console.actions.page import Task, task_of
from api.console.charts.history import Event, HistoryChart, history_chart
from api.console.charts.waterfall import Bar, waterfall
from pipeline.people import Person
from scoring.explanation import CauseInWords, Explanation, InputInWords, LineInWords, Quote
from scoring.facts import Account, Assessment
from scoring.rulebook.model import Rulebook
from scoring.rulebook.segments import rules_for
from scoring.wording import load_wording
from store.actions import Action, ActionEvent
from store.browse import Paper, Point
from store.overrides import Override

MARKED = 1.0
"""Points from which a cause is marked on the chart."""
ARITHMETIC = frozenset({"aged", "amplified", "coverage", "bound", "rule_change", "re_extracted"})
"""Kinds of cause that nobody did: time, missing data, bounds."""
QUOTES = 2
TOLD = 9
"""Causes told in full before somebody asks for all of them, the largest: as many as the chart marks."""
SMALL = 0.5
"""Points under which a cause is only counted in."""
PAPERS = 8
MOST_PAPERS = 60


@dataclass(frozen=True, slots=True)
class ToldCause:
    """A cause with its number and the first quotes for it, of `quoted`; `brief` where one line has to do."""

    number: int
    cause: CauseInWords
    note: str
    quotes: tuple[Quote, ...]
    quoted: int
    brief: bool


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
    """An action that runs, with what people did about it so far."""

    task: Task
    events: tuple[ActionEvent, ...]


@dataclass(frozen=True, slots=True)
class AccountPage:
    account: Account
    found: Explanation
    chart: HistoryChart | None
    unmarked: tuple[int, ...]
    bars: tuple[Bar, ...]
    causes: tuple[ToldCause, ...]
    briefly: tuple[ToldCause, ...]
    more_causes: bool
    inputs: tuple[InputRoom, ...]
    caps: tuple[LineInWords, ...]
    hysteresis: float
    people: Sequence[Person]
    plays: tuple[OpenPlay, ...]
    actions: Sequence[Action]
    assessments: Sequence[Assessment]
    questions: tuple[Question, ...]
    bands: tuple[str, ...]
    overrides: Sequence[Override]
    papers: Sequence[Paper]
    more_papers: bool
    paragraph: str
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
    events: Mapping[str, Sequence[ActionEvent]],
    assessments: Sequence[Assessment],
    overrides: Sequence[Override],
    papers: Sequence[Paper],
    day: date,
    whole: str = "",
) -> AccountPage:
    """`day` is the one on which an action is due or overdue: today, or the day that is looked back at.

    `whole` names what is told to its end: `causes`, `papers`, or an input.
    """
    told = tuple(_told_causes(found.causes, whole == "causes"))
    most = MOST_PAPERS if whole == "papers" else PAPERS
    latest = assessments[-1] if assessments else None
    chart = history_chart(history, [(b.id, b.at_least) for b in rulebook.bands], _events(told))
    marked = {mark.number for mark in chart.marks} if chart else set()
    return AccountPage(
        account=account,
        found=found,
        chart=chart,
        unmarked=tuple(t.number for t in told if not t.brief and t.number not in marked),
        bars=waterfall(found, [t.number for t in told if not t.brief]),
        causes=tuple(t for t in told if not t.brief),
        briefly=tuple(t for t in told if t.brief),
        more_causes=any(t.brief and abs(t.cause.points) >= SMALL for t in told),
        inputs=tuple(_room(i, signals.get(i.id, InputSignals())) for i in found.inputs),
        caps=tuple(line for line in found.ledger if not line.input and line.points),
        hysteresis=rules_for(rulebook, account).hysteresis,
        people=people,
        plays=tuple(_open_plays(account, found.after.band, actions, events, day)),
        actions=list(reversed(actions)),
        assessments=list(reversed(assessments)),
        questions=tuple(
            Question(r.id, r.label, tuple(r.answers), latest.answers.get(r.id, "") if latest else "")
            for r in rulebook.assessments
        ),
        bands=tuple(b.id for b in rulebook.bands),
        overrides=list(reversed(overrides)),
        papers=papers[:most],
        more_papers=len(papers) > most,
        paragraph=found.paragraph.removeprefix(found.sentence).strip(),
        last_day=history[-1].day if history else found.as_of,
    )


def _room(input: InputInWords, signals: InputSignals) -> InputRoom:
    return InputRoom(input, signals.shown, signals.total)


def _open_plays(
    account: Account, band: str, actions: Sequence[Action], events: Mapping[str, Sequence[ActionEvent]], day: date
) -> Iterator[OpenPlay]:
    """From the actions themselves, not from the stored explanation: people change them between two nightly runs."""
    tasks = [task_of(a, account, band, day) for a in actions if a.is_running(day)]
    for task in sorted(tasks, key=lambda t: (t.resting, t.action.due, t.action.id)):
        yield OpenPlay(task, tuple(e for e in events.get(task.action.id, ()) if e.kind != "opened" and e.day <= day))


def _told_causes(causes: Sequence[CauseInWords], whole: bool) -> Iterator[ToldCause]:
    """In the order given. Quotes only where words caused it; the largest causes in full, or all that are not small."""
    by_size = sorted(range(len(causes)), key=lambda place: -abs(causes[place].points))
    notes = load_wording().notes
    large = frozenset(by_size if whole else by_size[:TOLD])
    for place, cause in enumerate(causes):
        quotes = () if cause.kind in {"aged", "coverage", "bound"} else cause.evidence
        brief = abs(cause.points) < SMALL or place not in large
        shown = quotes if whole else quotes[:QUOTES]
        yield ToldCause(place + 1, cause, notes.get(cause.kind, ""), shown, len(quotes), brief)


def _events(told: Sequence[ToldCause]) -> list[Event]:
    """Of what is told in full, what somebody did and weighs enough; the largest, as many as the chart has room for."""
    dated = [t for t in told if not t.brief and t.cause.kind not in ARITHMETIC and abs(t.cause.points) >= MARKED]
    largest = sorted(dated, key=lambda t: -abs(t.cause.points))[:TOLD]
    return [Event(t.number, t.cause.since, t.cause.points < 0, t.cause.label) for t in largest]
