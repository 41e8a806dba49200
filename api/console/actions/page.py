"""What the list of actions says: what is overdue first, whose it is, and what rests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from scoring.facts import Account
from store.actions import SNOOZED, Action

PAGE = 50


@dataclass(frozen=True, slots=True)
class Task:
    """A running action as of a day. One that rests until later is never overdue."""

    action: Action
    account: Account
    overdue: bool
    resting: bool


@dataclass(frozen=True, slots=True)
class ActionsPage:
    day: date
    tasks: tuple[Task, ...]
    owner: str
    owners: tuple[str, ...]
    overdue: int
    untouched: int
    total: int
    first: int
    before: int | None
    after: int | None


def task_of(action: Action, account: Account, day: date) -> Task:
    resting = action.state == SNOOZED and action.snoozed_until is not None and action.snoozed_until > day
    return Task(action, account, action.due < day and not resting, resting)


def actions_page(
    actions: Sequence[Action], accounts: Mapping[str, Account], owner: str, day: date, first: int
) -> ActionsPage:
    """Overdue first, longest first; what rests comes last."""
    wanted = [a for a in actions if not owner or a.owner == owner]
    tasks = sorted(
        (task_of(a, accounts[a.account_id], day) for a in wanted),
        key=lambda t: (t.resting, not t.overdue, t.action.due, t.account.name, t.action.id),
    )
    return ActionsPage(
        day=day,
        tasks=tuple(tasks[first : first + PAGE]),
        owner=owner,
        owners=tuple(sorted({a.owner for a in actions})),
        overdue=sum(t.overdue for t in tasks),
        untouched=sum(t.action.touched is None for t in tasks),
        total=len(tasks),
        first=first,
        before=max(first - PAGE, 0) if first else None,
        after=first + PAGE if first + PAGE < len(tasks) else None,
    )
