"""Any CSV of messages, one a row, whose columns a YAML file maps to conversation, author, time and text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from extractor.document import Document, Role
from extractor.readers.fields import parse_iso
from extractor.readers.limits import MIB, read_bytes
from extractor.readers.outcome import Obstacle, Unread, UnreadableError
from extractor.readers.tables import Line, table_lines
from extractor.readers.tickets.conversation import Author, Comment, Ticket, ticket_document

COLUMNS_FILE = Path(__file__).with_name("csv_columns.yaml")
MAPPING_NAME = "mapping.yaml"
MAPPING_SUFFIX = ".mapping.yaml"

_ROLES = {
    "customer": Role.CUSTOMER, "end-user": Role.CUSTOMER, "user": Role.CUSTOMER, "requester": Role.CUSTOMER,
    "contact": Role.CUSTOMER, "inbound": Role.CUSTOMER, "incoming": Role.CUSTOMER, "client": Role.CUSTOMER,
    "vendor": Role.VENDOR, "agent": Role.VENDOR, "admin": Role.VENDOR, "staff": Role.VENDOR, "support": Role.VENDOR,
    "outbound": Role.VENDOR, "outgoing": Role.VENDOR, "internal": Role.INTERNAL, "note": Role.INTERNAL,
}  # fmt: skip
_BOTS = frozenset(("bot", "system", "automation"))
_YES = frozenset(("true", "yes", "1", "internal", "private", "y", "x"))
_PLAIN = re.compile(r"[\s_.-]+")
_FORMATS = ("%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%d.%m.%Y", "%m/%d/%Y %H:%M:%S", "%m/%d/%Y %H:%M", "%m/%d/%Y",
            "%m/%d/%Y %I:%M:%S %p", "%m/%d/%Y %I:%M %p", "%d %b %Y %H:%M", "%d %b %Y")  # fmt: skip


class ColumnMapping(BaseModel):
    """A mapping file: for each meaning the column's name; `roles` says which values of the role column mean whom.

    `date_format` is a strptime format for times that are not ISO 8601; `source` names the exporting system in the key.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    text: str = ""
    html: str = ""
    conversation: str = ""
    author: str = ""
    address: str = ""
    at: str = ""
    account: str = ""
    title: str = ""
    role: str = ""
    internal: str = ""
    roles: dict[str, Literal["customer", "vendor", "internal", "unknown", "bot"]] = {}
    date_format: str = ""
    source: str = "csv"


class Columns(BaseModel):
    """The names that are understood without a mapping file."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    conversation: tuple[str, ...]
    text: tuple[str, ...]
    html: tuple[str, ...]
    author: tuple[str, ...]
    address: tuple[str, ...]
    at: tuple[str, ...]
    account: tuple[str, ...]
    title: tuple[str, ...]
    role: tuple[str, ...]
    internal: tuple[str, ...]


@lru_cache(maxsize=4)
def load_columns(path: Path = COLUMNS_FILE) -> Columns:
    return Columns.model_validate(yaml.safe_load(path.read_text("utf-8")))


def read_table(path: Path, origin: str) -> Iterator[Document | Unread]:
    """One document per conversation; raises UnreadableError where no column holds text."""
    rows = list(table_lines(path, ()))
    header = next((list(line) for _, line in rows if isinstance(line, dict)), [])
    mapping = _mapping_beside(path) or _guessed(header)
    _check(mapping, header, path)
    conversations: dict[str, list[Line]] = {}
    for number, line in rows:
        if isinstance(line, str):
            yield Unread(f"{origin}#{number}", Obstacle.BROKEN_ROW, f"{origin} line {number}: {line}")
            continue
        key = _get(line, mapping.conversation) or f"line {number}"
        conversations.setdefault(key, []).append(line)
    for key, lines in conversations.items():
        place = f"{origin}#{key}"
        try:
            yield _document(key, lines, mapping, place)
        except UnreadableError as error:
            yield error.at(place)


def _mapping_beside(path: Path) -> ColumnMapping | None:
    candidates = (path.with_suffix(MAPPING_SUFFIX), path.with_name(MAPPING_NAME))
    found = next((p for p in candidates if p.is_file()), None)
    if found is None:
        return None
    try:
        return ColumnMapping.model_validate(yaml.safe_load(read_bytes(found, MIB)))
    except (ValidationError, yaml.YAMLError, RecursionError) as error:
        raise UnreadableError(f"{found.name}: {' '.join(str(error).split())[:300]}; correct the mapping") from error


def _guessed(header: Iterable[str]) -> ColumnMapping:
    columns = load_columns()
    plain = {_PLAIN.sub("", name.casefold()): name for name in header}
    chosen: dict[str, str] = {}
    for meaning in Columns.model_fields:
        names: tuple[str, ...] = getattr(columns, meaning)
        match = next((plain[n] for n in (_PLAIN.sub("", word) for word in names) if n in plain), "")
        if match and match not in chosen.values():
            chosen[meaning] = match
    return ColumnMapping.model_validate(chosen)


def _check(mapping: ColumnMapping, header: list[str], path: Path) -> None:
    named = {name: getattr(mapping, name) for name in Columns.model_fields if getattr(mapping, name)}
    missing = [f"{meaning}: {column}" for meaning, column in named.items() if column.casefold() not in header]
    if missing:
        raise UnreadableError(
            f"{path.name}: the mapping names missing columns ({', '.join(missing)}); it has {', '.join(header)}"
        )
    known = (
        (mapping.text or mapping.html)
        and (mapping.author or mapping.address or mapping.role)
        and (mapping.at or mapping.conversation)
    )
    if not known:
        raise UnreadableError(
            f"{path.name}: no columns for text, author and time among {', '.join(header)[:200]}; "
            f"put {path.stem}.mapping.yaml beside it",
            Obstacle.NOT_A_CONVERSATION,
        )


def _document(key: str, lines: list[Line], mapping: ColumnMapping, origin: str) -> Document:
    title = next((t for line in lines if (t := _get(line, mapping.title))), "")
    account = next((a for line in lines if (a := _get(line, mapping.account))), None)
    comments = [_comment(line, mapping) for line in lines]
    if all(c.at is not None for c in comments):
        comments.sort(key=lambda c: c.at or datetime.min.replace(tzinfo=UTC))
    return ticket_document(Ticket(f"{mapping.source}:{key}", title, account), comments, origin)


def _comment(line: Line, mapping: ColumnMapping) -> Comment:
    said = _get(line, mapping.role).casefold()
    meaning = {k.casefold(): v for k, v in mapping.roles.items()}.get(said, said)
    address = _get(line, mapping.address).lower()
    author = Author(
        name=_get(line, mapping.author) or address or said,
        role=_ROLES.get(meaning, Role.UNKNOWN),
        address=address if "@" in address else None,
        bot=meaning in _BOTS,
    )
    return Comment(
        author,
        text=_get(line, mapping.text),
        html=_get(line, mapping.html),
        at=_moment(_get(line, mapping.at), mapping.date_format),
        internal=_get(line, mapping.internal).casefold() in _YES or author.role is Role.INTERNAL,
    )


def _moment(value: str, date_format: str) -> datetime | None:
    if not value:
        return None
    formats = (date_format,) if date_format else _FORMATS
    if not date_format and (at := parse_iso(value)):
        return at
    for form in formats:
        try:
            at = datetime.strptime(value, form)  # noqa: DTZ007
        except ValueError:
            continue
        return at if at.tzinfo is not None else at.replace(tzinfo=UTC)
    return None


def _get(line: Mapping[str, str], column: str) -> str:
    return line.get(column.casefold(), "") if column else ""
