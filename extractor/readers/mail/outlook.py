"""Outlook's `.msg`: its properties laid out as a mail, so that everything after is the same as for `.eml`."""

from __future__ import annotations

import base64
import io
import struct
from collections.abc import Iterator
from email.message import Message as Mime
from email.utils import format_datetime, formataddr
from pathlib import Path

from olefile import OleFileIO
from oxmsg import Message
from oxmsg.recipient import Recipient
from oxmsg.storage import Storage, Stream

from extractor.document import Document
from extractor.readers.encoding import plain_newlines
from extractor.readers.html import render
from extractor.readers.limits import MAIL_BYTES, read_bytes
from extractor.readers.mail.body import Body, is_stub
from extractor.readers.mail.message import Raw, document_of
from extractor.readers.outcome import Obstacle, UnreadableError

_KEPT = (
    "From",
    "Sender",
    "Reply-To",
    "To",
    "Cc",
    "Subject",
    "Date",
    "Message-ID",
    "In-Reply-To",
    "References",
    "Received",
    "Auto-Submitted",
    "X-Autoreply",
    "Precedence",
    "Return-Path",
)
_INTERNET_MESSAGE_ID = 0x1035
_IN_REPLY_TO = 0x1042
_EMBEDDED = "__substg1.0_3701000D"
_EMBEDDED_HEADER = 24
_PROPERTIES = "__properties_version1.0"
_FAILURES = (
    ValueError,
    KeyError,
    IndexError,
    TypeError,
    AttributeError,
    OSError,
    LookupError,
    EOFError,
    MemoryError,
    RecursionError,
    OverflowError,
    struct.error,
)


def read_msg(path: Path, origin: str, own_domains: frozenset[str] = frozenset()) -> Document:
    """Raises UnreadableError where it is no Outlook message or its structure is broken."""
    data = read_bytes(path, MAIL_BYTES)
    try:
        with OleFileIO(io.BytesIO(data)) as ole:
            storage = Storage.from_ole(ole)
        message = Message(storage)
        mime, body = _headers(message), _body(message)
        body.attached.extend(_mime(inner) for inner in _attached_messages(storage))
        if others := message.attachment_count - len(body.attached):
            body.note(f"{others} attachments not read")
    except UnreadableError:
        raise
    except _FAILURES as error:
        raise UnreadableError(
            f"{origin}: no readable Outlook message ({type(error).__name__}: {error}); save it as .eml",
            Obstacle.BROKEN_MIME,
        ) from error
    return document_of(Raw(data, origin, own_domains), mime, body)


def _headers(message: Message) -> Mime:
    """The transport headers where the message came by mail, else the fields that Outlook keeps."""
    mime = Mime()
    transport = {name.lower(): value for name, value in message.message_headers.items()}
    for name in _KEPT:
        if value := transport.get(name.lower()):
            mime[name] = str(value)
    if not mime["From"] and message.sender:
        mime["From"] = message.sender
    if not mime["To"] and not mime["Cc"]:
        listed = [r for r in map(_address, message.recipients) if r]
        if listed:
            mime["To"] = ", ".join(listed)
    if not mime["Subject"] and message.subject:
        mime["Subject"] = message.subject
    if not mime["Date"] and message.sent_date is not None:
        mime["Date"] = format_datetime(message.sent_date)
    if not mime["Message-ID"] and (own := message.properties.str_prop_value(_INTERNET_MESSAGE_ID)):
        mime["Message-ID"] = own
    if not mime["In-Reply-To"] and (parent := message.properties.str_prop_value(_IN_REPLY_TO)):
        mime["In-Reply-To"] = parent
    return mime


def _address(recipient: Recipient) -> str | None:
    return (
        formataddr((recipient.name or "", recipient.email_address))
        if recipient.email_address
        else recipient.name or None
    )


def _body(message: Message) -> Body:
    body = Body()
    plain = plain_newlines(message.body or "")
    try:
        html = message.html_body or ""
    except LookupError:
        html = ""
    rendered = render(html) if html else None
    if rendered is not None and is_stub(plain, rendered.text):
        body.add(rendered.text, rendered.excluded)
    else:
        body.add(plain)
    return body


def _attached_messages(storage: Storage) -> Iterator[Message]:
    """Messages attached as such: storages within an attachment, laid out like a file of their own."""
    for attachment in storage.iter_attachment_storages():
        yield from (Message(_as_file(inner)) for inner in attachment.storages if inner.name == _EMBEDDED)


def _as_file(inner: Storage) -> Storage:
    """The header of an embedded message's properties is shorter than a file's by what only a file needs."""
    streams = tuple(
        Stream(s.path, s.bytes_[:_EMBEDDED_HEADER] + b"\0" * 8 + s.bytes_[_EMBEDDED_HEADER:])
        if s.path.rpartition("/")[2] == _PROPERTIES
        else s
        for s in inner.streams
    )
    return Storage(path=inner.path, streams=streams, storages=inner.storages)


def _mime(message: Message) -> Mime:
    mime = _headers(message)
    mime["Content-Type"] = 'text/plain; charset="utf-8"'
    mime["Content-Transfer-Encoding"] = "base64"
    mime.set_payload(base64.b64encode(_body(message).text.encode("utf-8", "surrogatepass")).decode("ascii"))
    return mime
