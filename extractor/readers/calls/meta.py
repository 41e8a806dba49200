"""The data beside a transcript file: `NAME.meta.json`, or what the file's own name says."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from extractor.document import Role
from extractor.readers.calls.meeting import meeting_of, meta_paths, moment_in_name
from extractor.readers.calls.transcript import Call, Person
from extractor.readers.encoding import decode, plain_newlines
from extractor.readers.fields import load_json, parse_iso, text_of
from extractor.readers.limits import MIB, TRANSCRIPT_BYTES, TRANSCRIPT_LINES, read_bytes
from extractor.readers.outcome import Obstacle, UnreadableError

_SIDE = {True: Role.CUSTOMER, False: Role.VENDOR}


def transcript_text(path: Path) -> str:
    """The decoded file. Raises UnreadableError where it has more bytes or lines than a meeting can have."""
    text = plain_newlines(decode(read_bytes(path, TRANSCRIPT_BYTES)).text)
    lines = text.count("\n")
    if lines > TRANSCRIPT_LINES:
        raise UnreadableError(
            f"{path.name}: {lines} lines, at most {TRANSCRIPT_LINES} are read; split the recording", Obstacle.TOO_LARGE
        )
    return text


def call_of(path: Path) -> Call:
    """Raises UnreadableError where the meta file beside the transcript is no JSON object."""
    beside = next((p for p in meta_paths(path) if p.is_file()), None)
    if beside is None:
        return Call(path.stem, title=path.stem, started_at=moment_in_name(path.name), meeting=meeting_of(path))
    data = load_json(decode(read_bytes(beside, MIB)).text, beside.name)
    if not isinstance(data, dict):
        raise UnreadableError(f"{beside.name}: needs a JSON object with id and participants", Obstacle.BROKEN_JSON)
    return call_from_meta(data, path)


def call_from_meta(data: Mapping[str, Any], path: Path) -> Call:
    started = data.get("started_at") or data.get("start_time")
    return Call(
        id=text_of(data.get("id")) or path.stem,
        title=text_of(data.get("title") or data.get("topic")),
        started_at=parse_iso(started) or moment_in_name(path.name),
        account_hint=text_of(data.get("account_id")) or None,
        people=tuple(people_of(data.get("participants"))),
        named=bool(text_of(data.get("id"))),
        meeting=meeting_of(path),
    )


def people_of(listed: Any) -> Iterable[Person]:
    for entry in listed if isinstance(listed, list) else ():
        if isinstance(entry, str):
            yield Person(entry)
        elif isinstance(entry, dict) and (name := text_of(entry.get("name")) or text_of(entry.get("email"))):
            external = entry.get("external")
            yield Person(
                name=name,
                address=text_of(entry.get("email")).lower() or None,
                job_title=text_of(entry.get("job_title") or entry.get("title")) or None,
                role=_SIDE[external] if isinstance(external, bool) else Role.UNKNOWN,
            )
