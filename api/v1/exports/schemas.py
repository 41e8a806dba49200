"""Everything kept of one account, as one document."""

from __future__ import annotations

from pydantic import BaseModel, Field

from api.v1.accounts.schemas import AccountItem, ActionItem, AssessmentItem, Scored
from api.v1.documents.schemas import DocumentText
from api.v1.reviews.schemas import ReviewItem
from scoring.explanation import Explanation


class Person(BaseModel):
    name: str
    address: str
    role: str
    job_title: str


class AccountExport(BaseModel):
    """`documents` hold the texts with their marks; `why` is null until the account was scored."""

    account: AccountItem
    people: list[Person]
    why: Explanation | None
    history: list[Scored]
    assessments: list[AssessmentItem]
    actions: list[ActionItem]
    reviews: list[ReviewItem]
    documents: list[DocumentText]


class Erased(BaseModel):
    """What went. `subject` is a digest of whom it was; `elsewhere` are files that are not ours and would bring it back."""

    subject: str
    documents: int
    messages: int
    signals: int
    rows: dict[str, int] = Field(description="rows that went or were changed, by table")
    elsewhere: list[str]
