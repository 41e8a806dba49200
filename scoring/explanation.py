"""The shape of an answer: a movement in words with its evidence, stored once, read by command line, API and console.

Points are in points here (41.3), as people read them; the causes still sum to the change exactly, because each is a
whole number of tenths.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict


@dataclass(frozen=True, slots=True)
class Quote:
    """Verbatim words; `start` and `end` index the document's canonical text in code points, `origin` is the raw file."""

    quote: str
    speaker: str
    job_title: str
    role: str
    at: datetime | None
    source: str
    title: str
    origin: str
    document: str
    message: str
    start: int
    end: int
    signal: str
    type: str
    severity: int
    extractor: str


@dataclass(frozen=True, slots=True)
class CauseInWords:
    """One cause; `type` is the signal type where words caused it."""

    kind: str
    type: str | None
    rule: str
    input: str
    label: str
    points: float
    since: date
    details: tuple[str, ...]
    evidence: tuple[Quote, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    day: date
    band: str
    score: float
    low: float
    high: float
    coverage: float


@dataclass(frozen=True, slots=True)
class InputInWords:
    id: str
    label: str
    weight: float
    points: float
    present: bool


@dataclass(frozen=True, slots=True)
class LineInWords:
    """One line of the ledger that sums to the score."""

    rule: str
    kind: str
    input: str
    subject: str
    label: str
    points: float
    since: date
    detail: str
    signals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PlayInWords:
    """What to do now: an open action of a play. `reason` is what opened it: `band:red`, or a trigger's id."""

    id: str
    label: str
    owner: str
    opened: date
    due: date
    opened_by: tuple[str, ...]
    steps: tuple[str, ...]
    overdue: str
    reason: str = ""
    state: str = "open"
    action: str = ""


@dataclass(frozen=True, slots=True)
class OverrideInWords:
    """A band that somebody set by hand, until when and why."""

    band: str
    author: str
    reason: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class OverlayInWords:
    """The score's band, the CSM's own, and whether they differ; `override` is the one that holds today."""

    computed: str
    assessed: str | None
    author: str = ""
    day: date | None = None
    comment: str = ""
    divergent: bool = False
    override: OverrideInWords | None = None


@dataclass(frozen=True, slots=True)
class AccountInWords:
    id: str
    name: str
    segment: str
    owner: str
    arr: int
    currency: str
    renewal_date: date | None
    days_to_renewal: int | None


class Explanation(BaseModel):
    """Why the account stands where it stands; an account never scored before `since` starts at the baselines."""

    model_config = ConfigDict(frozen=True)

    version: Literal[1] = 1
    account: AccountInWords
    as_of: date
    since: date
    before: Standing
    after: Standing
    change: float
    sentence: str
    first_mover: CauseInWords | None
    causes: tuple[CauseInWords, ...]
    residual: float
    inputs: tuple[InputInWords, ...]
    ledger: tuple[LineInWords, ...]
    plays: tuple[PlayInWords, ...]
    rulebook: str
    paragraph: str = ""
    overlay: OverlayInWords | None = None
