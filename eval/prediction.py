"""From grounded signals to predictions in the labelled format: offsets index the message, not the document."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from eval.record import Label, Quote, Refused
from extractor.document import Document
from extractor.labelled import GoldSignal, LabelledDocument
from extractor.signal import Evidence, Rejection, Signal


def predicted_labels(document: Document, signals: Iterable[Signal]) -> tuple[Label, ...]:
    """Signals of one document as labels.

    Raises ValueError where evidence names a message that the document does not have.
    """
    return tuple(
        Label(
            type=signal.type,
            severity=signal.severity,
            confidence=signal.confidence,
            evidence=tuple(_quote(document, evidence) for evidence in signal.evidence),
        )
        for signal in signals
    )


def gold_labels(sample: LabelledDocument) -> tuple[Label, ...]:
    """Gold signals with offsets; a quote that stands several times in its message means the first place."""
    texts = {message.id: message.text for message in sample.messages}
    return tuple(_gold(signal, texts) for signal in sample.signals)


def refused(rejections: Iterable[Rejection]) -> tuple[Refused, ...]:
    return tuple(
        Refused(
            type=_writable(r.claim.type),
            quote=_writable(r.claim.quote),
            message=_writable(r.claim.message) if r.claim.message is not None else None,
            severity=r.claim.severity,
            confidence=r.claim.confidence,
            reason=r.reason,
            detail=_writable(r.detail),
        )
        for r in rejections
    )


def predictions_line(
    document: Document, signals: Iterable[Signal], rejections: Iterable[Rejection] = ()
) -> dict[str, Any]:
    """One line of `whyred extract`: JSON-ready, `id` is the sample's own id (the document's key)."""
    return {
        "id": document.key,
        "signals": [label.model_dump(mode="json") for label in predicted_labels(document, signals)],
        "rejections": [one.model_dump(mode="json") for one in refused(rejections)],
    }


def _quote(document: Document, evidence: Evidence) -> Quote:
    message = document.message(evidence.message)
    if message is None:
        raise ValueError(f"evidence names message {evidence.message!r}, which document {document.key!r} does not have")
    span = evidence.span.moved(-message.span.start)
    return Quote(message=message.id, quote=evidence.quote, start=span.start, end=span.end)


def _gold(signal: GoldSignal, texts: dict[str, str]) -> Label:
    quotes = []
    for evidence in signal.evidence:
        start = texts[evidence.message].index(evidence.quote)
        end = start + len(evidence.quote)
        quotes.append(Quote(message=evidence.message, quote=evidence.quote, start=start, end=end))
    return Label(type=signal.type, severity=signal.severity, evidence=tuple(quotes))


def _writable(text: str) -> str:
    """A model can answer with lone surrogates, which no UTF-8 file holds; they become visible escapes."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")
