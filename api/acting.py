"""What somebody does about an action: checked, kept, told to the audit log, and the account scored at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from api.problems import InvalidError, NotFoundError
from api.visit import Visit
from pipeline import acting
from pipeline.rescore import rescore
from scoring.facts import Account
from store.actions import Action, action_named


class Step(StrEnum):
    """What can be done about an action."""

    START = "start"
    NOTE = "note"
    SNOOZE = "snooze"
    DONE = "done"


@dataclass(frozen=True, slots=True)
class Taken:
    """A step with its words: the note, why it can wait, or what came of it. `until` is of a snooze only."""

    step: Step
    words: str = ""
    until: date | None = None


def action_seen(visit: Visit, action_id: str) -> tuple[Action, Account]:
    """Raises NotFoundError alike for no action and for one of an account of others."""
    action = action_named(visit.connection, action_id)
    account = visit.account_seen(action.account_id) if action is not None else None
    if action is None or account is None:
        raise NotFoundError(f"no action {action_id!r}; /actions lists yours")
    return action, account


def act(visit: Visit, action_id: str, taken: Taken) -> Action:
    """Raises NotFoundError as `action_seen`, InvalidError for a step amiss."""
    visit.caller.must("act")
    action, account = action_seen(visit, action_id)
    try:
        _take(visit, action, taken)
    except acting.ActionError as error:
        raise InvalidError(str(error)) from error
    if taken.step is not Step.NOTE:
        rescore(visit.connection, visit.app.rulebooks, account, visit.today)
    visit.note(f"action_{taken.step}", action.id, account=account.id)
    return action


def _take(visit: Visit, action: Action, taken: Taken) -> None:
    where = visit.connection, action, visit.today
    who = visit.caller.name
    match taken.step:
        case Step.START:
            acting.start(*where, who, taken.words)
        case Step.NOTE:
            acting.note(*where, who, taken.words)
        case Step.SNOOZE:
            if taken.until is None:
                raise acting.ActionError("a snooze needs the day it ends")
            acting.snooze(*where, taken.until, who, taken.words)
        case Step.DONE:
            acting.finish(*where, who, taken.words)
