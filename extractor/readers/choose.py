"""Which reader a file needs, by its content and then its name, and the one loop that never raises."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from extractor.document import Document
from extractor.readers.calls.meeting import META_SUFFIX
from extractor.readers.calls.text import format_of, read_text_transcript
from extractor.readers.calls.vtt import read_vtt
from extractor.readers.encoding import decode
from extractor.readers.limits import MAIL_BYTES, TRANSCRIPT_BYTES, read_bytes
from extractor.readers.mail.discarded import refuse_discarded_file
from extractor.readers.mail.invitation import invitation_document
from extractor.readers.mail.mbox import read_mbox
from extractor.readers.mail.message import read_mail
from extractor.readers.mail.outlook import read_msg
from extractor.readers.note import HTML_SUFFIXES, SUFFIXES, read_note
from extractor.readers.outcome import Obstacle, Unread, UnreadableError
from extractor.readers.structured import read_json, read_ndjson
from extractor.readers.tables import is_table
from extractor.readers.tickets.table import MAPPING_NAME, MAPPING_SUFFIX, read_table

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
_CUE = re.compile(r"(?:\d{1,6}\s*\n)?\s*(?:\d+:)?\d{1,3}:\d{1,2}(?:[.,]\d+)?\s*-+>")


def read(path: Path, root: Path | None = None, own_domains: frozenset[str] = frozenset()) -> Iterator[Item]:
    """Documents of a file, and what of it had to be set aside; never raises for bad content.

    `origin` is the path relative to `root` (its name without one). `own_domains` are the vendor's mail domains, which
    sharpen the account hint of mails. Of a folder (a Maildir, an export) every file is read, in the order of names.
    """
    if path.is_dir():
        for inner in sorted(p for p in path.rglob("*") if p.is_file() and _is_kept(p)):
            yield from read(inner, root or path, own_domains)
        return
    origin = origin_of(path, root)
    try:
        yield from _reader(path)(path, origin, own_domains)
    except UnreadableError as error:
        yield error.at(origin)
    except RecursionError:
        yield Unread(origin, Obstacle.TOO_MANY_PARTS, f"{origin}: nested too deep to read; export it again")
    except OSError as error:
        detail = f"{origin}: {error.strerror or error}; check the path and its permissions"
        yield Unread(origin, Obstacle.MISSING, detail)


def _is_kept(path: Path) -> bool:
    """Not a Maildir's unfinished deliveries and not the files that mail servers and desktops keep for themselves."""
    return path.parent.name != "tmp" and not path.name.startswith((".", "dovecot", "maildirfolder", "subscriptions"))


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


@dataclass(frozen=True, slots=True)
class Head:
    """The beginning of a file, as bytes, as text and without what precedes the first character."""

    path: Path
    data: bytes
    text: str
    start: str
    suffix: str


def _by_content(path: Path, data: bytes) -> Reader:
    text = decode(data).text
    head = Head(path, data, text, text.lstrip("\ufeff \t\r\n"), path.suffix.lower())
    reader = next((reader for known, reader in _KINDS if known(head)), None)
    if reader is None:
        raise UnreadableError(f"{path.name}: no known format; export it as .eml, .mbox, .vtt, JSON or CSV")
    return reader


def looks_like_mail(head: bytes) -> bool:
    """Whether it opens with header fields of a mail: two different ones, or nothing but one."""
    block = re.split(rb"\r?\n\r?\n", head.lstrip(b"\xef\xbb\xbf\r\n \t"), maxsplit=1)[0]
    if not _FIELD.match(block):
        return False
    lines = block.splitlines()
    found = {name.lower() for name in _FIELD.findall(block)} & _MAIL_FIELDS
    clean = all(_FIELD.match(line) or line[:1] in (b" ", b"\t") for line in lines)
    return len(found) >= 2 or (len(found) == 1 and clean)


