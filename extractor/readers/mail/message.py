"""One raw mail to one document: the sender's turn first, then what it forwards, each with its own author."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import datetime
from email.message import Message as Mime
from email.parser import BytesParser
from email.policy import compat32

from extractor.document import Document, Exclusion, Participant, Role, Source, Span, Took, Turn, compose
from extractor.readers.encoding import checked
from extractor.readers.limits import HEADER_BYTES, MIME_PARTS
from extractor.readers.mail import headers
from extractor.readers.mail.automatic import AUTOMATIC_NOTE, BOUNCE_NOTE, is_automatic, is_bounce
from extractor.readers.mail.body import Body, body_of
from extractor.readers.mail.discarded import is_sent, labels_of, refuse_discarded
from extractor.readers.mail.forward import attached_turn, split_forward
from extractor.readers.mail.headers import Mailbox
from extractor.readers.mail.hint import account_hint
from extractor.readers.mail.invitation import CALENDAR_NOTE, Invitation, read_invitation
from extractor.readers.mail.spans import not_newly_written
from extractor.readers.mail.thread import answered
from extractor.readers.outcome import Obstacle, UnreadableError

_HEADER_END = re.compile(rb"\r?\n[ \t]*\r?\n")
_CONTAINERS = re.compile(rb"^content-type:\s*(?:multipart|message)/", re.IGNORECASE | re.MULTILINE)
_MBOX_LINE = re.compile(rb"\A(?:\xef\xbb\xbf)?(?:\s*\r?\n)*(?:>?From [^\r\n]*\r?\n)?")
_MOST_ATTACHED = 20
_FEW = 20
_BOUNDARY_CHECKS = 20_000_000
"""Lines times containers: the standard library compares each line with every open boundary, 0.1 µs each."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who wrote to whom, when, about what."""

    key: str
    subject: str
    sender: Mailbox
    recipients: tuple[Mailbox, ...]
    answers: tuple[str, ...]
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Raw:
    """Where a mail comes from: its bytes (for a key, where it has no Message-ID), its place, the vendor's domains."""

    data: bytes
    origin: str
    own_domains: frozenset[str] = frozenset()


def read_mail(data: bytes, origin: str, own_domains: frozenset[str] = frozenset()) -> Document:
    """Raises UnreadableError where the mail is beyond the limits, encrypted or without any text."""
    mime = parse(data)
    return document_of(Raw(data, origin, own_domains), mime, _body(mime, origin))


def document_of(raw: Raw, mime: Mime, body: Body) -> Document:
    """The document of a mail whose headers are `mime`'s and whose parts are collected in `body`."""
    origin = raw.origin
    if body.encrypted and not body.text.strip():
        raise UnreadableError(f"{origin}: encrypted; export it decrypted", Obstacle.ENCRYPTED)
    labels = labels_of(mime)
    refuse_discarded(labels, origin)
    envelope = _envelope(mime, raw.data)
    invitation = next((i for i in map(read_invitation, body.invitations) if i is not None), None)
    text = body.text or (invitation.as_text() if invitation else "")
    if not text.strip() and not body.attached:
        if not envelope.subject:
            raise UnreadableError(f"{origin}: no text and no subject; nothing to read", Obstacle.NO_TEXT)
        body.note("no text: subject only")
    checked(text, origin)
    bounce = is_bounce(mime, body, envelope.sender)
    return compose(
        _turns(body, envelope, text, bounce=bounce, sent=is_sent(labels)),
        source=Source.EMAIL,
        key=envelope.key,
        title=envelope.subject,
        account_hint=account_hint(envelope.sender, envelope.recipients, raw.own_domains),
        thread=(envelope.answers or (envelope.key,))[0],
        participants=_participants(envelope, invitation),
        origin=origin,
        notes=_notes(mime, body, envelope, invitation, bounce=bounce),
        answers=envelope.answers,
    )


