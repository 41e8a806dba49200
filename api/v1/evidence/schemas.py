"""Signals and the words that prove them, as the API tells them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, Field

from api.offsets import Offsets, both_counts
from extractor.document import Document, Span
from extractor.signal import Evidence, Signal
from extractor.taxonomy import load_taxonomy


class QuoteItem(BaseModel):
    """Verbatim words; `start` and `end` index the document's text in code points."""

    message: str
    quote: str = Field(examples=["we have been asked to compare you with the group's own platform"])
    speaker: str
    role: str
    at: datetime | None
    start: int
    end: int


class SignalItem(BaseModel):
    """A grounded signal. `points` is what it gives or takes today; null where it does not count (any more).

    Null as well to a reviewer who has not decided on it while another has: points would tell what.
    """

    id: str
    account: str
    document: str
    type: str = Field(examples=["competitor_evaluation"])
    label: str
    input: str
    effect: str = Field(examples=["-"])
    severity: int
    confidence: float
    subject: str
    extractor: str
    observed_at: datetime | None
    points: float | None
    quotes: list[QuoteItem]


class CitedQuote(BaseModel):
    """A quote with what stands around it; `before + quote + after` is one stretch of the document's text."""

    message: str
    speaker: str
    role: str
    at: datetime | None
    before: str
    quote: str
    after: str
    offsets: Offsets


class EvidenceItem(BaseModel):
    signal: SignalItem
    source: str
    title: str
    origin: str
    quotes: list[CitedQuote]


def signal_item(signal: Signal, account_id: str, subject: str, points: Mapping[str, float]) -> SignalItem:
    kind = load_taxonomy().by_id[signal.type]
    return SignalItem(
        id=signal.id,
        account=account_id,
        document=signal.document_id,
        type=signal.type,
        label=kind.label,
        input=kind.input,
        effect=kind.effect,
        severity=signal.severity,
        confidence=signal.confidence,
        subject=subject,
        extractor=signal.extractor,
        observed_at=signal.observed_at,
        points=points.get(signal.id),
        quotes=[
            QuoteItem(
                message=e.message,
                quote=e.quote,
                speaker=e.speaker,
                role=e.role.value,
                at=e.at,
                start=e.span.start,
                end=e.span.end,
            )
            for e in signal.evidence
        ],
    )


def cited(document: Document, evidence: tuple[Evidence, ...], context: int) -> list[CitedQuote]:
    """Each quote with up to `context` code points on either side."""
    offsets = both_counts(document.text, [e.span for e in evidence])
    return [_with_context(document, e, place, context) for e, place in zip(evidence, offsets, strict=True)]


def _with_context(document: Document, evidence: Evidence, place: Offsets, context: int) -> CitedQuote:
    before = Span(max(0, evidence.span.start - context), evidence.span.start)
    after = Span(evidence.span.end, min(len(document.text), evidence.span.end + context))
    return CitedQuote(
        message=evidence.message,
        speaker=evidence.speaker,
        role=evidence.role.value,
        at=evidence.at,
        before=before.of(document.text),
        quote=evidence.span.of(document.text),
        after=after.of(document.text),
        offsets=place,
    )
