"""What the list of actions says: what is overdue first, whose it is, and what rests."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from api.acting import Step
from pipeline.acting import is_overdue
from pipeline.plays import is_resting
from scoring.facts import Account
from store.actions import Action
from store.browse import Pending

PAGE = 50
DID = {
    Step.START: "Begun.",
    Step.NOTE: "Noted.",
    Step.SNOOZE: "It rests until then.",
    Step.DONE: "Closed with its result.",
}
"""What is said once a step is taken."""


@dataclass(frozen=True, slots=True)
class Task:
    """A running action as of a day. One that rests until later is never overdue.

    `band` is the account's on that day, which may no longer be the one that the action was opened in; empty where it
    was not scored.
    """

    action: Action
    account: Account
    band: str
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


def task_of(action: Action, account: Account, band: str, day: date) -> Task:
    return Task(action, account, band, is_overdue(action, day), is_resting(action, day))


def by_urgency(pending: Iterable[Pending], owner: str, day: date) -> list[Pending]:
    """Overdue first, longest first; what rests comes last."""
    wanted = (p for p in pending if not owner or p.owner == owner)
    return sorted(wanted, key=lambda p: (is_resting(p, day), not is_overdue(p, day), p.due, p.account, p.id))


def actions_page(
    pending: Sequence[Pending],
    wanted: Sequence[Pending],
    shown: Sequence[tuple[Action, Account, str]],
    owner: str,
    day: date,
    first: int,
) -> ActionsPage:
    """`wanted` are those of the owner asked for, `shown` those of one page, with account and band."""
    return ActionsPage(
        day=day,
        tasks=tuple(task_of(*of_one, day) for of_one in shown),
        owner=owner,
        owners=tuple(sorted({p.owner for p in pending})),
        overdue=sum(is_overdue(p, day) for p in wanted),
        untouched=sum(p.touched is None for p in wanted),
        total=len(wanted),
        first=first,
        before=max(first - PAGE, 0) if first else None,
        after=first + PAGE if first + PAGE < len(wanted) else None,
    )
