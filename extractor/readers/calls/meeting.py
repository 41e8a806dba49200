"""Which files were made of one meeting: its transcript, captions and chat bear one name but for the word for their kind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

BY_NAME = "recording:"
"""Begins the name of a meeting that only folder and file name tell; another folder may bear the same."""
_ZOOM_NAME = re.compile(r"GMT(\d{8})-(\d{6})")
_KIND = re.compile(
    r"(?:^|[ ._-]+|(?<=recording))"
    r"(?:(?:closed[ ._-]?)?captions?|cc|subtitles?|(?:new|saved)?[ ._-]?chat|(?:audio[ ._-]?)?transcript(?:ion)?)"
    r"(?:[ ._-]?\d{1,2})?$",
    re.IGNORECASE,
)
_ONLY_A_KIND = frozenset(("meeting", "recording", "zoom", "audio"))
META_SUFFIX = ".meta.json"
_KINDS_WITH_META = ("", ".transcript", "_transcript", "-transcript")


def meeting_of(path: Path) -> str:
    """By the moment that Zoom puts into its names, else by folder and name; a file called `chat` is its folder's."""
    zoom = _ZOOM_NAME.search(path.name)
    if zoom:
        return f"call:{zoom[0]}"
    folder, name = path.resolve().parent.name, _without_kind(path.stem)
    return f"{BY_NAME}{folder}/{name}" if name else f"{BY_NAME}{folder}"


def is_known_by_name(meeting: str) -> bool:
    """Whether only names of folder and file tell it from others."""
    return meeting.startswith(BY_NAME)


def meta_paths(path: Path) -> Iterator[Path]:
    """Where data of the call may stand: `acme-c01.vtt` has `acme-c01.meta.json`, and a chat the data of its transcript."""
    yield path.with_suffix(META_SUFFIX)
    yield path.with_name(path.name.partition(".")[0] + META_SUFFIX)
    name = _without_kind(path.stem)
    if name:
        yield from (path.with_name(f"{name}{kind}{META_SUFFIX}") for kind in _KINDS_WITH_META)


def moment_in_name(name: str) -> datetime | None:
    """Zoom names its files after the start of the recording in UTC: `GMT20240124-202901_Recording.transcript.vtt`."""
    match = _ZOOM_NAME.search(name)
    if match is None:
        return None
    try:
        return datetime.strptime(match[1] + match[2], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        return None


def _without_kind(stem: str) -> str:
    bare = _KIND.sub("", stem)
    return "" if bare != stem and bare.casefold() in _ONLY_A_KIND else bare
