"""JSON of any kind: the first recogniser that knows the shape reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from extractor.document import Document
from extractor.readers.calls import speech
from extractor.readers.calls.gong import is_gong, read_gong
from extractor.readers.calls.meet import is_meet, read_meet
from extractor.readers.calls.meta import call_of
from extractor.readers.calls.transcribe import is_transcribe, read_transcribe
from extractor.readers.calls.transcript import Call
from extractor.readers.encoding import decode
from extractor.readers.fields import load_json
from extractor.readers.limits import JSON_BYTES, MIB, read_bytes
from extractor.readers.mail import mailbox_api
from extractor.readers.outcome import Obstacle, Unread, UnreadableError
from extractor.readers.tickets import freshdesk, hubspot, intercom, jira, salesforce, zendesk

Item = Document | Unread
_TRIED = 20
"""Items of a list that are looked at to know whether it is a list of conversations."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a JSON value stands: its file, and its origin within that."""

    path: Path
    origin: str

    def call(self) -> Call:
        """What is known of a call from beside the file; calls in one file get ids of their own."""
        call = call_of(self.path)
        part = self.origin.partition("#")[2]
        return replace(call, id=f"{call.id}#{part}", named=False) if part else call


Reader = Callable[[Any, Place], Iterator[Item]]


@dataclass(frozen=True, slots=True)
class Shape:
    """One export format: how to know it and how to read it."""

    name: str
    known: Callable[[Any], bool]
    read: Reader


def _one(reader: Callable[[Any, str], Item]) -> Reader:
    def read(data: Any, place: Place) -> Iterator[Item]:
        yield reader(data, place.origin)

    return read


def _many(reader: Callable[[Any, str], Iterator[Item]]) -> Reader:
    return lambda data, place: reader(data, place.origin)


def _call(reader: Callable[[Any, Call, str], Document]) -> Reader:
    def read(data: Any, place: Place) -> Iterator[Item]:
        yield reader(data, place.call(), place.origin)

    return read


def _fireflies(data: Any, place: Place) -> Iterator[Item]:
    transcripts = speech.fireflies(data)
    for number, transcript in enumerate(transcripts, 1):
        here = place if len(transcripts) == 1 else Place(place.path, f"{place.origin}#{number}")
        try:
            yield speech.read_fireflies(transcript, here.call(), here.origin)
        except UnreadableError as error:
            yield error.at(here.origin)


SHAPES: tuple[Shape, ...] = (
    Shape("Gong", is_gong, _many(read_gong)),
    Shape("Fireflies", lambda data: bool(speech.fireflies(data)), _fireflies),
    Shape("AWS Call Analytics", speech.is_aws, _call(speech.read_aws)),
    Shape("AWS Transcribe", is_transcribe, _call(read_transcribe)),
    Shape("Google Meet", is_meet, _call(read_meet)),
    Shape("Deepgram", speech.is_deepgram, _call(speech.read_deepgram)),
    Shape("AssemblyAI", speech.is_assemblyai, _call(speech.read_assemblyai)),
    Shape("Whisper", speech.is_whisper, _call(speech.read_whisper)),
    Shape("Intercom conversation", intercom.is_conversation, _one(intercom.read_conversation)),
    Shape("Intercom page", intercom.is_list, _many(intercom.read_list)),
    Shape("Freshdesk", freshdesk.is_ticket, _one(freshdesk.read_ticket)),
    Shape("Jira issue", jira.is_issue, _one(jira.read_issue)),
    Shape("Jira search", jira.is_search, _many(jira.read_search)),
    Shape("Salesforce case", salesforce.is_case, _one(salesforce.read_case)),
    Shape("Salesforce answer", salesforce.is_answer, _many(salesforce.read_answer)),
    Shape(
        "HubSpot object", lambda data: hubspot.is_object(data) or hubspot.is_engagement(data), _one(hubspot.read_one)
    ),
    Shape("HubSpot page", hubspot.is_page, _many(hubspot.read_page)),
    Shape(
        "Gmail or Graph mail",
        mailbox_api.is_item,
        _one(mailbox_api.read_one),
    ),
    Shape("Gmail or Graph page", mailbox_api.is_page, _many(mailbox_api.read_page)),
    Shape("Zendesk ticket", zendesk.is_ticket, _one(zendesk.read_line)),
    Shape("Zendesk page", zendesk.is_page, _many(zendesk.read_page)),
)


def read_json(path: Path, origin: str, own_domains: frozenset[str] = frozenset()) -> Iterator[Item]:  # noqa: ARG001
    """One JSON document; where it turns out to be one per line, each line. Raises UnreadableError."""
    text = decode(read_bytes(path, JSON_BYTES)).text
    first, _, rest = text.strip().partition("\n")
    if first.rstrip().endswith("}") and rest.lstrip().startswith("{"):
        yield from read_ndjson(path, origin)
        return
    yield from read_value(load_json(text, origin), Place(path, origin))


def read_ndjson(path: Path, origin: str, own_domains: frozenset[str] = frozenset()) -> Iterator[Item]:  # noqa: ARG001
    """One conversation a line; a line that cannot be read is set aside and the rest goes on."""
    with path.open("rb") as stream:
        number = 0
        while line := stream.readline(JSON_BYTES + 1):
            number += 1
            place = f"{origin}#{number}"
            if len(line) > JSON_BYTES:
                while line and not line.endswith(b"\n"):
                    line = stream.readline(JSON_BYTES)
                yield Unread(place, Obstacle.TOO_LARGE, f"{place}: line larger than {JSON_BYTES // MIB} MiB; split it")
            elif line.strip():
                yield from _read_line(line, Place(path, place))


def _read_line(line: bytes, place: Place) -> Iterator[Item]:
    try:
        yield from read_value(load_json(decode(line).text, place.origin), place)
    except UnreadableError as error:
        yield error.at(place.origin)


def read_value(value: Any, place: Place) -> Iterator[Item]:
    """Documents of one JSON value; a list is read item by item."""
    shape = next((s for s in SHAPES if s.known(value)), None)
    if shape is not None:
        try:
            yield from shape.read(value, place)
        except RecursionError as error:
            raise UnreadableError(f"{place.origin}: nested too deep; export it again", Obstacle.BROKEN_JSON) from error
    elif isinstance(value, list) and any(s.known(item) for item in value[:_TRIED] for s in SHAPES):
        for number, item in enumerate(value, 1):
            yield from _read_item(item, Place(place.path, f"{place.origin}#{number}"))
    else:
        known = ", ".join(s.name for s in SHAPES)
        yield Unread(place.origin, Obstacle.NOT_A_CONVERSATION, f"{place.origin}: JSON of no known export ({known})")


def _read_item(item: Any, place: Place) -> Iterator[Item]:
    try:
        yield from read_value(item, place)
    except UnreadableError as error:
        yield error.at(place.origin)
