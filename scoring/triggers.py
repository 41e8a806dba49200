"""Which situations hold on a day that want a play of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from scoring.facts import Account
from scoring.ledger import Score
from scoring.rulebook.model import Rulebook
from scoring.rulebook.plays import Play, Trigger


@dataclass(frozen=True, slots=True)
class Stood:
    """Where an account stood on an earlier day; `points` in tenths."""

    day: date
    band: str
    points: int


@dataclass(frozen=True, slots=True)
class Situation:
    """One account today. `history` is oldest first; `decided` the last day that somebody closed an action with a result."""

    account: Account
    score: Score
    band: str
    history: Sequence[Stood] = ()
    decided: date | None = None

    @property
    def in_band_since(self) -> date:
        since = self.score.day
        for stood in reversed(self.history):
            if stood.band != self.band:
                break
            since = stood.day
        return since

    def points_on(self, day: date) -> int | None:
        """The score as it last stood up to a day."""
        return next((s.points for s in reversed(self.history) if s.day <= day), None)


BAND_REASON = "band:"


def wanted(rulebook: Rulebook, now: Situation) -> tuple[tuple[str, Play], ...]:
    """Every reason that holds today, `band:red` or a trigger's id, with its play; the band's first."""
    band = next((b for b in rulebook.bands if b.id == now.band), None)
    own = ((f"{BAND_REASON}{band.id}", band.play),) if band is not None else ()
    return (*own, *((trigger.id, trigger.play) for trigger in triggered(rulebook, now)))


def replaced(rulebook: Rulebook, now: Situation) -> frozenset[str]:
    """Plays that must not open today: a trigger that holds asks for what they ask and more."""
    return frozenset(name for trigger in triggered(rulebook, now) for name in trigger.instead_of)


def triggered(rulebook: Rulebook, now: Situation) -> tuple[Trigger, ...]:
    """All triggers that hold; an account of which too little is known triggers none by its number."""
    return tuple(trigger for trigger in rulebook.triggers if _holds(trigger, now))


def _holds(trigger: Trigger, now: Situation) -> bool:
    points, day = now.score.points, now.score.day
    known = now.band != "unknown"
    if trigger.below is not None and not (known and points < 10 * trigger.below):
        return False
    if trigger.above is not None and not (known and points > 10 * trigger.above):
        return False
    if trigger.band is not None and trigger.band != now.band:
        return False
    return (
        _long_enough(trigger, now)
        and _near_renewal(trigger, now.account, day)
        and _moved(now.score, trigger.losing, -1)
        and _moved(now.score, trigger.gaining, 1)
        and _undecided(trigger, now)
    )


def _long_enough(trigger: Trigger, now: Situation) -> bool:
    day = now.score.day
    if trigger.for_days is not None and (day - now.in_band_since).days < trigger.for_days:
        return False
    if trigger.unimproved_for is None:
        return True
    earlier = now.points_on(day - timedelta(days=trigger.unimproved_for))
    return earlier is not None and now.score.points <= earlier


def _near_renewal(trigger: Trigger, account: Account, day: date) -> bool:
    if trigger.days_to_renewal is None:
        return True
    return account.renewal_date is not None and 0 <= (account.renewal_date - day).days <= trigger.days_to_renewal


def _moved(score: Score, rules: Sequence[str], sign: int) -> bool:
    """Whether one of the rules moves the score that way and nothing has answered it; a cap that holds takes."""
    if not rules or (sign < 0 and not set(rules).isdisjoint(score.caps)):
        return True
    return any(line.rule in rules and line.points * sign > 0 and not line.ended_by for line in score.lines)


def _undecided(trigger: Trigger, now: Situation) -> bool:
    if trigger.undecided_for is None or now.decided is None:
        return True
    return (now.score.day - now.decided).days >= trigger.undecided_for
