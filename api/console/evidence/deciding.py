"""What the reviewer's form offers, and what was decided before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Form

from api.blind import Parted, closed_to, open_to, parted
from api.identity import Caller
from api.problems import InvalidError
from api.reviews import REASONS, Wanted
from extractor.document import Document, Span
from extractor.taxonomy import SignalType, load_taxonomy
from scoring.facts import Verdict, unretracted
from store.decisions import Review


@dataclass(frozen=True, slots=True)
class Deciding:
    """`may` says whether the form is shown at all; `earlier` are the decisions, newest first.

    `blind` when somebody decided and the caller may not see it yet; `rejected` when the last word that holds is a
    rejection; `parted` says who is of which opinion.
    """

    may: bool
    types: tuple[SignalType, ...]
    reasons: tuple[str, ...]
    earlier: Sequence[Earlier]
    blind: bool
    rejected: bool
    parted: Parted


@dataclass(frozen=True, slots=True)
class Earlier:
    """A decision or retraction; `mine` may be taken back by the caller, as long as it holds."""

    review: Review
    holds: bool
    mine: bool


def deciding(reviews: Sequence[Review], caller: Caller, *, may: bool) -> Deciding:
    """`reviews` are all of one signal, oldest first."""
    holding = unretracted(reviews)
    seen = open_to(caller, reviews)
    blind = bool(closed_to(caller, reviews))
    return Deciding(
        may=may,
        types=load_taxonomy().types,
        reasons=REASONS,
        earlier=[Earlier(r, r in holding, may and _may_take_back(caller, r)) for r in reversed(seen)],
        blind=blind,
        rejected=bool(holding) and not blind and holding[-1].verdict is Verdict.REJECT,
        parted=parted(seen),
    )


def _may_take_back(caller: Caller, review: Review) -> bool:
    return review.author == caller.name or caller.may("administer")


def wanted_of(
    verdict: Annotated[Verdict, Form()],
    reason: Annotated[str, Form(max_length=500)] = "",
    other: Annotated[str, Form(max_length=500)] = "",
    to_type: Annotated[str, Form(max_length=60)] = "",
    to_severity: Annotated[int, Form(ge=0, le=3)] = 0,
    span: Annotated[str, Form(max_length=40, pattern=r"^([0-9]{1,9}-[0-9]{1,9})?$")] = "",
    retracts: Annotated[str, Form(max_length=100)] = "",
) -> Wanted:
    """The form's fields; those of a relabel count only when it is one. Raises InvalidError for a span of no length."""
    said = other.strip() or reason
    if verdict is not Verdict.RELABEL:
        return Wanted(verdict, said, retracts=retracts if verdict is Verdict.RETRACT else "")
    start, _, end = span.partition("-")
    if span and int(start) >= int(end):
        raise InvalidError(f"span {span} marks no words; select some in the document")
    return Wanted(verdict, said, to_type, to_severity, (Span(int(start), int(end)),) if span else ())


def fits(document: Document, wanted: Wanted) -> None:
    """Raises InvalidError where the span lies outside of the document."""
    for span in wanted.to_spans:
        if span.end > len(document.text):
            raise InvalidError(f"span [{span.start}, {span.end}) ends after the document; select the words again")
