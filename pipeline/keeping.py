"""Keeps what a scored day came to, in the transaction that is open: snapshot, actions, and what others must hear of."""

from __future__ import annotations

from datetime import date

from pipeline.alerts import announcements, structural
from pipeline.snapshot import Scored
from pipeline.trends import QUARTER, structural_alert
from scoring.facts import Account
from scoring.rulebook.model import Rulebook
from store.accounts import all_accounts
from store.actions import OPEN, add_event, change_action, close_actions, miss_actions, open_action
from store.copies import put_copies
from store.database import Connection
from store.outbox import enqueue, was_announced
from store.snapshots import put_snapshot, snapshots_on

LEADERS = "leadership"
"""Whom a receiver without addresses of its own cannot reach: name them in its `to`."""


def keep(connection: Connection, account: Account, scored: Scored, *, announce: bool = False) -> int:
    """Says how many actions it opened; `announce` puts crossings and new actions into the outbox as well."""
    day = scored.snapshot.day
    put_snapshot(connection, scored.snapshot)
    if scored.copies is not None:
        put_copies(connection, account.id, scored.copies)
    close_actions(connection, scored.turn.closed, day)
    miss_actions(connection, scored.turn.missed, day)
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


def announce_structure(connection: Connection, rulebook: Rulebook, day: date) -> bool:
    """Tell the leaders, once a quarter, when a tenth of the portfolio left the best band within a quarter."""
    now, before = ({s.account_id: s for s in snapshots_on(connection, then)} for then in (day, day - QUARTER))
    alert = structural_alert(all_accounts(connection), before, now, rulebook, (day - QUARTER, day))
    told = structural(alert, LEADERS)
    if not alert.is_structural or was_announced(connection, told.kind, told.day):
        return False
    return enqueue(connection, [told]) == 1
