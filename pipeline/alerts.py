"""What others must hear of a scored day: band crossings, opened actions, overdue ones. Slack can show it as it is."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from pipeline.snapshot import Scored
from pipeline.trends import StructuralAlert
from scoring.facts import Account
from store.actions import Action, actions_of
from store.database import Connection
from store.outbox import Announcement

CROSSED, OPENED, OVERDUE, STRUCTURAL = "band_crossed", "action_opened", "action_overdue", "portfolio_structural"


def announcements(
    connection: Connection, account: Account, scored: Scored, opened: Sequence[Action]
) -> list[Announcement]:
    late = [a for a in actions_of(connection, account.id) if a.id in scored.turn.escalated]
    return [*_crossing(account, scored), *(_told(account, a, OPENED) for a in opened), *_overdue(account, late, scored)]


def structural(alert: StructuralAlert, leaders: str) -> Announcement:
    """Dated on the quarter's first day, so that it is told once a quarter."""
    quarter = alert.day.replace(month=3 * ((alert.day.month - 1) // 3) + 1, day=1)
    where = "; ".join(f"{g.by} {g.name} {g.moved} of {g.accounts}" for g in alert.groups[:3])
    text = f"{len(alert.moved)} of {alert.accounts} accounts left the best band within a quarter ({alert.share:.0%})"
    content = {"owner": leaders, "text": f"{text}: {where}" if where else text}
    return Announcement(STRUCTURAL, "", quarter, content)


def _crossing(account: Account, scored: Scored) -> Iterator[Announcement]:
    before, now = scored.band_before, scored.snapshot
    if before is None or before == now.band:
        return
    content = {
        **_about(account),
        "text": now.explanation["sentence"],
        "paragraph": now.explanation["paragraph"],
        "band_before": before,
        "band": now.band,
        "score": now.points / 10,
    }
    yield Announcement(CROSSED, account.id, now.day, content)


def _told(account: Account, action: Action, kind: str) -> Announcement:
    because = f" Opened by: {', '.join(action.opened_by).lower()}." if action.opened_by else ""
    content = {
        **_about(account),
        "text": f"{account.name}: {action.label}, {action.owner}, due {action.due.isoformat()}.{because}",
        "action": action.id,
        "reason": action.reason,
        "play": action.play,
        "action_owner": action.owner,
        "due": action.due.isoformat(),
        "steps": list(action.steps),
    }
    return Announcement(kind, account.id, action.opened, content)


def _overdue(account: Account, late: Sequence[Action], scored: Scored) -> Iterator[Announcement]:
    for action in late:
        content = {
            **_about(account),
            "text": f"{account.name}: {action.label} was due {action.due.isoformat()}. {action.overdue}.",
            "action": action.id,
            "action_owner": action.owner,
        }
        yield Announcement(OVERDUE, account.id, scored.snapshot.day, content)


def _about(account: Account) -> dict[str, Any]:
    return {"account": account.id, "name": account.name, "owner": account.owner}
