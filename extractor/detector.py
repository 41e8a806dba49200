"""The one protocol behind which every engine stands, and what reading a document can come to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Protocol

from extractor.document import Document
from extractor.signal import Claim


class Outcome(StrEnum):
    """`READ` means signals or none; the others mean that nobody has judged the document yet."""

    READ = "read"
    REFUSED = "refused"
    UNREADABLE = "unreadable"
    FAILED = "failed"
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Usage:
    """What one document cost; zero for an embedded engine. Tokens as the provider bills them, money in its currency."""

    requests: int = 0
    prompt_tokens: int = 0
    cached_tokens: int = 0
    completion_tokens: int = 0
    seconds: float = 0.0
    money: float = 0.0


@dataclass(frozen=True, slots=True)
class Detection:
    """What came of one document. `detail` explains any outcome but `READ`."""

    document_id: str
    outcome: Outcome
    claims: tuple[Claim, ...] = ()
    detail: str = ""
    usage: Usage = field(default_factory=Usage)


class Detector(Protocol):
    """Reads documents and asserts claims; it stores nothing and never raises for one bad document."""

    @property
    def extractor(self) -> str:
        """Engine and version, as kept with every signal."""

    def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
        """One detection for each document, in order, lazily: what is done survives what fails later."""
