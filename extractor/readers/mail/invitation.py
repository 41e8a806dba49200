"""Calendar invitations and answers (iCalendar): who was asked, who accepted, declined or was tentative."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from icalendar import Calendar

from extractor.document import Document, Participant, Role, Source, Took, Turn, compose
from extractor.readers.encoding import checked, plain_newlines
from extractor.readers.limits import CALENDAR_CHARACTERS
from extractor.readers.outcome import Obstacle, UnreadableError

_TOOK = {"ACCEPTED": Took.ACCEPTED, "DECLINED": Took.DECLINED, "TENTATIVE": Took.TENTATIVE}
_MOST_ATTENDEES = 2000
CALENDAR_NOTE = "calendar "
"""Begins the note on a mail that a calendar wrote: `calendar request`, `calendar reply`, `calendar cancel`."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """A meeting as the invitation or the answer names it; `method` is REQUEST, REPLY, CANCEL, … in upper case."""

    method: str
    uid: str
    summary: str
    starts: datetime | None
    participants: tuple[Participant, ...]
    description: str = ""

    def as_text(self) -> str:
        when = self.starts.isoformat(" ", "minutes") if self.starts else ""
        return "\n".join(line for line in (self.summary, when, self.description) if line)


def read_invitation(text: str) -> Invitation | None:
    """The first event of an iCalendar text; None where it holds none or is broken beyond reading."""
    if len(text) > CALENDAR_CHARACTERS:
        return None
    try:
        calendar = Calendar.from_ical(text)
        event = next(iter(calendar.walk("VEVENT")), None)
        if event is None:
            return None
        return Invitation(
            method=str(calendar.get("METHOD", "")).upper(),
            uid=str(event.get("UID", "")),
            summary=str(event.get("SUMMARY", "")).strip(),
            starts=_starts(event),
            participants=tuple(_participants(event)),
            description=str(event.get("DESCRIPTION", "")).strip(),
        )
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError, OverflowError):
        return None


def _starts(event: Any) -> datetime | None:
    field = event.get("DTSTART")
    value = getattr(field, "dt", None)
    if isinstance(value, datetime):
        return value if value.tzinfo is not None else value.replace(tzinfo=UTC)
    return datetime(value.year, value.month, value.day, tzinfo=UTC) if isinstance(value, date) else None


def _participants(event: Any) -> Iterable[Participant]:
    attendees = event.get("ATTENDEE", [])
    listed = attendees if isinstance(attendees, list) else [attendees]
    organizer = event.get("ORGANIZER")
    if organizer is not None:
        yield _participant(organizer, Took.ACCEPTED)
    for attendee in listed[:_MOST_ATTENDEES]:
        status = str(attendee.params.get("PARTSTAT", "")).upper()
        yield _participant(attendee, _TOOK.get(status, Took.RECEIVED))


def _participant(field: Any, took: Took) -> Participant:
    address = str(field).strip().lower().removeprefix("mailto:")
    known = address if "@" in address else None
    return Participant(str(field.params.get("CN", "")) or address, known, Role.UNKNOWN, took)


def invitation_document(text: str, origin: str) -> Document:
    """The document of a calendar file on its own. Raises UnreadableError where it holds no event."""
    invitation = read_invitation(plain_newlines(text))
    if invitation is None:
        raise UnreadableError(f"{origin}: no readable event in it; export the invitation again", Obstacle.NO_TEXT)
    host = invitation.participants[0] if invitation.participants else Participant("", None, Role.UNKNOWN, Took.RECEIVED)
    return compose(
        [Turn(checked(invitation.as_text(), origin), host.name, at=invitation.starts, address=host.address)],
        source=Source.EMAIL,
        key=f"meeting:{invitation.uid or origin}",
        title=invitation.summary,
        participants=invitation.participants,
        origin=origin,
        notes=(f"{CALENDAR_NOTE}{invitation.method.lower() or 'file'}",),
    )
