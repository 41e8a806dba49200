"""Signals from people's labels instead of a detector: read strictly, laid over the documents they speak of.

A line names its document by the exporting system's own ids, not by ours, and its messages by position; each quote is
grounded like any claim.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from extractor.detector import Detection, Outcome
from extractor.document import Document, Source
from extractor.grounding import Grounded, ground
from extractor.labelled import GoldSignal, LabelledFileError
from extractor.signal import Claim

LABELS = "labels"
"""The extractor's name that signals from labels carry."""


class LabelLine(BaseModel):
    """What somebody found in one document. `message_ids` maps label messages to Message-IDs, `positions` to turns."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    id: str
    account_id: str
    source: Source
    message_ids: dict[str, str] = {}
    positions: dict[str, int] = {}
    ticket_id: int | str | None = None
    signals: tuple[GoldSignal, ...] = ()

    @property
    def keys(self) -> tuple[str, ...]:
        """The documents' keys as readers give them."""
        if self.source is Source.EMAIL:
            return tuple(f"mail:{_bare(name)}" for name in self.message_ids.values()) or (f"mail:{self.id}",)
        if self.source is Source.TICKET:
            return (f"zendesk:{self.ticket_id}", str(self.ticket_id), self.id)
        return (f"call:{self.id}", self.id)


def load_labels(path: Path) -> list[LabelLine]:
    """Raises LabelledFileError with file, line and fault for the first bad line."""
    found = []
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    try:
                        found.append(LabelLine.model_validate_json(line))
                    except ValidationError as error:
                        fault = error.errors(include_url=False)[0]
                        where = ".".join(str(part) for part in fault["loc"])
                        raise LabelledFileError(f"{path}:{number}: {where}: {fault['msg']}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise LabelledFileError(f"{path}: {error}") from error
    return found


def labelled_claims(line: LabelLine, document: Document) -> tuple[Claim, ...]:
    """The line's quotes that belong to this document; of a mail thread each mail takes its own."""
    claims = []
    for number, signal in enumerate(line.signals):
        for evidence in signal.evidence:
            message = _message(line, evidence.message, document)
            if message is not None:
                claims.append(Claim(signal.type, evidence.quote, signal.severity, 1.0, message, str(number)))
    return tuple(claims)


def labelled_reading(lines: Iterable[LabelLine], document: Document) -> tuple[Detection, Grounded]:
    """The document as its labels read it; without any it was read and holds no signal."""
    claims = tuple(c for line in lines for c in labelled_claims(line, document))
    return Detection(document.id, Outcome.READ, claims), ground(claims, document, LABELS)


def _message(line: LabelLine, name: str, document: Document) -> str | None:
    """The document's own name for a label's message, or None where that message is another document."""
    if line.source is Source.EMAIL:
        mine = document.key.removeprefix("mail:") == _bare(line.message_ids.get(name, ""))
        return document.messages[0].id if mine and document.messages else None
    position = line.positions.get(name)
    if position is not None and 1 <= position <= len(document.messages):
        return document.messages[position - 1].id
    return name


def _bare(message_id: str) -> str:
    """A Message-ID without its angle brackets (RFC 5322, 3.6.4)."""
    return message_id.strip().removeprefix("<").removesuffix(">")
