"""`/v1/…/reviews`: what reviewers decided about signals. Decisions are appended; a later one outweighs an earlier, a
retraction takes one back."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path

from api.blind import closed_to, open_to, parted
from api.evidence import sighting_of
from api.offsets import code_points
from api.problems import InvalidError, documented
from api.reviews import Wanted, decide
from api.v1.reviews.schemas import Reviewed, ReviewIn, ReviewItem, SpanIn, review_item, review_items, stand
from api.visit import ToolVisit
from eval.reviewers import ReviewerAgreement
from extractor.document import Span
from pipeline.agreeing import agreement_of
from store.browse import accounts_for
from store.decisions import reviews_about, reviews_of

router = APIRouter(tags=["reviews"])
SignalId = Annotated[str, Path(max_length=200)]


@router.post("/signals/{signal_id}/reviews", summary="Review Signal", status_code=201, responses=documented(409))
def add(visit: ToolVisit, signal_id: SignalId, body: ReviewIn) -> Reviewed:
    """Decide about a signal; the account is scored at once."""
    account, sighting, document = sighting_of(visit, signal_id)
    spans = tuple(_span(document.text, s) for s in body.to_spans)
    wanted = Wanted(body.verdict, body.reason, body.to_type, body.to_severity, spans, body.retracts)
    done = decide(visit, signal_id, wanted)
    before, after = done.rescored
    name, present = visit.caller.name, reviews_about(visit.connection, account.id, sighting)
    items = review_items(present, visit.caller)
    _, differing = parted(open_to(visit.caller, present)).with_and_against(name)
    return Reviewed(
        review=review_item(done.review, holds=not done.review.retracts),
        others=[i for i in items if i.holds and i.author != name],
        differing=list(differing),
        before=stand(before) if before else None,
        after=stand(after),
    )


@router.get("/signals/{signal_id}/reviews", summary="List Reviews Of Signal")
def list_of_signal(visit: ToolVisit, signal_id: SignalId) -> list[ReviewItem]:
    """Every decision about a signal, also those on an earlier reading of the same words, oldest first.

    A reviewer sees those of others once they decided themselves.
    """
    account, sighting, _ = sighting_of(visit, signal_id)
    return review_items(reviews_about(visit.connection, account.id, sighting), visit.caller)


@router.get("/accounts/{account_id}/reviews", summary="List Reviews Of Account")
def list_of_account(visit: ToolVisit, account_id: Annotated[str, Path(max_length=200)]) -> list[ReviewItem]:
    """Every decision about the account's signals, oldest first; to a reviewer, not yet those awaiting a second look."""
    return review_items(reviews_of(visit.connection, visit.account(account_id).id), visit.caller)


@router.get("/reviews/agreement", summary="Get Agreement Of Reviewers")
def agreement(visit: ToolVisit) -> ReviewerAgreement:
    """How far people agree who judged the same signals: Cohen's κ by type with 95 % intervals, and where they part.

    It is reckoned from what each said before they could see the other's word. A reviewer is told of the signals on which
    they part only where they decided themselves.
    """
    visit.caller.must("review")
    seen = {a.id for a in accounts_for(visit.connection, visit.caller.owners)}
    reviews = [r for r in reviews_of(visit.connection) if r.account_id in seen]
    found, closed = agreement_of(reviews), closed_to(visit.caller, reviews)
    return found.model_copy(update={"differing": tuple(d for d in found.differing if d.signal not in closed)})


def _span(text: str, given: SpanIn) -> Span:
    """In code points. Raises InvalidError for a stretch that is none, or that cuts a character in two."""
    start: int | None = given.start
    end: int | None = given.end
    if given.unit == "utf16":
        start, end = code_points(text, given.start), code_points(text, given.end)
    if start is None or end is None or not 0 <= start < end <= len(text):
        raise InvalidError(f"to_spans [{given.start}, {given.end}) {given.unit} is no stretch of this document")
    return Span(start, end)
