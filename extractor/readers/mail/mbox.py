"""An mbox file, mail by mail, in constant memory: 2 GB of mail need no more than the largest mail in it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from extractor.document import Document
from extractor.readers.limits import MAIL_BYTES, MIB
from extractor.readers.mail.message import read_mail
from extractor.readers.outcome import Obstacle, Unread, UnreadableError

_CHUNK = MIB
_SEPARATOR = re.compile(
    rb"^From (?:[^\r\n]{0,400}\d:\d\d[^\r\n]{0,60}\b\d{4}\b[^\r\n]{0,60}|- [^\r\n]{0,100})\r?\n(?=[!-9;-~]+:|>?From )",
    re.MULTILINE,
)
_QUOTED_FROM = re.compile(rb"^>(>*From )", re.MULTILINE)
_LOOK_AHEAD = 2048
"""Bytes kept back at the end of a chunk, so that a separator line and the header after it are seen whole."""


def read_mbox(path: Path, origin: str, own_domains: frozenset[str] = frozenset()) -> Iterator[Document | Unread]:
    """Every mail of the file; one that cannot be read is set aside and the rest goes on."""
    for number, data in enumerate(split_mbox(path), 1):
        place = f"{origin}#{number}"
        if data is None:
            detail = f"{place}: mail larger than {MAIL_BYTES // MIB} MiB; export it without attachments"
            yield Unread(place, Obstacle.TOO_LARGE, detail)
            continue
        try:
            yield read_mail(data, place, own_domains)
        except UnreadableError as error:
            yield error.at(place)


def split_mbox(path: Path) -> Iterator[bytes | None]:
    """The raw mails with their `From ` quoting undone; None for one that is larger than MAIL_BYTES."""
    kept: list[bytes] = []
    size = 0
    for piece, ends in _pieces(path):
        size += len(piece)
        if size <= MAIL_BYTES:
            kept.append(piece)
        else:
            kept.clear()
        if ends:
            if size > MAIL_BYTES:
                yield None
            elif kept:
                yield _QUOTED_FROM.sub(rb"\1", b"".join(kept))
            kept, size = [], 0


def _pieces(path: Path) -> Iterator[tuple[bytes, bool]]:
    """Stretches of mails in file order, each with whether its mail ends there."""
    with path.open("rb") as stream:
        buffer = b""
        at_start = True
        while True:
            chunk = stream.read(_CHUNK)
            buffer += chunk
            position = 0
            limit = len(buffer) - (_LOOK_AHEAD if chunk else 0)
            for match in _SEPARATOR.finditer(buffer):
                if match.start() >= limit:
                    break
                if match.start() == 0 and not at_start and not position:
                    continue
                if not at_start:
                    yield buffer[position : match.start()], True
                at_start = False
                position = match.end()
            if not chunk:
                if buffer[position:].strip() or not at_start:
                    yield buffer[position:], True
                return
            cut = max(position, limit)
            cut = buffer.rfind(b"\n", position, cut) + 1 or cut
            if cut > position:
                at_start = at_start and not buffer[position:cut].strip()
                yield buffer[position:cut], False
            buffer = buffer[cut:]
