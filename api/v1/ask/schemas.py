"""Questions and answers as the API takes and tells them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.asking import Answer


class Question(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"question": "why did Sundergate turn red?"},
                {"question": "what did they say about pricing since May?", "account": "a-sundergate"},
            ]
        },
    )

    question: str = Field(min_length=2, max_length=1000)
    account: str | None = Field(default=None, max_length=200, description="else the question must name it")


class CitationItem(BaseModel):
    """Verbatim words; `start` and `end` index the document's text in code points."""

    document: str
    message: str
    start: int
    end: int
    quote: str
    speaker: str
    role: str
    at: datetime | None
    source: str
    title: str
    signal: str


class SentenceItem(BaseModel):
    """`lines` name what proves a sentence where no words do: ids of the ledger's rules, or stored facts.

    Facts: `account:FIELD`, `contact:NAME`, `document:ID`, `action:ID`, `score:DAY`; `contacts` and `actions` for all.
    """

    text: str
    citations: list[CitationItem]
    lines: list[str]


class Candidate(BaseModel):
    id: str
    name: str


class Answered(BaseModel):
    """`kind` says what the sentences are: an explanation, stored facts, passages found, or none (no clear account)."""

    kind: Literal["why", "facts", "passages", "unsure", "nothing"]
    account: str | None
    since: date | None
    until: date | None
    sentences: list[SentenceItem]
    candidates: list[Candidate]
    worded_by: str = Field(description="model and prompt that worded the sentences; empty: nobody, they are quotes")
    note: str = Field(description="what the answer lacks, if anything")


def answered(answer: Answer) -> Answered:
    return Answered(
        kind=answer.kind,
        account=answer.account.id if answer.account else None,
        since=answer.days.since,
        until=answer.days.until,
        sentences=[
            SentenceItem(
                text=s.text,
                citations=[
                    CitationItem(**{name: getattr(c, name) for name in CitationItem.model_fields}) for c in s.citations
                ],
                lines=list(s.lines),
            )
            for s in answer.sentences
        ],
        candidates=[Candidate(id=a.id, name=a.name) for a in answer.candidates],
        worded_by=answer.worded_by,
        note=answer.note,
    )
