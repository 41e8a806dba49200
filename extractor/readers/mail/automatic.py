"""Whether a machine wrote a mail: automatic answers, whose text is evidence, and delivery failures, whose text is not."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message as Mime
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

from extractor.readers.mail import headers
from extractor.readers.mail.body import Body, content_type
from extractor.readers.mail.headers import Mailbox

AUTOMATIC_FILE = Path(__file__).with_name("automatic.yaml")
AUTOMATIC_NOTE = "automatic answer"
"""Note on a document that nobody typed when it was sent; it is no sign of life of its sender."""
BOUNCE_NOTE = "delivery failure"


class AutomaticFile(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    answer_subjects: tuple[str, ...]
    answer_headers: dict[str, tuple[str, ...]]
    bounce_senders: tuple[str, ...]
    bounce_subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Signs:
    answer_subject: re.Pattern[str]
    answer_headers: dict[str, re.Pattern[str]]
    bounce_sender: re.Pattern[str]
    bounce_subject: re.Pattern[str]


@lru_cache(maxsize=4)
def load_signs(path: Path = AUTOMATIC_FILE) -> Signs:
    data = AutomaticFile.model_validate(yaml.safe_load(path.read_text("utf-8")))
    return Signs(
        answer_subject=_any(data.answer_subjects, r"^\W*(?:", r")"),
        answer_headers={name: _any(values) for name, values in data.answer_headers.items()},
        bounce_sender=_any(data.bounce_senders),
        bounce_subject=_any(data.bounce_subjects),
    )


def _any(patterns: tuple[str, ...], before: str = "(?:", after: str = ")") -> re.Pattern[str]:
    return re.compile(before + "|".join(f"(?:{p})" for p in patterns) + after, re.IGNORECASE)


def is_automatic(mime: Mime, subject: str) -> bool:
    """An out-of-office or departure answer, or another mail that its system sent by itself in answer."""
    signs = load_signs()
    if any(
        pattern.search(value) for name, pattern in signs.answer_headers.items() if (value := headers.raw(mime, name))
    ):
        return True
    return bool(signs.answer_subject.match(subject))


def is_bounce(mime: Mime, body: Body, sender: Mailbox) -> bool:
    """A delivery failure: by its report part, or by sender and subject together."""
    if content_type(mime) == "multipart/report" and any(
        content_type(p) == "message/delivery-status" for p in body.report
    ):
        return True
    signs = load_signs()
    subject = headers.text(mime, "Subject")
    from_daemon = bool(signs.bounce_sender.search(f"{sender.address or ''} {sender.name}"))
    return (from_daemon or headers.raw(mime, "Return-Path") == "<>") and bool(signs.bounce_subject.search(subject))
