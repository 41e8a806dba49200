"""JSON of any kind: the first recogniser that knows the shape reads it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from extractor.document import Document
from extractor.readers.calls.gong import is_gong, read_gong
from extractor.readers.encoding import decode
from extractor.readers.fields import load_json
from extractor.readers.limits import JSON_BYTES, MIB, read_bytes
from extractor.readers.outcome import Obstacle, Unread, UnreadableError
from extractor.readers.tickets import zendesk

Item = Document | Unread


@dataclass(frozen=True, slots=True)
class Shape:
    """One export format: how to know it and how to read it."""

    name: str
    known: Callable[[Any], bool]
    read: Callable[[Any, str], Iterator[Item]]


def _one(reader: Callable[[Any, str], Item]) -> Callable[[Any, str], Iterator[Item]]:
    def read(data: Any, origin: str) -> Iterator[Item]:
        yield reader(data, origin)

    return read


SHAPES: tuple[Shape, ...] = (
    Shape("Gong", is_gong, read_gong),
    Shape("Zendesk ticket", zendesk.is_ticket, _one(zendesk.read_line)),
    Shape("Zendesk page", zendesk.is_page, zendesk.read_page),
)


def read_json(path: Path, origin: str, own_domains: frozenset[str] = frozenset()) -> Iterator[Item]:  # noqa: ARG001
    """One JSON document; where it turns out to be one per line, each line. Raises UnreadableError."""
    text = decode(read_bytes(path, JSON_BYTES)).text
    first, _, rest = text.strip().partition("\n")
    if first.rstrip().endswith("}") and rest.lstrip().startswith("{"):
        yield from read_ndjson(path, origin)
        return
    yield from read_value(load_json(text, origin), origin)


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
                yield from _read_line(line, place)


def _read_line(line: bytes, place: str) -> Iterator[Item]:
    try:
        value = load_json(decode(line).text, place)
        yield from read_value(value, place)
    except UnreadableError as error:
        yield Unread(place, error.reason, str(error))


def read_value(value: Any, origin: str) -> Iterator[Item]:
    """Documents of one JSON value; a list is read item by item."""
    shape = next((s for s in SHAPES if s.known(value)), None)
    if shape is not None:
        yield from shape.read(value, origin)
    elif isinstance(value, list) and value and any(s.known(item) for item in value for s in SHAPES):
        for number, item in enumerate(value, 1):
            yield from read_value(item, f"{origin}#{number}")
    else:
        known = ", ".join(s.name for s in SHAPES)
        yield Unread(origin, Obstacle.NOT_A_CONVERSATION, f"{origin}: JSON of no known export ({known})")
