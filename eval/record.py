"""What an evaluation run keeps: enough to recompute every figure, and to show every error, without the engine.

A run is a header that could reproduce it and one result for each document, with the words, the gold signals, what was
predicted and what was refused. After the run record of UKGovernmentBEIS/inspect_ai (`EvalSpec`).
"""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from extractor.detector import Outcome, Usage
from extractor.document import Role, Source, Span
from extractor.signal import Reason

FORMAT = 1
"""Raised when a stored run can no longer be read as it stands."""


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Quote(Strict):
    """Words of one message; `[start, end)` index that message's text in code points."""

    message: str
    quote: str
    start: int
    end: int

    @property
    def span(self) -> Span:
        return Span(self.start, self.end)


class Label(Strict):
    """A signal as gold or as predicted; gold labels are certain."""

    type: str
    severity: Annotated[int, Field(ge=1, le=3)]
    confidence: Annotated[float, Field(ge=0, le=1)] = 1.0
    evidence: tuple[Quote, ...]


class Refused(Strict):
    """A claim that was not evidence; severity and confidence as claimed, however absurd."""

    type: str
    quote: str
    message: str | None
    severity: int
    confidence: float
    reason: Reason
    detail: str = ""


class Words(Strict):
    """One message as the annotator saw it."""

    id: str
    speaker: str
    role: Role
    job_title: str | None = None
    at: datetime | None = None
    text: str


class DocumentResult(Strict):
    """One document: what stands in it, what people found, what the engine found and what code refused."""

    id: str
    account: str
    source: Source
    title: str
    tags: tuple[str, ...]
    messages: tuple[Words, ...]
    gold: tuple[Label, ...]
    predicted: tuple[Label, ...]
    rejections: tuple[Refused, ...]
    outcome: Outcome
    detail: str = ""
    usage: Usage = Usage()

    def text(self, message: str) -> str:
        """The message's words; empty for a message that does not exist."""
        return next((m.text for m in self.messages if m.id == message), "")

    def role(self, message: str | None) -> Role:
        return next((m.role for m in self.messages if m.id == message), Role.UNKNOWN)


class Environment(Strict):
    """Where a run was made: the code's revision, whether it had local changes, and the versions it stood on."""

    revision: str
    changed: bool
    python: str
    packages: dict[str, str]


class Header(Strict):
    """What it takes to make the same run again. `seconds` is wall-clock time for the whole run, grounding included."""

    format: Literal[1] = 1
    dataset: str
    dataset_digest: str
    taxonomy_digest: str
    extractor: str
    model: str = ""
    prompt_digest: str = ""
    seed: int
    started_at: datetime
    seconds: float
    environment: Environment


class RunRecord(Strict):
    header: Header
    documents: tuple[DocumentResult, ...]
