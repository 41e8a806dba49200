"""Labelled samples: whole documents with gold signals, and short passages for training.

The format is that of `samples/labelled/GUIDE.md`, one JSON object a line. Loading is strict: the first bad line stops
with file, line and fault, since a silently dropped sample changes every figure made from the rest.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Annotated, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from extractor.document import Document, Role, Source, Turn, compose
from extractor.taxonomy import load_taxonomy

Severity = Annotated[int, Field(ge=1, le=3)]
Filled = Annotated[str, Field(min_length=1)]


class LabelledFileError(ValueError):
    """A line that does not keep to the format; the message names file, line and fault."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class LabelledMessage(_Strict):
    id: Filled
    speaker: str
    role: Role
    job_title: str | None = None
    at: datetime | None = None
    text: str


class GoldQuote(_Strict):
    message: Filled
    quote: Filled


class GoldSignal(_Strict):
    type: Filled
    severity: Severity
    evidence: Annotated[tuple[GoldQuote, ...], Field(min_length=1, max_length=3)]


class LabelledDocument(_Strict):
    """One document with what an annotator found in it; `tags` say what makes it hard."""

    id: Filled
    account: str
    source: Source
    title: str = ""
    messages: Annotated[tuple[LabelledMessage, ...], Field(min_length=1)]
    signals: tuple[GoldSignal, ...] = ()
    tags: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _labels_point_into_the_text(self) -> LabelledDocument:
        texts = {m.id: m.text for m in self.messages}
        if len(texts) != len(self.messages):
            raise ValueError("message ids repeat; give each message its own")
        for signal in self.signals:
            _known(signal.type)
            for evidence in signal.evidence:
                if evidence.message not in texts:
                    raise ValueError(f"{signal.type}: no message {evidence.message!r} in the document")
                if evidence.quote not in texts[evidence.message]:
                    raise ValueError(f"{signal.type}: quote is not verbatim in {evidence.message}: {evidence.quote!r}")
        return self

    def document(self) -> Document:
        """The canonical document; message ids stay as labelled."""
        turns = [Turn(m.text, m.speaker, m.role, m.at, None, m.job_title, (), m.id) for m in self.messages]
        return compose(turns, source=self.source, key=self.id, title=self.title, account_hint=self.account)


class PassageLabel(_Strict):
    type: Filled
    severity: Severity
    quote: Filled


class Passage(_Strict):
    """A stretch of one speaker's words with labels; `near` names the type it only resembles."""

    id: Filled
    source: Source
    role: Role
    before: str
    text: Filled
    labels: tuple[PassageLabel, ...]
    near: str | None = None

    @model_validator(mode="after")
    def _labels_point_into_the_text(self) -> Passage:
        if self.near is not None:
            _known(self.near)
        for label in self.labels:
            _known(label.type)
            if label.quote not in self.text:
                raise ValueError(f"{label.type}: quote is not verbatim: {label.quote!r}")
        return self


class Splits(_Strict):
    """Which documents may be learnt from; the rule is by account, so that no account stands on both sides."""

    rule: str
    documents: dict[str, Literal["train", "test"]]


def load_documents(path: Path) -> list[LabelledDocument]:
    return list(_lines(path, LabelledDocument))


def load_passages(path: Path) -> list[Passage]:
    return list(_lines(path, Passage))


def load_splits(path: Path) -> Splits:
    try:
        return Splits.model_validate_json(path.read_text("utf-8"))
    except (OSError, ValidationError) as error:
        raise LabelledFileError(f"{path}: {_first_fault(error)}") from error


Sample = TypeVar("Sample", LabelledDocument, Passage)


def _lines(path: Path, model: type[Sample]) -> Iterator[Sample]:
    seen: dict[str, int] = {}
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    sample = model.model_validate_json(line)
                except ValidationError as error:
                    raise LabelledFileError(f"{path}:{number}: {_first_fault(error)}") from error
                if sample.id in seen:
                    raise LabelledFileError(
                        f"{path}:{number}: id {sample.id!r} stands already in line {seen[sample.id]}; ids must differ"
                    )
                seen[sample.id] = number
                yield sample
    except (OSError, UnicodeDecodeError) as error:
        raise LabelledFileError(f"{path}: {error}") from error


def _known(signal_type: str) -> None:
    if signal_type not in load_taxonomy().by_id:
        raise ValueError(f"unknown signal type {signal_type!r}; known are {', '.join(load_taxonomy().ids)}")


def _first_fault(error: Exception) -> str:
    if isinstance(error, ValidationError):
        fault = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in fault["loc"])
        return f"{where}: {fault['msg']}" if where else str(fault["msg"])
    return str(error)
