"""Which reader a file needs, by its content and then its name, and the one loop that never raises."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

from extractor.document import Document
from extractor.readers.calls.meta import META_SUFFIX
from extractor.readers.calls.vtt import read_vtt
from extractor.readers.encoding import decode
from extractor.readers.limits import MAIL_BYTES, read_bytes
from extractor.readers.mail.mbox import read_mbox
from extractor.readers.mail.message import read_mail
from extractor.readers.outcome import Obstacle, Unread, UnreadableError
from extractor.readers.structured import read_json, read_ndjson
from extractor.readers.tables import is_table

Item = Document | Unread
Reader = Callable[[Path, str, frozenset[str]], Iterator[Item]]

_HEAD = 64 * 1024
_BINARY = (
    (b"PK\x03\x04", "a zip archive or Office file; unpack it and give the files in it"),
    (b"\x1f\x8b", "a gzip archive; unpack it first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive; unpack it first"),
    (b"BZh", "a bzip2 archive; unpack it first"),
    (b"%PDF", "a PDF; export the conversation as text"),
    (b"\x89PNG", "a picture; export the conversation as text"),
    (b"\xff\xd8\xff", "a picture; export the conversation as text"),
    (b"GIF8", "a picture; export the conversation as text"),
    (b"SQLite format 3", "a database; export its conversations"),
)
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FROM_LINE = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*From [^\r\n]{1,500}\r?\n(?=[!-9;-~]+:)")
_FIELD = re.compile(rb"^([A-Za-z][A-Za-z0-9-]{0,60})[ \t]*:", re.MULTILINE)
_MAIL_FIELDS = frozenset(
    b"from to cc subject date message-id received return-path mime-version content-type delivered-to sender reply-to "
    b"x-mailer in-reply-to references content-transfer-encoding x-gm-thrid list-id".split()
)
_CUE = re.compile(r"^\s*(?:\d+:)?\d{1,3}:\d{1,2}(?:[.,]\d+)?\s*-+>", re.MULTILINE)


def read(path: Path, root: Path | None = None, own_domains: frozenset[str] = frozenset()) -> Iterator[Item]:
    """Documents of a file, and what of it had to be set aside; never raises for bad content.

    `origin` is the path relative to `root` (its name without one). `own_domains` are the vendor's mail domains, which
    sharpen the account hint of mails.
    """
    origin = origin_of(path, root)
    try:
        yield from _reader(path)(path, origin, own_domains)
    except UnreadableError as error:
        yield Unread(origin, error.reason, str(error))
    except OSError as error:
        detail = f"{origin}: {error.strerror or error}; check the path and its permissions"
        yield Unread(origin, Obstacle.MISSING, detail)


def origin_of(path: Path, root: Path | None) -> str:
    if root is None:
        return path.name
    try:
        return path.resolve().relative_to(root.resolve()).as_posix() or path.name
    except (ValueError, OSError):
        return path.name


def _reader(path: Path) -> Reader:
    """Raises UnreadableError for what no reader knows, with what to do about it."""
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    for magic, what in _BINARY:
        if head.startswith(magic):
            raise UnreadableError(f"{path.name}: {what}")
    if not head.strip():
        raise UnreadableError(f"{path.name}: empty file; export it again", Obstacle.NO_TEXT)
    if is_table(path):
        raise UnreadableError(f"{path.name}: a table, not a conversation; it is loaded as a table", Obstacle.TABLE)
    return _by_content(path, head)


def _by_content(path: Path, head: bytes) -> Reader:
    suffix = path.suffix.lower()
    if _FROM_LINE.match(head) or suffix == ".mbox":
        return read_mbox
    text = decode(head).text
    start = text.lstrip("\ufeff \t\r\n")
    if start.startswith("WEBVTT") or suffix in (".vtt", ".srt") or _CUE.search(text[:4000]):
        return _read_transcript
    if start[:1] in ("{", "["):
        if path.name.endswith(META_SUFFIX):
            return _read_meta
        return read_ndjson if suffix in (".ndjson", ".jsonl") else read_json
    if looks_like_mail(head) or suffix == ".eml":
        return _read_mail
    raise UnreadableError(f"{path.name}: no known format; export it as .eml, .mbox, .vtt, JSON or CSV")


def looks_like_mail(head: bytes) -> bool:
    """Whether it opens with header fields of a mail, two different ones at least."""
    block = re.split(rb"\r?\n\r?\n", head.lstrip(b"\xef\xbb\xbf\r\n \t"), maxsplit=1)[0]
    if not _FIELD.match(block):
        return False
    found = {name.lower() for name in _FIELD.findall(block)}
    return len(found & _MAIL_FIELDS) >= 2


def _read_mail(path: Path, origin: str, own_domains: frozenset[str]) -> Iterator[Item]:
    yield read_mail(read_bytes(path, MAIL_BYTES), origin, own_domains)


def _read_transcript(path: Path, origin: str, own_domains: frozenset[str]) -> Iterator[Item]:  # noqa: ARG001
    yield read_vtt(path, origin)


def _read_meta(path: Path, origin: str, own_domains: frozenset[str]) -> Iterator[Item]:  # noqa: ARG001
    """Data of a transcript beside it is read with that one; alone it is no conversation."""
    stem = path.name.removesuffix(META_SUFFIX)
    beside = any(p.name.startswith(f"{stem}.") and p != path for p in path.parent.iterdir())
    if not beside:
        detail = f"{origin}: data of a call without its transcript; put {stem}.vtt beside it"
        yield Unread(origin, Obstacle.NOT_A_CONVERSATION, detail)
