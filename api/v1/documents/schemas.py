"""A whole document as the API tells it."""

from __future__ import annotations

from datetime import UTC, datetime

from pydantic import BaseModel, Field

from api.offsets import Offsets, both_counts
from extractor.document import Document
from store.browse import Sighting


class MessageItem(BaseModel):
    """Who said which stretch of the text."""

    id: str
    speaker: str
    role: str
    at: datetime | None
    address: str | None
    offsets: Offsets


class ExclusionItem(BaseModel):
    why: str = Field(examples=["quoted_history"])
    offsets: Offsets


class MarkItem(BaseModel):
    """A stretch that a signal cites; `current` ones count towards the score."""

    signal: str
    type: str
    extractor: str
    current: bool
    offsets: Offsets


class DocumentText(BaseModel):
    """The canonical text; every offset in the product indexes it."""

    id: str
    account: str
    source: str
    title: str
    thread: str | None
    origin: str
    notes: list[str]
    text: str
    messages: list[MessageItem]
    excluded: list[ExclusionItem]
    marks: list[MarkItem]


def document_text(document: Document, account_id: str, seen: list[Sighting]) -> DocumentText:
    cited = [(s, e) for s in seen for e in s.signal.evidence]
    spans = [
        *(m.span for m in document.messages),
        *(x.span for x in document.excluded),
        *(e.span for _, e in cited),
    ]
    offsets = iter(both_counts(document.text, spans))
    return DocumentText(
        id=document.id,
        account=account_id,
        source=document.source.value,
        title=document.title,
        thread=document.thread,
        origin=document.origin,
        notes=list(document.notes),
        text=document.text,
        messages=[
            MessageItem(
                id=m.id,
                speaker=m.speaker,
                role=m.role.value,
                at=m.at.astimezone(UTC) if m.at else None,
                address=m.address,
                offsets=next(offsets),
            )
            for m in document.messages
        ],
        excluded=[ExclusionItem(why=x.why, offsets=next(offsets)) for x in document.excluded],
        marks=[
            MarkItem(
                signal=s.signal.id,
                type=s.signal.type,
                extractor=s.signal.extractor,
                current=s.current,
                offsets=next(offsets),
            )
            for s, _ in cited
        ],
    )
