"""What people do about actions: start, note, snooze with a reason, close with a result; and how long it took them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import median

from pipeline.plays import is_resting
from store.accounts import hold_account
from store.actions import (
    DONE,
    MISSED,
    SNOOZED,
    WORKING,
    Action,
    action_named,
    actions_beginning,
    add_event,
    change_action,
    touch_action,
)
from store.browse import Pending
from store.database import Connection


class ActionError(ValueError):
    """An action that does not exist or cannot take this step; the message names it and the remedy."""


@dataclass(frozen=True, slots=True)
class TimeToIntervene:
    """Days from an action's opening to the first thing a person did; `untouched` are still waiting, `missed` never were."""

    actions: int
    touched: int
    untouched: int
    overdue: int
    missed: int
    median_days: float | None


def is_overdue(action: Action | Pending, day: date) -> bool:
    """One that rests until later never is."""
    return action.due < day and not is_resting(action, day)


def find_action(connection: Connection, start: str) -> Action:
    """By the beginning of its id. Raises ActionError where none or several begin so."""
    found = actions_beginning(connection, start)
    if len(found) == 1:
        return found[0]
    if not found:
        raise ActionError(f"no action begins with {start!r}; `whyred actions list` shows them")
    raise ActionError(f"{len(found)} actions begin with {start!r}; give more of the id")


def note(connection: Connection, action: Action, day: date, author: str, text: str) -> None:
    said = _said(text, "a note")
    _held(connection, action)
    touch_action(connection, action, day)
    add_event(connection, action.id, day, author, "note", said)


def start(connection: Connection, action: Action, day: date, author: str, text: str = "") -> None:
    _must_run(_held(connection, action))
    touch_action(connection, action, day)
    change_action(connection, action.id, state=WORKING, snoozed_until=None)
    add_event(connection, action.id, day, author, "started", text.strip())


def snooze(connection: Connection, action: Action, day: date, until: date, author: str, reason: str) -> None:
    """It neither escalates nor nags until then; why is asked for, because a snooze without one is a no."""
    _must_run(_held(connection, action))
    why = _said(reason, "a snooze")
    if until <= day:
        raise ActionError(f"snooze until {until}: lies not after {day}; name a later day")
    touch_action(connection, action, day)
    change_action(connection, action.id, state=SNOOZED, snoozed_until=until)
    add_event(connection, action.id, day, author, "snoozed", f"until {until.isoformat()}: {why}")


def finish(connection: Connection, action: Action, day: date, author: str, result: str) -> None:
    _must_run(_held(connection, action))
    outcome = _said(result, "a result")
    touch_action(connection, action, day)
    change_action(connection, action.id, state=DONE, closed=day, result=outcome, snoozed_until=None)
    add_event(connection, action.id, day, author, "done", outcome)


def time_to_intervene(actions: Iterable[Action], day: date) -> TimeToIntervene:
    known = [a for a in actions if a.opened <= day]
    days = [a.days_to_touch for a in known if a.days_to_touch is not None]
    running = [a for a in known if a.is_running(day)]
    return TimeToIntervene(
        actions=len(known),
        touched=len(days),
        untouched=sum(a.touched is None for a in running),
        overdue=sum(a.due < day and a.state != SNOOZED for a in running),
        missed=sum(a.state == MISSED for a in known),
        median_days=float(median(days)) if days else None,
    )


@dataclass(frozen=True, slots=True)
class Intervened:
    """Time to intervene of one group of actions: `by` a play or an owner."""

    by: str
    name: str
    figures: TimeToIntervene


def intervened_by(actions: Iterable[Action], day: date) -> list[Intervened]:
    """For each play and each owner, the slowest first; those that nobody has touched yet stand last."""
    known = [a for a in actions if a.opened <= day]
    groups = [("play", sorted({a.play for a in known})), ("owner", sorted({a.owner for a in known}))]
    found = [
        Intervened(by, name, time_to_intervene((a for a in known if getattr(a, by) == name), day))
        for by, names in groups
        for name in names
    ]
    return sorted(
        found, key=lambda i: (i.by, -(i.figures.median_days if i.figures.median_days is not None else -1), i.name)
    )


def _held(connection: Connection, action: Action) -> Action:
    """As it stands now, which nobody else changes any more before the transaction ends."""
    hold_account(connection, action.account_id)
    found = action_named(connection, action.id)
    if found is None:
        raise ActionError(f"action {action.id[7:19]} is no longer kept; its account was erased")
    return found


def _must_run(action: Action) -> None:
    if action.closed is not None:
        raise ActionError(f"action {action.id[7:19]} was closed on {action.closed}; notes can still be added")


def _said(text: str, what: str) -> str:
    if not text.strip():
        raise ActionError(f"{what} needs words; say it in a sentence")
    return text.strip()
