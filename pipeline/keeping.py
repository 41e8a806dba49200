"""Keeps what a scored day came to, in the transaction that is open: snapshot, actions, and what others must hear of."""

from __future__ import annotations

from pipeline.alerts import announcements
from pipeline.snapshot import Scored
from scoring.facts import Account
from store.actions import OPEN, add_event, change_action, close_actions, open_action
from store.database import Connection
from store.outbox import enqueue
from store.snapshots import put_snapshot


def keep(connection: Connection, account: Account, scored: Scored, *, announce: bool = False) -> int:
    """Says how many actions it opened; `announce` puts crossings and new actions into the outbox as well."""
    day = scored.snapshot.day
    put_snapshot(connection, scored.snapshot)
    close_actions(connection, scored.turn.closed, day)
    for action_id in scored.turn.woken:
        change_action(connection, action_id, state=OPEN, snoozed_until=None)
        add_event(connection, action_id, day, "whyred", "woken", "the snooze is over")
    for action_id in scored.turn.escalated:
        change_action(connection, action_id, escalated=day)
        add_event(connection, action_id, day, "whyred", "escalated", "overdue")
    opened = [a for a in scored.turn.opened if open_action(connection, a)]
    if announce:
        enqueue(connection, announcements(connection, account, scored, opened))
    return len(opened)
