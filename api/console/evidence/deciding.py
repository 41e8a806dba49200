"""What the reviewer's form offers, and what was decided before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Form

from api.problems import InvalidError
from api.reviews import REASONS, Wanted
from extractor.document import Document, Span
from extractor.taxonomy import SignalType, load_taxonomy
from scoring.facts import Verdict
from store.decisions import Review


@dataclass(frozen=True, slots=True)
class Deciding:
    """`may` says whether the form is shown at all; `earlier` are the decisions, newest first."""

    may: bool
    types: tuple[SignalType, ...]
    reasons: tuple[str, ...]
    earlier: Sequence[Review]


def deciding(signal_id: str, reviews: Sequence[Review], *, may: bool) -> Deciding:
    return Deciding(
        may,
        load_taxonomy().types,
        REASONS,
        [r for r in reversed(reviews) if r.signal_id == signal_id],
    )


def wanted_of(
    verdict: Annotated[Verdict, Form()],
    reason: Annotated[str, Form(max_length=500)] = "",
    other: Annotated[str, Form(max_length=500)] = "",
    to_type: Annotated[str, Form(max_length=60)] = "",
    to_severity: Annotated[int, Form(ge=0, le=3)] = 0,
    span: Annotated[str, Form(max_length=40, pattern=r"^(\d{1,9}-\d{1,9})?$")] = "",
) -> Wanted:
    """The form's fields; those of a relabel count only when it is one. Raises InvalidError for a span of no length."""
    said = other.strip() or reason
    if verdict is not Verdict.RELABEL:
        return Wanted(verdict, said)
    start, _, end = span.partition("-")
    if span and int(start) >= int(end):
        raise InvalidError(f"span {span} marks no words; select some in the document")
    return Wanted(verdict, said, to_type, to_severity, (Span(int(start), int(end)),) if span else ())


def fits(document: Document, wanted: Wanted) -> None:
    """Raises InvalidError where the span lies outside of the document."""
    for span in wanted.to_spans:
        if span.end > len(document.text):
            raise InvalidError(f"span [{span.start}, {span.end}) ends after the document; select the words again")
