"""From claim to evidence: what a detector asserts, what code has located, and what was refused.

A `Claim` is a model's word. It becomes a `Signal` only when `grounding` finds its quote in the document; otherwise it
stays as a `Rejection`, which people can list and count.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from extractor.document import Role, Span, Took, content_id


@dataclass(frozen=True, slots=True)
class Claim:
    """One quote put forward for one signal type; severity 1 to 3, confidence 0 to 1.

    `message` is where the detector says the quote stands. Claims of one type and one `matter` become one signal with
    several quotes; two departures in a document are two matters.
    """

    type: str
    quote: str
    severity: int
    confidence: float
    message: str | None = None
    matter: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The document's own words: `document.text[span] == quote`, within one message of an eligible speaker."""

    document_id: str
    message: str
    span: Span
    quote: str
    speaker: str
    role: Role
    at: datetime | None


@dataclass(frozen=True, slots=True)
class Signal:
    """One matter of one type in one document, with one to three quotes in reading order.

    `extractor` names engine and version (`local/3f2a…`, `llm/MODEL/extract_signals.v1`, `labels`).
    """

    id: str
    document_id: str
    type: str
    severity: int
    confidence: float
    evidence: tuple[Evidence, ...]
    extractor: str

    @property
    def observed_at(self) -> datetime | None:
        """When it was first said."""
        times = [e.at for e in self.evidence if e.at is not None]
        return min(times, default=None)

    def until(self, moment: datetime) -> Signal | None:
        """The signal as it could be seen at that moment: later quotes fall away; None before the first."""
        seen = tuple(e for e in self.evidence if e.at is None or e.at <= moment)
        if len(seen) == len(self.evidence):
            return self if seen else None
        return replace(self, evidence=seen) if seen else None


def make_signal(
    document_id: str, type: str, severity: int, confidence: float, evidence: tuple[Evidence, ...], extractor: str
) -> Signal:
    """Order the quotes and derive the id from document, type, spans and extractor."""
    ordered = tuple(sorted(evidence, key=lambda e: e.span))
    spans = [[e.span.start, e.span.end] for e in ordered]
    return Signal(
        content_id([document_id, type, spans, extractor]),
        document_id,
        type,
        severity,
        confidence,
        ordered,
        extractor,
    )


class Reason(StrEnum):
    """Why a claim is not evidence."""

    EMPTY = "empty"
    UNKNOWN_TYPE = "unknown_type"
    NOT_FOUND = "not_found"
    NEAR_MISS = "near_miss"
    PART_OF_WORD = "part_of_word"
    CROSSES_MESSAGES = "crosses_messages"
    QUOTED_HISTORY = "quoted_history"
    FORWARDED = "forwarded"
    SIGNATURE = "signature"
    DISCLAIMER = "disclaimer"
    AUTOMATIC = "automatic"
    WRONG_SPEAKER = "wrong_speaker"
    UNSUPPORTED = "unsupported"
    DUPLICATE = "duplicate"
    SURPLUS = "surplus"


@dataclass(frozen=True, slots=True)
class Rejection:
    """A refused claim with its named reason; kept, never evidence."""

    document_id: str
    claim: Claim
    reason: Reason
    extractor: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Interaction:
    """What metadata says without words: who wrote or attended, when, in which document.

    `thread` ties documents of one conversation. `known_at` stands where the document arrived later than it was written.
    """

    document_id: str
    address: str | None
    name: str
    role: Role
    took: Took
    at: datetime
    thread: str = ""
    known_at: datetime | None = None
