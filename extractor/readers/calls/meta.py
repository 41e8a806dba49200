"""The data beside a transcript file: `NAME.meta.json`, or what the file's own name says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from extractor.document import Role
from extractor.readers.calls.transcript import Call, Person
from extractor.readers.encoding import decode, plain_newlines
from extractor.readers.fields import load_json, parse_iso, text_of
from extractor.readers.limits import MIB, TRANSCRIPT_BYTES, TRANSCRIPT_LINES, read_bytes
from extractor.readers.outcome import Obstacle, UnreadableError

META_SUFFIX = ".meta.json"
_ZOOM_NAME = re.compile(r"GMT(\d{8})-(\d{6})")
_SIDE = {True: Role.CUSTOMER, False: Role.VENDOR}


def meta_path(path: Path) -> Path:
    """`acme-c01.vtt` has `acme-c01.meta.json` beside it."""
    return path.with_name(path.name.partition(".")[0] + META_SUFFIX)


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
    beside = next((p for p in (path.with_suffix(META_SUFFIX), meta_path(path)) if p.is_file()), None)
    if beside is None:
        return Call(path.stem, title=path.stem, started_at=moment_in_name(path.name))
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


def moment_in_name(name: str) -> datetime | None:
    """Zoom names its files after the start of the recording in UTC: `GMT20240124-202901_Recording.transcript.vtt`."""
    match = _ZOOM_NAME.search(name)
    if match is None:
        return None
    try:
        return datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None
