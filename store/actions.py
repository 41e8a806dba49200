"""Keeps what was opened for an account, what people did about it, and how it ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, insert, select, update

from store.database import of_account, put
from store.tables import action_events, actions

_OF_ACCOUNT = of_account(actions, actions.c.opened, actions.c.id)
_EVENTS_OF_ACCOUNT = (
    select(action_events)
    .join(actions, actions.c.id == action_events.c.action_id)
    .where(actions.c.account_id == bindparam("account"))
    .order_by(action_events.c.action_id, action_events.c.number)
)
OPEN, WORKING, SNOOZED, DONE, LAPSED, MISSED = "open", "in_progress", "snoozed", "done", "lapsed", "missed"
"""States. `DONE` was closed by a person with a result, `LAPSED` by the account: what opened it no longer holds.
`MISSED` is a recurring one that nobody touched until the next was due."""


@dataclass(frozen=True, slots=True)
class Action:
    """A play opened for an account, for one `reason` (`band:red` or a trigger's id), with the causes that opened it.

    `touched` is the first day that a person did anything about it; `escalated` the day it became overdue.
    """

    id: str
    account_id: str
    play: str
    label: str
    band: str
    owner: str
    opened: date
    due: date
    opened_by: tuple[str, ...]
    closed: date | None = None
    reason: str = ""
    every_days: int = 0
    steps: tuple[str, ...] = ()
    overdue: str = ""
    state: str = OPEN
    snoozed_until: date | None = None
    escalated: date | None = None
    touched: date | None = None
    result: str = ""

    def is_running(self, day: date) -> bool:
        return self.opened <= day and (self.closed is None or self.closed > day)

    @property
    def is_of_band(self) -> bool:
        """Whether the account's band opened it, rather than a trigger."""
        return self.reason.startswith("band:")

    @property
    def days_to_touch(self) -> int | None:
        """Days from the opening to the first thing a person did: the time to intervene."""
        return (self.touched - self.opened).days if self.touched else None


@dataclass(frozen=True, slots=True)
class ActionEvent:
    """What happened to an action: `opened`, `note`, `started`, `snoozed`, `woken`, `escalated`, `done`, `lapsed`, `missed`."""

    action_id: str
    number: int
    day: date
    author: str
    kind: str
    text: str


def open_action(connection: Connection, action: Action) -> bool:
    """False where it exists already, or another for the same reason is open."""
    if open_for(connection, action.account_id, action.reason) is not None:
        return False
    row = {name: getattr(action, name) for name in Action.__slots__}
    row |= {"opened_by": list(action.opened_by), "steps": list(action.steps)}
    if put(connection, actions, [row]) == 0:
        return False
    add_event(connection, action.id, action.opened, "whyred", "opened", ", ".join(action.opened_by))
    return True


def open_for(connection: Connection, account_id: str, reason: str) -> Action | None:
    where = actions.c.account_id == account_id, actions.c.reason == reason, actions.c.closed.is_(None)
    row = connection.execute(select(actions).where(*where)).first()
    return action_from(row) if row is not None else None


def close_actions(connection: Connection, ids: Iterable[str], day: date) -> None:
    """Close what no longer holds; nobody needs to do anything about it any more."""
    for action_id in ids:
        change_action(connection, action_id, state=LAPSED, closed=day)
        add_event(connection, action_id, day, "whyred", "lapsed", "what opened it no longer holds")


def miss_actions(connection: Connection, ids: Iterable[str], day: date) -> None:
    for action_id in ids:
        change_action(connection, action_id, state=MISSED, closed=day)
        add_event(connection, action_id, day, "whyred", "missed", "nobody touched it before the next was due")


def change_action(connection: Connection, action_id: str, **values: Any) -> None:
    connection.execute(update(actions).where(actions.c.id == action_id).values(**values))


def touch_action(connection: Connection, action: Action, day: date) -> None:
    """Remember the first day that a person did anything about it."""
    where = actions.c.id == action.id, actions.c.touched.is_(None)
    connection.execute(update(actions).where(*where).values(touched=max(day, action.opened)))


def add_event(connection: Connection, action_id: str, day: date, author: str, kind: str, text: str) -> None:
    """As the last of the action, whose account is held."""
    last = connection.execute(
        select(func.max(action_events.c.number)).where(action_events.c.action_id == action_id)
    ).scalar()
    number = 0 if last is None else last + 1
    row = {"action_id": action_id, "number": number, "day": day, "author": author, "kind": kind, "text": text}
    connection.execute(insert(action_events).values(row))


def events_of(connection: Connection, action_id: str) -> list[ActionEvent]:
    query = select(action_events).where(action_events.c.action_id == action_id).order_by(action_events.c.number)
    return [
        ActionEvent(row.action_id, row.number, row.day, row.author, row.kind, row.text)
        for row in connection.execute(query)
    ]


def events_for(connection: Connection, account_id: str) -> dict[str, list[ActionEvent]]:
    """What happened to each action of an account, oldest first."""
    found: dict[str, list[ActionEvent]] = {}
    for row in connection.execute(_EVENTS_OF_ACCOUNT, {"account": account_id}):
        event = ActionEvent(row.action_id, row.number, row.day, row.author, row.kind, row.text)
        found.setdefault(row.action_id, []).append(event)
    return found


def action_named(connection: Connection, action_id: str) -> Action | None:
    row = connection.execute(select(actions).where(actions.c.id == action_id)).first()
    return action_from(row) if row is not None else None


def actions_of(connection: Connection, account_id: str) -> list[Action]:
    return [action_from(row) for row in connection.execute(_OF_ACCOUNT, {"account": account_id})]


def all_actions(connection: Connection) -> list[Action]:
    return [action_from(row) for row in connection.execute(select(actions).order_by(actions.c.due, actions.c.id))]


def actions_beginning(connection: Connection, start: str) -> list[Action]:
    """Actions whose id begins so, with or without the algorithm's name."""
    wanted = start if ":" in start else f"sha256:{start}"
    query = select(actions).where(actions.c.id.startswith(wanted, autoescape=True))
    return [action_from(row) for row in connection.execute(query.order_by(actions.c.id))]


def action_from(row: Row[Any]) -> Action:
    content = {name: getattr(row, name) for name in Action.__slots__}
    return Action(**content | {"opened_by": tuple(row.opened_by), "steps": tuple(row.steps)})
