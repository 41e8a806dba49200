"""Header fields of a mail as text, addresses and moments, whatever their encoding; nothing here raises."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message as Mime
from email.utils import getaddresses, parsedate_to_datetime
from functools import lru_cache
from inspect import signature

from extractor.readers.encoding import decode
from extractor.readers.limits import HEADER_VALUE

_FOLD = re.compile(r"[\r\n]+[ \t]*")
_ENCODED_WORD = re.compile(r"=\?[^?\s]{1,60}\?[bqBQ]\?")
_MESSAGE_ID = re.compile(r"<([^<>\s]{1,900})>")
_CONTROL = re.compile("[\0-\x08\x0b-\x1f\x7f\ud800-\udfff]")
_MOST_ADDRESSES = 2000


@dataclass(frozen=True, slots=True)
class Mailbox:
    """Somebody in a header field; `address` is lower case, None where the field has only a name."""

    name: str
    address: str | None

    @property
    def domain(self) -> str:
        return domain_of(self.address)


def domain_of(address: str | None) -> str:
    return address.rpartition("@")[2] if address and "@" in address else ""


def raw(mime: Mime, field: str) -> str:
    """The first field of that name, unfolded; "" where the mail has none."""
    return next(iter(_values(mime, field)), "")


def _values(mime: Mime, field: str) -> list[str]:
    """Every field of that name as sent, which `get` would not give where bytes beyond ASCII stand in it."""
    wanted = field.lower()
    return [_FOLD.sub(" ", _as_text(str(v))[:HEADER_VALUE]).strip() for k, v in mime.raw_items() if k.lower() == wanted]


def text(mime: Mime, field: str) -> str:
    return decoded(raw(mime, field))


def decoded(value: str) -> str:
    """RFC 2047 encoded words as text; what does not decode stays as it is."""
    if not _ENCODED_WORD.search(value):
        return _CONTROL.sub("", value)
    try:
        chunks = decode_header(value)
    except (HeaderParseError, ValueError, LookupError):
        return _CONTROL.sub("", value)
    words = [piece if isinstance(piece, str) else decode(piece, charset).text for piece, charset in chunks]
    return _CONTROL.sub("", "".join(words)).strip()


def mailboxes(mime: Mime, *fields: str) -> tuple[Mailbox, ...]:
    """Everybody named in these fields, in order, each address once."""
    values = [value for field in fields for value in _values(mime, field)]
    return parse_mailboxes(values)


def parse_mailboxes(values: list[str]) -> tuple[Mailbox, ...]:
    addressless = [value for value in values if "@" not in value]
    values = [value for value in values if "@" in value]
    try:
        pairs = getaddresses(values, strict=False) if _accepts_strict() else getaddresses(values)
    except (ValueError, IndexError, RecursionError):
        pairs = []
    found: dict[str, Mailbox] = {}
    for value in addressless:
        shown = decoded(value).replace("<>", "").strip(" '\"")
        found.update({shown: Mailbox(shown, None)} if shown else {})
    for name, address in pairs[:_MOST_ADDRESSES]:
        shown = decoded(name).strip().strip("'\"")
        clean = decoded(address).strip().strip("<>'\" ").lower()
        known = clean if "@" in clean and " " not in clean else None
        if known or shown or clean:
            found.setdefault(known or shown or clean, Mailbox(shown or (clean if not known else ""), known))
    return tuple(found.values())


def moment(mime: Mime) -> datetime | None:
    """When it was sent, from Date, else from the first Received or Delivery-Date; in UTC where no zone is given."""
    if at := parse_moment(raw(mime, "Date")):
        return at
    received = [value.rpartition(";")[2] for value in _values(mime, "Received")[-1:]]
    fallbacks = (*received, raw(mime, "Delivery-Date"), raw(mime, "X-Original-Date"))
    return next((at for value in fallbacks if (at := parse_moment(value))), None)


def parse_moment(value: str) -> datetime | None:
    if not value:
        return None
    try:
        at = parsedate_to_datetime(value[:200].strip())
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def message_ids(mime: Mime, field: str) -> tuple[str, ...]:
    """The ids in Message-ID, References or In-Reply-To, without their brackets."""
    value = raw(mime, field)
    found = _MESSAGE_ID.findall(value)
    if not found and field.lower() == "message-id" and value:
        found = [value.strip("<> ")[:900]]
    return tuple(_CONTROL.sub("", name) for name in found if name)


def _as_text(value: str) -> str:
    """Raw bytes that the parser kept as surrogates, read as UTF-8 or what else they are."""
    if value.isascii():
        return value
    try:
        return decode(value.encode("utf-8", "surrogateescape")).text
    except UnicodeEncodeError:
        return value


@lru_cache(maxsize=1)
def _accepts_strict() -> bool:
    """Security releases of Python added `strict`, whose default refuses lists that real clients write."""
    return "strict" in signature(getaddresses).parameters
