"""Meetings as Microsoft Graph hands them out: `event` with its attendees' answers, and the mails that carry an answer.

Both are laid out as iCalendar again, so that everything after is the same as for an invitation in a mail. Sources:
Graph's reference of event, attendee, responseStatus, eventMessage and eventMessageResponse.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from icalendar import Calendar, Event, vCalAddress
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from extractor.document import Document
from extractor.readers.fields import Json, object_of, objects_of, parse_iso, text_of
from extractor.readers.html import render
from extractor.readers.mail.invitation import invitation_document

_ANSWERS = {
    "organizer": "ACCEPTED",
    "accepted": "ACCEPTED",
    "tentativelyaccepted": "TENTATIVE",
    "declined": "DECLINED",
    "meetingaccepted": "ACCEPTED",
    "meetingtenativelyaccepted": "TENTATIVE",
    "meetingtentativelyaccepted": "TENTATIVE",
    "meetingdeclined": "DECLINED",
}
"""`responseStatus.response` and `meetingMessageType`; Graph itself spells `meetingTenativelyAccepted` so."""
_METHODS = {"meetingrequest": "REQUEST", "meetingcancelled": "CANCEL"}


def is_event(data: Any) -> bool:
    return isinstance(data, dict) and "emailAddress" in object_of(data.get("organizer")) and "start" in data


def read_event(data: Json, origin: str) -> Document:
    """Raises UnreadableError where it says nothing that can be read."""
    return invitation_document(
        _laid_out(data, "CANCEL" if data.get("isCancelled") is True else "", _people(data)), origin
    )


def calendar_part(mail: Json) -> str | None:
    """The iCalendar text that a meeting's mail stands for; None for any other mail."""
    kind = text_of(mail.get("meetingMessageType")).lower()
    answer = _ANSWERS.get(text_of(mail.get("responseType")).lower()) or _ANSWERS.get(kind)
    event = object_of(mail.get("event"))
    if answer is None and kind not in _METHODS:
        return None
    sender = object_of(mail.get("from")) or object_of(mail.get("sender"))
    if answer is not None:
        people = [("attendee", sender, answer)]
    else:
        invited = [*objects_of(mail.get("toRecipients")), *objects_of(mail.get("ccRecipients"))]
        people = [("organizer", sender, ""), *(("attendee", person, "NEEDS-ACTION") for person in invited)]
    start = mail.get("startDateTime") or event.get("start")
    meeting = {"subject": mail.get("subject"), "start": start, "iCalUId": event.get("iCalUId")}
    return _laid_out(meeting, _METHODS.get(kind, "REPLY"), people)


def _people(event: Json) -> Iterator[tuple[str, Json, str]]:
    organizer = object_of(event.get("organizer"))
    host = _address(organizer)
    yield "organizer", organizer, ""
    for attendee in objects_of(event.get("attendees")):
        answer = text_of(object_of(attendee.get("status")).get("response")).lower()
        if _address(attendee) != host:
            yield "attendee", attendee, _ANSWERS.get(answer, "NEEDS-ACTION")


def _laid_out(meeting: Json, method: str, people: Iterable[tuple[str, Json, str]]) -> str:
    event = Event()
    event.add("uid", text_of(meeting.get("iCalUId")) or text_of(meeting.get("id")))
    event.add("summary", text_of(meeting.get("subject")))
    starts = _moment(object_of(meeting.get("start")))
    if starts is not None:
        event.add("dtstart", starts.astimezone(UTC))
    body = object_of(meeting.get("body"))
    words = text_of(body.get("content"))
    if words:
        event.add("description", render(words).text if text_of(body.get("contentType")).lower() == "html" else words)
    for field, person, answer in people:
        if _address(person):
            entry = vCalAddress(f"mailto:{_address(person)}")
            entry.params["CN"] = text_of(object_of(person.get("emailAddress")).get("name")).replace('"', "'")
            if answer:
                entry.params["PARTSTAT"] = answer
            event.add(field, entry)
    calendar = Calendar()
    if method:
        calendar.add("method", method)
    calendar.add_component(event)
    return str(calendar.to_ical().decode("utf-8", "replace"))


def _address(person: Json) -> str:
    return text_of(object_of(person.get("emailAddress")).get("address")).lower()


def _moment(value: Json) -> datetime | None:
    """`dateTime` is a clock in `timeZone`, which Graph names as Windows does, or as everybody else."""
    at = parse_iso(value.get("dateTime"))
    name = text_of(value.get("timeZone")) or "UTC"
    try:
        zone = ZoneInfo(WINDOWS_TO_OLSON.get(name, name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return at
    return at.replace(tzinfo=zone) if at is not None else None
