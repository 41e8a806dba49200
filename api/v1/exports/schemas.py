"""Everything kept of one account, as one document."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field

from api.v1.accounts.schemas import AccountItem, ActionItem, AssessmentItem, RejectionItem, Scored
from api.v1.documents.schemas import DocumentText
from api.v1.reviews.schemas import ReviewItem
from extractor.document import Role, Took
from scoring.explanation import Explanation


class Kept(BaseModel):
    """A part of an account as it is kept."""

    model_config = ConfigDict(from_attributes=True)


class Person(Kept):
    name: str
    address: str
    role: str
    job_title: str


class Metric(Kept):
    """A measured value; `known_at` is null where it was known by the end of its day."""

    metric: str = Field(examples=["active_users"])
    day: date
    value: float
    known_at: datetime | None


class TicketTimes(Kept):
    """When a ticket was opened and closed, as it was known from `known_at` on."""

    key: str
    opened: datetime
    closed: datetime | None
    known_at: datetime | None


class Outcome(Kept):
    """How a contract period ended; worth a year before and after, in whole units of the account's currency."""

    day: date
    outcome: str = Field(examples=["renewed"])
    before: int | None
    after: int | None


class Part(Kept):
    """Somebody's part in a mail, call or ticket, as its metadata tell it."""

    document_id: str
    address: str | None
    name: str
    role: Role
    took: Took
    at: datetime


class ActionStep(Kept):
    """What happened to an action, with what somebody said of it."""

    action_id: str
    number: int
    day: date
    author: str
    kind: str = Field(examples=["note"])
    text: str


class BandSet(Kept):
    """A band set by hand; it holds from `first` to `last`, both included."""

    first: date
    last: date
    band: str
    author: str
    reason: str
    at: datetime


class AccountExport(BaseModel):
    """`documents` hold the texts with their marks; `why` is null until the account was scored."""

    account: AccountItem
    people: list[Person]
    metrics: list[Metric]
    tickets: list[TicketTimes]
    outcomes: list[Outcome]
    why: Explanation | None
    history: list[Scored]
    assessments: list[AssessmentItem]
    overrides: list[BandSet]
    actions: list[ActionItem]
    action_steps: list[ActionStep]
    reviews: list[ReviewItem]
    rejections: list[RejectionItem]
    interactions: list[Part]
    documents: list[DocumentText]


class Erased(BaseModel):
    """What went. `subject` is a digest of whom it was; `elsewhere` are files that are not ours and would bring it back."""

    subject: str
    documents: int
    messages: int
    signals: int
    rows: dict[str, int] = Field(description="rows that went or were changed, by table")
    elsewhere: list[str]