def _read_msg(path: Path, origin: str, own_domains: frozenset[str]) -> Iterator[Item]:
    yield read_msg(path, origin, own_domains)


def _read_calendar(path: Path, origin: str, own_domains: frozenset[str]) -> Iterator[Item]:  # noqa: ARG001
    yield invitation_document(decode(read_bytes(path, TRANSCRIPT_BYTES)).text, origin)


def _read_table(path: Path, origin: str, own_domains: frozenset[str]) -> Iterator[Item]:  # noqa: ARG001
    yield from read_table(path, origin)


def _read_text_transcript(path: Path, origin: str, own_domains: frozenset[str]) -> Iterator[Item]:  # noqa: ARG001
    yield read_text_transcript(path, origin)


def _read_note(path: Path, origin: str, own_domains: frozenset[str]) -> Iterator[Item]:  # noqa: ARG001
    yield read_note(path, origin)


def _read_mbox(path: Path, origin: str, own_domains: frozenset[str]) -> Iterator[Item]:
    refuse_discarded_file(path, origin)
    yield from read_mbox(path, origin, own_domains)


def _read_mail(path: Path, origin: str, own_domains: frozenset[str]) -> Iterator[Item]:
    refuse_discarded_file(path, origin)
    yield read_mail(read_bytes(path, MAIL_BYTES), origin, own_domains)


def _read_transcript(path: Path, origin: str, own_domains: frozenset[str]) -> Iterator[Item]:  # noqa: ARG001
    yield read_vtt(path, origin)


def _read_mapping(path: Path, origin: str, own_domains: frozenset[str]) -> Iterator[Item]:  # noqa: ARG001
    """A column mapping is read with its CSV; by itself it says nothing."""
    yield from ()


def _read_meta(path: Path, origin: str, own_domains: frozenset[str]) -> Iterator[Item]:  # noqa: ARG001
    """Data of a transcript beside it is read with that one; alone it is no conversation."""
    stem = path.name.removesuffix(META_SUFFIX)
    beside = any(p.name.startswith(f"{stem}.") and p != path for p in path.parent.iterdir())
    if not beside:
        detail = f"{origin}: data of a call without its transcript; put {stem}.vtt beside it"
        yield Unread(origin, Obstacle.NOT_A_CONVERSATION, detail)


_KINDS: tuple[tuple[Callable[[Head], bool], Reader], ...] = (
    (lambda h: h.data.startswith(_OLE), _read_msg),
    (lambda h: h.path.name == MAPPING_NAME or h.path.name.endswith(MAPPING_SUFFIX), _read_mapping),
    (lambda h: h.suffix == ".mbox" or bool(_FROM_LINE.match(h.data)), _read_mbox),
    (lambda h: h.suffix in (".vtt", ".srt", ".sbv") or h.start.startswith("WEBVTT"), _read_transcript),
    (lambda h: h.start[:1] in ("{", "[") and h.path.name.endswith(META_SUFFIX), _read_meta),
    (lambda h: h.start[:1] in ("{", "[") and h.suffix in (".ndjson", ".jsonl"), read_ndjson),
    (lambda h: h.start[:1] == "{" or (h.start[:1] == "[" and h.suffix == ".json"), read_json),
    (lambda h: h.start.startswith("BEGIN:VCALENDAR"), _read_calendar),
    (lambda h: h.suffix == ".eml" or h.path.parent.name in ("cur", "new") or looks_like_mail(h.data), _read_mail),
    (lambda h: h.suffix in (".csv", ".tsv"), _read_table),
    (lambda h: bool(_CUE.match(h.start)), _read_transcript),
    (lambda h: format_of(h.text) is not None, _read_text_transcript),
    (
        lambda h: h.suffix in SUFFIXES or h.suffix in HTML_SUFFIXES or (h.suffix == ".msg" and "\0" not in h.text),
        _read_note,
    ),
)
"""Tried from above; the first that knows the file reads it."""
