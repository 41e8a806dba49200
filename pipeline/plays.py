"""Which actions a scored day opens, lets lapse, wakes and escalates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from extractor.document import content_id
from scoring.facts import Account
from scoring.rulebook.model import Rulebook
from scoring.rulebook.plays import Play
from scoring.triggers import Situation, replaced, wanted
from store.actions import DONE, SNOOZED, Action
from store.browse import Pending


@dataclass(frozen=True, slots=True)
class Turn:
    """What a day does to an account's actions; ids, but for those it opens. `missed` were left undone for too long."""

    opened: tuple[Action, ...] = ()
    closed: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    woken: tuple[str, ...] = ()
    escalated: tuple[str, ...] = ()


def turn_of_actions(now: Situation, rulebook: Rulebook, actions: Sequence[Action], causes: tuple[str, ...]) -> Turn:
    """An action opens when its reason begins to hold and lapses when it ends; never two for one reason.

    Where somebody closed one with a result and the reason still holds, the next opens only after the play's cadence:
    whoever did the work is not asked again the night after. A play that another replaces does not open, but what runs
    already runs on: nobody's work is taken away.
    """
    day = now.score.day
    holding, kept_back = dict(wanted(rulebook, now)), replaced(rulebook, now)
    running = [a for a in actions if a.is_running(day)]
    lapsed = tuple(a.id for a in running if a.reason not in holding)
    missed = tuple(a.id for a in running if a.id not in lapsed and _is_missed(a, holding, day))
    running = [a for a in running if a.id not in missed]
    opened = tuple(
        _opened(now.account, now.band, reason, play, day, causes)
        for reason, play in holding.items()
        if play.id not in kept_back
        and not any(a.reason == reason for a in running)
        and not _rests(actions, reason, play, day)
    )
    left = [a for a in running if a.id not in lapsed]
    asleep = {a.id for a in left if is_resting(a, day)}
    woken = tuple(a.id for a in left if a.state == SNOOZED and a.id not in asleep)
    late = tuple(a.id for a in left if a.id not in asleep and a.escalated is None and a.due < day)
    return Turn(opened, lapsed, missed, woken, late)


def is_resting(action: Action | Pending, day: date) -> bool:
    """Whether somebody put it off until after the day."""
    return action.state == SNOOZED and action.snoozed_until is not None and action.snoozed_until > day


def last_decided(actions: Iterable[Action], day: date) -> date | None:
    """The last day up to `day` that somebody closed an action with a result."""
    return max((a.closed for a in actions if a.state == DONE and a.closed and a.closed <= day), default=None)


def _is_missed(action: Action, holding: Mapping[str, Play], day: date) -> bool:
    """A habit that nobody touched for a whole period past its due day; a snoozed one has said why it waits."""
    over = action.due + timedelta(days=action.every_days)
    return holding[action.reason].recurs and action.touched is None and action.state != SNOOZED and day > over


def _rests(actions: Iterable[Action], reason: str, play: Play, day: date) -> bool:
    ends = [a.closed for a in actions if a.reason == reason and a.state == DONE and a.closed is not None]
    return any(day < end + timedelta(days=play.every_days) for end in ends)


def _opened(account: Account, band: str, reason: str, play: Play, day: date, causes: tuple[str, ...]) -> Action:
    return Action(
        id=content_id([account.id, reason, day.isoformat()]),
        account_id=account.id,
        play=play.id,
        label=play.label,
        band=band,
        owner=account.owner if play.owner == "csm" else play.owner,
        opened=day,
        due=day + timedelta(days=play.due_days),
        opened_by=causes,
        reason=reason,
        every_days=play.every_days,
        steps=play.steps,
        overdue=play.overdue,
    )
