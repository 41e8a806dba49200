"""What reading can end in besides a document: an error that names its remedy, or an item set aside.

`ValueError` > `UnreadableError`: the only error of this package. `read` turns it into an `Unread`, so that one bad
file or one bad mail never stops a run.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from extractor.document import Document


class Obstacle(StrEnum):
    """Why an item could not be read; stable, so that people can count and filter by it."""

    BROKEN_JSON = "broken_json"
    BROKEN_MIME = "broken_mime"
    BROKEN_ROW = "broken_row"
    DISCARDED = "discarded"
    ENCRYPTED = "encrypted"
    LONE_SURROGATES = "lone_surrogates"
    MISSING = "missing"
    NOT_A_CONVERSATION = "not_a_conversation"
    NOT_CONSENTED = "not_consented"
    NOT_SENT = "not_sent"
    NO_TEXT = "no_text"
    NUL_BYTES = "nul_bytes"
    TABLE = "table"
    TOO_LARGE = "too_large"
    TOO_MANY_PARTS = "too_many_parts"
    UNKNOWN_FORMAT = "unknown_format"


class UnreadableError(ValueError):
    """The content cannot be read; the message says what is wrong and what to do about it. `call` is `Unread.call`."""

    def __init__(self, message: str, reason: Obstacle = Obstacle.UNKNOWN_FORMAT, call: Document | None = None) -> None:
        super().__init__(message)
        self.reason = reason
        self.call = call

    def at(self, origin: str) -> Unread:
        return Unread(origin, self.reason, str(self), self.call)


@dataclass(frozen=True, slots=True)
class Unread:
    """An item that was set aside: one file, one mail of an mbox, one line of an export. The rest of the file goes on.

    `call` is given for a call that somebody refused to have recorded: who spoke and when, without a word of it, so that
    what was kept of it before is found.
    """

    origin: str
    reason: str
    detail: str
    call: Document | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "reason", str(self.reason))
