"""How many tickets stood open for long on a day, from when each was opened and closed and never from its last status."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

OPEN_LONG = "open_tickets_over_14d"
"""The metric that tickets give where nobody measures it."""
LONG = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Ticket:
    """When a ticket was opened and closed, as an export of `known_at` told it; None: as was known from the start.

    `closed` is None while it was open. An export that says closed and not when has been closed by its last update.
    """

    key: str
    opened: datetime
    closed: datetime | None = None
    known_at: datetime | None = None


def known_tickets(tickets: Iterable[Ticket], moment: datetime) -> list[Ticket]:
    """Each ticket opened by the moment, as it was last told until then; oldest first."""
    latest: dict[str, Ticket] = {}
    for ticket in sorted(tickets, key=lambda t: t.known_at or _BEGINNING):
        if ticket.opened <= moment and (ticket.known_at is None or ticket.known_at <= moment):
            latest[ticket.key] = ticket
    return sorted(latest.values(), key=lambda t: (t.opened, t.key))


def open_long(tickets: Iterable[Ticket], day: date) -> tuple[int, date] | None:
    """How many stood open for more than 14 days at the day's end, and the day that tells it; None without tickets.

    That none is open is known from the last thing that happened to one, and ages like any reading; an open one is
    known today.
    """
    end = datetime.combine(day, time.max, tzinfo=UTC)
    known = known_tickets(tickets, end)
    if not known:
        return None
    if any(t.closed is None or t.closed > end for t in known):
        return sum((t.closed is None or t.closed > end) and end - t.opened > LONG for t in known), day
    return 0, max(t.closed for t in known if t.closed is not None).date()


_BEGINNING = datetime.min.replace(tzinfo=UTC)
