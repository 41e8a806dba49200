"""Google Meet's API: transcript entries with moments, joined with the participants where these stand beside them.

Source: Meet's REST reference (conferenceRecords.transcripts.entries, conferenceRecords.participants).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any

from extractor.document import Document
from extractor.readers.calls.transcript import Call, Person, Utterance, call_document
from extractor.readers.fields import Json, object_of, objects_of, parse_iso, text_of

_USERS = ("signedinUser", "anonymousUser", "phoneUser")


def is_meet(data: Any) -> bool:
    return any("participant" in e and "startTime" in e and "text" in e for e in _entries(object_of(data))[:1])


def read_meet(data: Json, call: Call, origin: str) -> Document:
    """The call begins with the first entry where nothing else says when. Raises UnreadableError."""
    entries = _entries(data)
    begun = [at for entry in entries if (at := parse_iso(entry.get("startTime")))]
    started = call.started_at or min(begun, default=None)
    record = next((_after(text_of(e.get("name")), "conferenceRecords") for e in entries), "")
    known = replace(
        call,
        id=call.id if call.named or not record else record,
        started_at=started,
        people=(*call.people, *_people(data)),
        named=call.named or bool(record),
    )
    named = {person.key for person in known.people}
    said = (
        Utterance(
            _speaker(text_of(e.get("participant")), named),
            text_of(e.get("text")),
            _seconds(started, e.get("startTime")),
            _seconds(started, e.get("endTime")),
        )
        for e in entries
    )
    return call_document(known, said, origin)


def _entries(data: Json) -> list[Json]:
    return objects_of(data.get("transcriptEntries")) or objects_of(data.get("entries"))


def _people(data: Json) -> Iterator[Person]:
    for participant in objects_of(data.get("participants")):
        user = next((object_of(participant.get(kind)) for kind in _USERS if participant.get(kind)), {})
        key = text_of(participant.get("name"))
        if name := text_of(user.get("displayName")):
            yield Person(name, key=key or None)


def _speaker(resource: str, named: set[str | None]) -> str:
    number = _after(resource, "participants")
    return resource if resource in named or not number else f"Participant {number}"


def _after(resource: str, collection: str) -> str:
    """The id that follows a collection's name in a resource name: `conferenceRecords/ID/…`."""
    parts = resource.split("/")
    return parts[parts.index(collection) + 1] if collection in parts[:-1] else ""


def _seconds(started: datetime | None, moment: Any) -> float | None:
    at = parse_iso(moment)
    return None if at is None or started is None else max(0.0, (at - started).total_seconds())
