"""Decisions as the API takes and tells them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from api.blind import open_to
from api.identity import Caller
from scoring.facts import Verdict, unretracted
from store.decisions import Review
from store.snapshots import Snapshot


class SpanIn(BaseModel):
    """`[start, end)`, counted as `unit` says."""

    model_config = ConfigDict(extra="forbid")

    start: int = Field(ge=0, le=2**31, examples=[412])
    end: int = Field(ge=0, le=2**31, examples=[446])
    unit: Literal["code_points", "utf16"] = "code_points"


class ReviewIn(BaseModel):
    """What a reviewer decides. Reject and relabel need a reason; a relabel another type, severity or span.

    Retract takes a decision back, which then counts as never made: one's own last one on the signal, or the one that
    `retracts` names. An admin may name anybody's.
    """

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"verdict": "reject", "reason": "about another vendor's product"}]},
    )

    verdict: Verdict
    reason: str = Field(default="", max_length=500)
    to_type: str = Field(default="", max_length=60, examples=["budget_pressure"])
    to_severity: int = Field(default=0, ge=0, le=3, description="0 leaves it as it is")
    to_spans: list[SpanIn] = Field(default=[], max_length=3)
    retracts: str = Field(default="", max_length=100, description="id of the decision to take back")


class ReviewItem(BaseModel):
    """A decision as it was appended, or a retraction, which names in `retracts` what it took back.

    `holds` is false of decisions that were taken back, and of retractions.
    """

    id: str
    account: str
    signal: str
    type: str
    verdict: Verdict
    at: datetime
    author: str
    reason: str
    to_type: str
    to_severity: int
    to_spans: list[tuple[int, int]]
    retracts: str
    holds: bool


class Stand(BaseModel):
    day: date
    band: str
    score: float


class Reviewed(BaseModel):
    """The decision, and what it did to the score.

    `others` is what other reviewers say of the signal, shown once one has decided; `differing` names those of them who
    differ on whether its type stands.
    """

    review: ReviewItem
    others: list[ReviewItem]
    differing: list[str]
    before: Stand | None
    after: Stand


def review_items(reviews: Sequence[Review], caller: Caller) -> list[ReviewItem]:
    """Those open to the caller, in the order given; `reviews` are all of some signals, with their retractions."""
    holding = {r.id for r in unretracted(reviews)}
    return [review_item(r, holds=r.id in holding) for r in open_to(caller, reviews)]


def review_item(review: Review, *, holds: bool) -> ReviewItem:
    return ReviewItem(
        id=review.id,
        account=review.account_id,
        signal=review.signal_id,
        type=review.type,
        verdict=review.verdict,
        at=review.at,
        author=review.author,
        reason=review.reason,
        to_type=review.to_type,
        to_severity=review.to_severity,
        to_spans=list(review.to_spans),
        retracts=review.retracts,
        holds=holds,
    )


def stand(snapshot: Snapshot) -> Stand:
    return Stand(day=snapshot.day, band=snapshot.band, score=snapshot.points / 10)
