"""A forwarded mail inside another one: a turn of its own, with its own author and moment."""

from __future__ import annotations

import re
from dataclasses import replace
from email.message import Message as Mime

from extractor.document import Exclusion, Span, Turn
from extractor.readers.encoding import checked
from extractor.readers.mail import headers
from extractor.readers.mail.body import body_of
from extractor.readers.mail.history import header_kind
from extractor.readers.mail.lines import split_lines
from extractor.readers.mail.moments import written_moment
from extractor.readers.mail.patterns import load_patterns
from extractor.readers.outcome import UnreadableError

FORWARDED = "forwarded"
_MAILTO = re.compile(r"<mailto:[^>]*>|\[mailto:[^\]]*\]", re.IGNORECASE)
_LOTUS_PATH = re.compile(r"(?<=\w)/[^/@]{1,60}(?:/[^/@]{1,60})*(?:@[^@.]{1,60})?$")
"""What Notes writes after a name: `Petra Noor/Halden/NO@Halden`."""
_HEADER_LINES = 16
_WHOLE = 0.98


def split_forward(turn: Turn) -> list[Turn]:
    """The sender's own turn, and where the mail ends in a forwarded one, that one's turn, excluded as a whole."""
    last = turn.excluded[-1] if turn.excluded else None
    if last is None or last.why != FORWARDED or turn.text[last.span.end :].strip():
        return [turn]
    author = _author(last.span.of(turn.text), turn)
    own = turn.text[: last.span.start].rstrip()
    kept = tuple(e for e in turn.excluded[:-1] if e.span.end <= len(own))
    forwarded = last.span.of(turn.text)
    return [
        replace(turn, text=own, excluded=kept),
        replace(author, text=forwarded, excluded=(Exclusion(Span(0, len(forwarded)), FORWARDED),)),
    ]


def _author(block: str, carrier: Turn) -> Turn:
    """Speaker, address and moment from the header lines of a forwarded block; unknown where it has none.

    A moment without a zone is the forwarding person's own: clients write it out on their clock.
    """
    patterns = load_patterns()
    found: dict[str, str] = {}
    for line in split_lines(block)[:_HEADER_LINES]:
        kind = header_kind(line.bare, patterns)
        if kind is not None:
            found.setdefault(kind, re.split(r"[:：]", line.bare, maxsplit=1)[1].strip(" *"))
    sender = _MAILTO.sub("", found.get("from", ""))
    boxes = headers.parse_mailboxes([sender if "<" in sender else _LOTUS_PATH.sub("", sender)])
    box = boxes[0] if boxes else headers.Mailbox("", None)
    at = written_moment(found.get("date", ""), near=carrier.at)
    return Turn("", box.name or box.address or "", at=at, address=box.address)


def attached_turn(mime: Mime) -> Turn | None:
    """The turn of a mail attached as message/rfc822; None where it has no text."""
    try:
        body = body_of(mime)
        text = checked(body.text.strip(), "attached mail")
    except (UnreadableError, RecursionError):
        return None
    if not text:
        return None
    senders = headers.mailboxes(mime, "From") or (headers.Mailbox("", None),)
    return Turn(
        text=text,
        speaker=senders[0].name or senders[0].address or "",
        at=headers.moment(mime),
        address=senders[0].address,
        excluded=(Exclusion(Span(0, len(text)), FORWARDED),),
    )
