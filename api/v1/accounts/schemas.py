"""Accounts and their standing as the API tells them."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import BaseModel, ConfigDict, Field, JsonValue

from pipeline.portfolio import PortfolioRow
from scoring.explanation import InputInWords, LineInWords, PlayInWords, Standing
from scoring.facts import Account

EXAMPLE: dict[str, JsonValue] = {
    "id": "a-sundergate",
    "name": "Sundergate Cold Stores",
    "segment": "mid_market",
    "industry": "Cold-chain logistics",
    "owner": "tobias.renwick@vendor.example",
    "arr": 96000,
    "currency": "EUR",
    "contract_start": "2025-09-01",
    "renewal_date": "2026-08-31",
    "licensed_seats": 160,
    "standing": {
        "day": "2026-09-15",
        "band": "red",
        "score": 26.8,
        "low": 24.1,
        "high": 34.1,
        "coverage": 90.0,
        "change": -21.4,
        "sentence": "Sundergate Cold Stores went from green to red, 88 to 27 in 139 days.",
        "next_play": "Executive recovery plan",
        "due": "2026-06-01",
    },
}


class Current(BaseModel):
    """The account's last scored day; `change` against four weeks earlier, null where nothing was scored then."""

    day: date
    band: str = Field(examples=["red"], description="green, yellow, red, or unknown where too little is known")
    score: float
    low: float
    high: float
    coverage: float
    change: float | None
    sentence: str
    next_play: str | None
    due: date | None


class AccountItem(BaseModel):
    """An account; `standing` is null until it was scored."""

    model_config = ConfigDict(json_schema_extra={"examples": [EXAMPLE]})

    id: str
    name: str
    segment: str
    industry: str
    owner: str
    arr: int
    currency: str
    contract_start: date | None
    renewal_date: date | None
    licensed_seats: int | None
    standing: Current | None


class Health(BaseModel):
    """The score of one day with the ledger that sums to it."""

    account: str
    asked: date | None = Field(description="the day asked for; `standing.day` is the scored day that answers it")
    standing: Standing
    inputs: tuple[InputInWords, ...]
    ledger: tuple[LineInWords, ...]
    plays: tuple[PlayInWords, ...]
    rulebook: str


class Scored(BaseModel):
    day: date
    score: float
    band: str
    coverage: float
    change: float | None = Field(description="against the scored day before")


class History(BaseModel):
    account: str
    days: list[Scored]


class ActionItem(BaseModel):
    """A play that was opened; `closed` is null while it runs."""

    id: str
    account: str
    play: str
    label: str
    band: str
    owner: str
    opened: date
    due: date
    closed: date | None
    opened_by: tuple[str, ...]


class AssessmentItem(BaseModel):
    day: date
    author: str
    answers: dict[str, str]
    comment: str


class AssessmentIn(BaseModel):
    """An answer to each question of the rules in force, as of today."""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "answers": {
                        "sponsor_status": "active",
                        "exec_engagement": "lapsed",
                        "outcome_narrative": "missing",
                    },
                    "comment": "The sponsor reads, she does not come.",
                }
            ]
        },
    )

    answers: dict[str, str] = Field(max_length=40)
    comment: str = Field(default="", max_length=2000)


class RejectionItem(BaseModel):
    """A claim that was refused: it never counts."""

    document: str
    type: str
    quote: str
    severity: int
    confidence: float
    message: str | None
    reason: str = Field(examples=["wrong_speaker"])
    detail: str
    extractor: str


class DocumentItem(BaseModel):
    id: str
    account: str
    source: str
    title: str
    thread: str
    origin: str
    first_at: datetime | None
    last_at: datetime | None
    replaced: bool = Field(description="whether a later export of the same mail, call or ticket took its place")


def account_item(account: Account, row: PortfolioRow | None) -> AccountItem:
    return AccountItem(
        id=account.id,
        name=account.name,
        segment=account.segment,
        industry=account.industry,
        owner=account.owner,
        arr=account.arr,
        currency=account.currency,
        contract_start=account.contract_start,
        renewal_date=account.renewal_date,
        licensed_seats=account.licensed_seats,
        standing=current(row) if row is not None else None,
    )


def current(row: PortfolioRow) -> Current:
    return Current(
        day=row.day,
        band=row.band,
        score=row.score,
        low=row.low,
        high=row.high,
        coverage=row.coverage,
        change=row.change,
        sentence=row.sentence,
        next_play=row.next_play,
        due=row.due,
    )