def parse(data: bytes) -> Mime:
    """The MIME tree. Raises UnreadableError where headers, parts or nesting are beyond what any client shows."""
    start = _MBOX_LINE.match(data)
    data = data[start.end() :] if start else data
    blank = _HEADER_END.search(data, 0, HEADER_BYTES + 4)
    if blank is None and len(data) > HEADER_BYTES:
        raise UnreadableError(
            f"header of more than {HEADER_BYTES} bytes; no mail system sends that, export the mail again",
            Obstacle.TOO_LARGE,
        )
    containers = len(_CONTAINERS.findall(data))
    if containers > MIME_PARTS or (containers > _FEW and containers * data.count(b"\n") > _BOUNDARY_CHECKS):
        raise UnreadableError(
            f"{containers} MIME containers, more than are read in a mail of this size; forward the text itself",
            Obstacle.TOO_MANY_PARTS,
        )
    try:
        return BytesParser(policy=compat32).parsebytes(data)
    except RecursionError as error:
        raise UnreadableError("MIME parts nested too deep; forward the text itself", Obstacle.TOO_MANY_PARTS) from error
    except (ValueError, LookupError, AssertionError, AttributeError, IndexError, TypeError) as error:
        raise UnreadableError(
            f"MIME structure broken ({error}); export the mail again", Obstacle.BROKEN_MIME
        ) from error


def _body(mime: Mime, origin: str) -> Body:
    try:
        return body_of(mime)
    except RecursionError as error:
        raise UnreadableError(
            f"{origin}: MIME parts nested too deep; forward the text itself", Obstacle.TOO_MANY_PARTS
        ) from error


def _envelope(mime: Mime, data: bytes) -> Envelope:
    senders = headers.mailboxes(mime, "From") or headers.mailboxes(mime, "Sender", "Reply-To")
    sender = senders[0] if senders else Mailbox("", None)
    own = headers.message_ids(mime, "Message-ID")
    key = f"mail:{own[0]}" if own else f"mail:sha256:{hashlib.sha256(data).hexdigest()}"
    subject = headers.text(mime, "Subject")
    recipients = tuple(
        m for m in headers.mailboxes(mime, "To", "Cc", "Bcc", "X-Original-To", "Delivered-To") if m != sender
    )
    return Envelope(key, subject, sender, recipients, answered(mime), headers.moment(mime))


def _turns(body: Body, envelope: Envelope, text: str, *, bounce: bool, sent: bool) -> list[Turn]:
    sender = envelope.sender
    if bounce:
        excluded: tuple[Exclusion, ...] = (Exclusion(Span(0, len(text)), "automatic"),) if text else ()
    else:
        names = tuple(n for n in (sender.name, sender.address) if n)
        excluded = not_newly_written(text, names=names, subject=envelope.subject, marked=body.marked)
    written = Turn(
        text=text,
        speaker=sender.name or sender.address or "",
        role=Role.VENDOR if sent else Role.UNKNOWN,
        at=envelope.at,
        address=sender.address,
        excluded=excluded,
    )
    attached = [attached_turn(inner) for inner in body.attached[:_MOST_ATTACHED]]
    return [*split_forward(written), *(turn for turn in attached if turn is not None)]


def _participants(envelope: Envelope, invitation: Invitation | None) -> tuple[Participant, ...]:
    """Recipients, and whom an invitation names with their answer."""
    answers = {p.address: p for p in (invitation.participants if invitation else ()) if p.address}
    received = (
        Participant(m.name or m.address or "", m.address, Role.UNKNOWN, Took.RECEIVED)
        for m in envelope.recipients
        if m.address not in answers
    )
    return (*received, *answers.values())


def _notes(
    mime: Mime, body: Body, envelope: Envelope, invitation: Invitation | None, *, bounce: bool
) -> tuple[str, ...]:
    notes = list(body.notes)
    if invitation is not None and invitation.method:
        notes.append(f"{CALENDAR_NOTE}{invitation.method.lower()}")
    if bounce:
        notes.append(BOUNCE_NOTE)
    elif is_automatic(mime, envelope.subject):
        notes.append(AUTOMATIC_NOTE)
    if envelope.sender.address is None:
        notes.append("no sender address")
    if envelope.at is None:
        notes.append("no date")
    if not mime.get("Message-ID"):
        notes.append("no Message-ID")
    return tuple(notes)
