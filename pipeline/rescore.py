"""Scores one account anew within a transaction that is open already, so that a decision and its effect are one change."""

from __future__ import annotations

from datetime import date
from typing import NamedTuple

from pipeline.keeping import keep
from pipeline.snapshot import Standing, first_day, score_day, standing_of
from scoring.facts import Account
from scoring.rulebook.model import Rulebook
from store.accounts import hold_account
from store.database import Connection
from store.facts import facts_of, origins_of
from store.overrides import overrides_of
from store.snapshots import Snapshot, actions_of, drop_snapshot, snapshots_of


class Rescored(NamedTuple):
    """The account's last snapshot before, if there was one, and the one that stands now."""

    before: Snapshot | None
    after: Snapshot


def rescore(connection: Connection, rulebooks: tuple[Rulebook, ...], account: Account, today: date) -> Rescored:
    """Score the account on its last scored day, or today where that is later."""
    hold_account(connection, account.id)
    kept = snapshots_of(connection, account.id)
    last = kept[-1] if kept else None
    day = max(last.day, today) if last is not None else today
    history = [standing_of(s) for s in kept if s.day < day]
    facts, origins = facts_of(connection, account), origins_of(connection, account.id)
    actions, overrides = actions_of(connection, account.id), overrides_of(connection, account.id)
    scored = score_day(facts, rulebooks, day, history, origins, actions, overrides)
    keep(connection, account, scored, announce=True)
    return Rescored(last, scored.snapshot)


def rescore_all(connection: Connection, rulebooks: tuple[Rulebook, ...], account: Account) -> int:
    """Score every day that is kept anew, oldest first, from what is known of it now; says how many there were.

    A day before anything is known any more goes.
    """
    hold_account(connection, account.id)
    kept = snapshots_of(connection, account.id)
    facts, origins = facts_of(connection, account), origins_of(connection, account.id)
    overrides = overrides_of(connection, account.id)
    began = first_day(facts)
    history: list[Standing] = []
    for snapshot in kept:
        if began is None or snapshot.day < began:
            drop_snapshot(connection, account.id, snapshot.day)
            continue
        actions, past = actions_of(connection, account.id), snapshot.day < kept[-1].day
        scored = score_day(facts, rulebooks, snapshot.day, history, origins, actions, overrides, is_past=past)
        keep(connection, account, scored)
        history.append(scored.standing)
    return len(history)
