"""Mails as mailbox APIs hand them out: Gmail's `users.messages`, Microsoft Graph's `message` and `event`, one or a page.

Both are laid out as MIME again, so that everything after is the same as for `.eml`. Sources: Gmail's API reference
(Message, MessagePart: bodies base64url, their transfer encoding undone) and Graph's (message, recipient, itemBody).
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Iterator
from email.message import Message as Mime
from email.utils import format_datetime, formataddr
from typing import Any

from extractor.document import Document
from extractor.readers.fields import Json, object_of, objects_of, parse_iso, text_of
from extractor.readers.mail.body import body_of
from extractor.readers.mail.discarded import LABELS_FIELD
from extractor.readers.mail.graph_meeting import calendar_part, is_event, read_event
from extractor.readers.mail.message import Raw, document_of, parse
from extractor.readers.outcome import Obstacle, Unread, UnreadableError

_REPLACED = frozenset(("content-transfer-encoding", "content-type"))


def is_gmail(data: Any) -> bool:
    if not isinstance(data, dict) or not ("threadId" in data or "labelIds" in data):
        return False
    return isinstance(data.get("raw"), str) or bool(objects_of(object_of(data.get("payload")).get("headers")))


def is_graph(data: Any) -> bool:
    if not isinstance(data, dict) or "contentType" not in object_of(data.get("body")):
        return False
    return "toRecipients" in data or "internetMessageId" in data or "emailAddress" in object_of(data.get("from"))


def is_page(data: Any) -> bool:
    """A Gmail thread or list, or a Graph page, that holds whole mails or meetings."""
    return isinstance(data, dict) and any(is_item(m) for m in _listed(data))


def is_item(data: Any) -> bool:
    return is_gmail(data) or is_graph(data) or is_event(data)


def read_one(data: Json, origin: str) -> Document:
    """Raises UnreadableError where the mail is broken, beyond the limits, without text or no correspondence."""
    if not (is_gmail(data) or is_graph(data)):
        return read_event(data, origin)
    mime = _gmail(data, origin) if is_gmail(data) else _graph(data, origin)
    return document_of(Raw(_bytes(data), origin), mime, body_of(mime))


def read_page(data: Json, origin: str) -> Iterator[Document | Unread]:
    for mail in _listed(data):
        place = f"{origin}#{text_of(mail.get('id'))}"
        if not is_item(mail):
            detail = f"{place}: a mail without its body; export whole mails (Gmail: format=full)"
            yield Unread(place, Obstacle.NO_TEXT, detail)
            continue
        try:
            yield read_one(mail, place)
        except UnreadableError as error:
            yield error.at(place)


def _listed(data: Json) -> list[Json]:
    return objects_of(data.get("messages")) or objects_of(data.get("value"))


def _bytes(data: Json) -> bytes:
    """What a mail without a Message-ID is known by."""
    return json.dumps(data, sort_keys=True).encode()


def _gmail(data: Json, origin: str) -> Mime:
    raw = data.get("raw")
    mime = parse(_decoded(raw, origin)) if isinstance(raw, str) else _part(object_of(data.get("payload")), origin)
    sent_at = parse_iso(data.get("internalDate"))
    if not mime["Date"] and sent_at is not None:
        mime["Date"] = format_datetime(sent_at)
    labels = data.get("labelIds")
    mime[LABELS_FIELD] = ",".join(text_of(label) for label in labels) if isinstance(labels, list) else ""
    return mime


def _part(part: Json, origin: str) -> Mime:
    """One MIME part and those within it. Gmail hands text out as UTF-8 whatever its header says."""
    mime = Mime()
    given = [(text_of(h.get("name")), text_of(h.get("value"))) for h in objects_of(part.get("headers"))]
    kind = next((value for name, value in given if name.lower() == "content-type"), text_of(part.get("mimeType")))
    for name, value in given:
        if name and name.lower() not in _REPLACED:
            mime[name] = value
    mime["Content-Type"] = kind or "text/plain"
    children = objects_of(part.get("parts"))
    if children:
        mime.set_payload([_part(child, origin) for child in children])
        return mime
    data = _decoded(text_of(object_of(part.get("body")).get("data")), origin)
    if mime.get_content_maintype() == "text" and _is_utf8(data):
        mime.set_param("charset", "utf-8")
    mime["Content-Transfer-Encoding"] = "base64"
    mime.set_payload(base64.b64encode(data).decode("ascii"))
    return mime


def _decoded(data: str, origin: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(data + "=" * (-len(data) % 4))
    except (binascii.Error, ValueError) as error:
        raise UnreadableError(
            f"{origin}: body is no base64url ({error}); export it again", Obstacle.BROKEN_MIME
        ) from error


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _graph(data: Json, origin: str) -> Mime:
    if data.get("isDraft") is True:
        raise UnreadableError(f"{origin}: a draft that was never sent; nobody has read these words", Obstacle.NOT_SENT)
    mime = Mime()
    for header in objects_of(data.get("internetMessageHeaders")):
        name = text_of(header.get("name"))
        if name and not name.lower().startswith(("content-", "mime-version")):
            mime[name] = text_of(header.get("value"))
    for name, value in _graph_fields(data):
        if value and not mime[name]:
            mime[name] = value
    body = object_of(data.get("body"))
    kind = "html" if text_of(body.get("contentType")).lower() == "html" else "plain"
    calendar = calendar_part(data)
    if calendar is None:
        return _leaf(mime, kind, text_of(body.get("content")))
    mime["Content-Type"] = "multipart/mixed"
    mime.set_payload([_leaf(Mime(), kind, text_of(body.get("content"))), _leaf(Mime(), "calendar", calendar)])
    return mime


def _leaf(mime: Mime, kind: str, text: str) -> Mime:
    mime["Content-Type"] = f'text/{kind}; charset="utf-8"'
    mime["Content-Transfer-Encoding"] = "base64"
    mime.set_payload(base64.b64encode(text.encode("utf-8", "surrogatepass")).decode("ascii"))
    return mime


def _graph_fields(data: Json) -> Iterator[tuple[str, str]]:
    """Header fields out of the message's properties; the conversation stands for a mail that all of it answer."""
    conversation = text_of(data.get("conversationId"))
    moment = parse_iso(data.get("sentDateTime")) or parse_iso(data.get("receivedDateTime"))
    yield "From", _mailbox(object_of(data.get("from")) or object_of(data.get("sender")))
    yield "To", _mailboxes(data.get("toRecipients"))
    yield "Cc", _mailboxes(data.get("ccRecipients"))
    yield "Subject", text_of(data.get("subject"))
    yield "Date", format_datetime(moment) if moment else ""
    yield "Message-ID", text_of(data.get("internetMessageId"))
    yield "References", f"<{conversation}>" if conversation else ""


def _mailboxes(recipients: Any) -> str:
    return ", ".join(filter(None, map(_mailbox, objects_of(recipients))))


def _mailbox(recipient: Json) -> str:
    person = object_of(recipient.get("emailAddress"))
    name, address = text_of(person.get("name")), text_of(person.get("address"))
    return formataddr((name, address)) if address else name
