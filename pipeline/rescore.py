"""Scores one account anew within a transaction that is open already, so that a decision and its effect are one change."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from pipeline.keeping import keep
from pipeline.snapshot import score_day, standing_of
from scoring.facts import Account
from scoring.rulebook.model import Rulebook
from store.database import Connection
from store.facts import facts_of, origins_of
from store.overrides import overrides_of
from store.snapshots import Snapshot, actions_of, snapshots_of


class Rescored(NamedTuple):
    """The account's last snapshot before, if there was one, and the one that stands now."""

    before: Snapshot | None
    after: Snapshot


def rescore(connection: Connection, rulebooks: tuple[Rulebook, ...], account: Account, today: date) -> Rescored:
    """Score the account on its last scored day, or today where that is later."""
    kept = snapshots_of(connection, account.id)
    last = kept[-1] if kept else None
    day = max(last.day, today) if last is not None else today
    history = [standing_of(s) for s in kept if s.day < day]
    facts, origins = facts_of(connection, account), origins_of(connection, account.id)
    actions, overrides = actions_of(connection, account.id), overrides_of(connection, account.id)
    scored = score_day(facts, rulebooks, day, history, origins, actions, overrides)
    keep(connection, account, scored, announce=True)
    return Rescored(last, scored.snapshot)
