"""Writes down what is said of documents, by an engine or a reviewer, and with it what reviewers are asked next."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, update

from extractor.detector import Detection
from extractor.document import Document
from extractor.grounding import Grounded
from extractor.signal import Rejection, Signal
from store.asked import ask
from store.database import put
from store.decisions import Review
from store.signals import evidence_row, signal_row
from store.tables import decisions, detections, evidence, rejections, signals


def record(
    connection: Connection, account_id: str, document: Document, detection: Detection, extractor: str, found: Grounded
) -> None:
    """Keep one reading; it becomes the document's current one when the document was read."""
    read = detection.outcome.value == "read"
    if read:
        connection.execute(update(detections).where(detections.c.document_id == document.id).values(current=False))
    row = {
        "document_id": document.id,
        "extractor": extractor,
        "outcome": detection.outcome.value,
        "detail": detection.detail,
        "usage": asdict(detection.usage),
        "current": read,
    }
    connection.execute(
        detections.delete().where(detections.c.document_id == document.id, detections.c.extractor == extractor)
    )
    put(connection, detections, [row])
    put(connection, signals, [signal_row(s, subject, account_id) for s, subject in _subjects(document, found)])
    put(connection, evidence, [evidence_row(s, n, e) for s in found.signals for n, e in enumerate(s.evidence)])
    put(connection, rejections, [_rejection_row(n, r) for n, r in enumerate(found.rejections)])
    ask(connection, account_id, [document.id])


def add_review(connection: Connection, review: Review) -> bool:
    row = {name: getattr(review, name) for name in Review.__slots__}
    row |= {"verdict": review.verdict.value}
    row |= {"spans": [list(s) for s in review.spans], "to_spans": [list(s) for s in review.to_spans]}
    new = put(connection, decisions, [row]) == 1
    ask(connection, review.account_id)
    return new


def _subjects(document: Document, found: Grounded) -> Iterator[tuple[Signal, str]]:
    """Name each signal's matter by the document's own key, so that the name survives re-extraction and re-export."""
    seen: dict[str, int] = {}
    for signal in found.signals:
        seen[signal.type] = seen.get(signal.type, 0) + 1
        yield signal, f"{document.key}#{signal.type}#{seen[signal.type]}"


def _rejection_row(number: int, rejection: Rejection) -> dict[str, Any]:
    return {
        "document_id": rejection.document_id,
        "extractor": rejection.extractor,
        "number": number,
        **{k: v for k, v in asdict(rejection.claim).items() if k != "matter"},
        "reason": rejection.reason.value,
        "detail": rejection.detail,
    }
