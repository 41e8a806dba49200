"""The parts of a MIME mail: what a client would show as its text, and what else it carries."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from email.message import Message as Mime

from extractor.document import Exclusion
from extractor.readers.encoding import decode, plain_newlines
from extractor.readers.html import Rendered, render
from extractor.readers.limits import BODY_CHARACTERS, MIME_PARTS
from extractor.readers.mail.flowed import unflow
from extractor.readers.marks import moved
from extractor.readers.outcome import Obstacle, UnreadableError

_STUB = re.compile(
    r"(?:(?:html|rich text)[ -](?:e-?mail|mail|message|version|view|capable|format|part)|view (?:this|it) (?:e-?mail|message|online|in)|"
    r"(?:does not|doesn't|cannot|can't|unable to) (?:support|display|show|view|read)|mime[- ](?:aware|compliant|capable))",
    re.IGNORECASE,
)
_STUB_WORDS = 60
_PARAMETERS = 2000
"""Characters of Content-Type and Content-Disposition that are interpreted."""
_GLUE = "\n\n"
_ENCRYPTED = frozenset(("multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"))
WINMAIL_NOTE = "winmail.dat ignored: Outlook's own container, its text is not read"
_TNEF = frozenset(("application/ms-tnef", "application/vnd.ms-tnef", "application/x-tnef"))


@dataclass(slots=True)
class Body:
    """Shown text with the marks of its own markup; attached mails, invitations and reports apart from it."""

    text: str = ""
    marked: list[Exclusion] = field(default_factory=list)
    attached: list[Mime] = field(default_factory=list)
    invitations: list[str] = field(default_factory=list)
    report: list[Mime] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    encrypted: bool = False
    parts: int = 0

    def add(self, text: str, marked: tuple[Exclusion, ...] = ()) -> None:
        if not text.strip():
            return
        start = len(self.text) + len(_GLUE) if self.text else 0
        self.text = f"{self.text}{_GLUE}{text}" if self.text else text
        if len(self.text) > BODY_CHARACTERS:
            raise UnreadableError(
                f"text of more than {BODY_CHARACTERS} characters; shorten or split it", Obstacle.TOO_LARGE
            )
        self.marked.extend(moved(marked, start))

    def note(self, note: str | None) -> None:
        if note and note not in self.notes:
            self.notes.append(note)


def body_of(mime: Mime) -> Body:
    """Raises UnreadableError where the parts are too many or the text too long."""
    body = Body()
    _collect(mime, body)
    return body


def _collect(part: Mime, body: Body) -> None:
    body.parts += 1
    if body.parts > MIME_PARTS:
        raise UnreadableError(f"more than {MIME_PARTS} MIME parts; forward the text itself", Obstacle.TOO_MANY_PARTS)
    _cut_parameters(part)
    kind = content_type(part)
    if kind in _ENCRYPTED:
        body.encrypted = True
        return
    if kind in _TNEF or _file_name(part) == "winmail.dat":
        body.note(WINMAIL_NOTE)
        return
    if kind == "message/rfc822":
        body.attached.extend(p for p in _children(part)[:1])
        return
    if kind in ("message/delivery-status", "message/disposition-notification", "text/rfc822-headers"):
        body.report.append(part)
        return
    if part.is_multipart() or kind.startswith("multipart/"):
        _collect_multipart(part, kind, body)
        return
    if kind in {"text/calendar", "application/ics"}:
        body.invitations.append(_decoded(part, body))
        return
    if kind.startswith("text/") and not _is_attachment(part):
        shown = _shown(part, kind, body)
        body.add(shown.text, shown.excluded)


def _cut_parameters(part: Mime) -> None:
    """Thousands of parameters take the standard library quadratic time, each time one is asked for."""
    for name in ("Content-Type", "Content-Disposition"):
        value = part.get(name)
        if value is not None and len(str(value)) > _PARAMETERS:
            part.replace_header(name, str(value)[:_PARAMETERS])


def _collect_multipart(part: Mime, kind: str, body: Body) -> None:
    children = _children(part)
    payload = part.get_payload()
    if not children and isinstance(payload, str):
        if payload.strip():
            body.note("MIME boundary not found: the part is read as it stands")
            body.add(plain_newlines(payload).strip("\n"))
        return
    if kind == "multipart/alternative":
        _collect_alternative(children, body)
    elif kind == "multipart/related" and children:
        _collect(children[0], body)
        for other in children[1:]:
            if not content_type(other).startswith(("text/", "image/")):
                _collect(other, body)
    else:
        for child in children:
            _collect(child, body)


def _collect_alternative(children: list[Mime], body: Body) -> None:
    """The plain form, unless it is empty or only says that there is another one."""
    variants: list[Body] = []
    for child in children:
        variant = Body(parts=body.parts)
        _collect(child, variant)
        body.parts = variant.parts
        body.attached.extend(variant.attached)
        body.invitations.extend(variant.invitations)
        body.report.extend(variant.report)
        body.encrypted = body.encrypted or variant.encrypted
        for note in variant.notes:
            body.note(note)
        if variant.text.strip():
            variants.append(variant)
    if not variants:
        return
    plain, rich = variants[0], variants[-1]
    if plain is not rich and is_stub(plain.text, rich.text):
        body.note("plain text part is a stub; HTML part read")
        plain = rich
    body.add(plain.text, tuple(plain.marked))


def is_stub(plain: str, rich: str) -> bool:
    """Whether the plain form only stands in for the other one."""
    words, others = len(plain.split()), len(rich.split())
    return words * 4 < others and (words <= 3 or (words < _STUB_WORDS and bool(_STUB.search(plain))))


def _children(part: Mime) -> list[Mime]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Mime)] if isinstance(payload, list) else []


def content_type(part: Mime) -> str:
    try:
        return part.get_content_type()
    except (ValueError, LookupError, TypeError):
        return "text/plain"


def _file_name(part: Mime) -> str:
    try:
        return (part.get_filename() or "").lower()
    except (ValueError, LookupError, TypeError):
        return ""


def _is_attachment(part: Mime) -> bool:
    try:
        return part.get_content_disposition() == "attachment"
    except (ValueError, LookupError, TypeError):
        return False


def _shown(part: Mime, kind: str, body: Body) -> Rendered:
    text = _decoded(part, body)
    if kind == "text/html" or (
        kind != "text/plain" and text.lstrip()[:200].lower().startswith(("<html", "<!doctype html"))
    ):
        rendered = render(text)
        return Rendered(rendered.text.replace("\0", "\ufffd"), rendered.excluded)
    if kind in ("text/enriched", "text/richtext"):
        return Rendered(re.sub(r"</?[a-zA-Z-]{1,40}>", "", text))
    if kind not in {"text/plain", "text/markdown"}:
        return Rendered("")
    if parameter(part, "format").lower() == "flowed":
        text = unflow(text, delsp=parameter(part, "delsp").lower() == "yes")
    return Rendered(text)


def parameter(part: Mime, name: str) -> str:
    try:
        value = part.get_param(name)
    except (ValueError, LookupError, TypeError):
        return ""
    return value if isinstance(value, str) else ""


def _decoded(part: Mime, body: Body) -> str:
    try:
        payload = part.get_payload(decode=True)
    except (ValueError, LookupError, AssertionError) as error:
        body.note(f"a part could not be decoded: {error}")
        return ""
    data = payload if isinstance(payload, bytes) else b""
    if len(data) > 4 * BODY_CHARACTERS:
        raise UnreadableError(f"text part of {len(data)} bytes; shorten or split it", Obstacle.TOO_LARGE)
    found = decode(data, _charset(part))
    body.note(found.note)
    return plain_newlines(found.text)


def _charset(part: Mime) -> str | None:
    try:
        return part.get_content_charset() or parameter(part, "charset") or None
    except (ValueError, LookupError, TypeError):
        return None
