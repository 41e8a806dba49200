"""What is known of one account: its contract, its people, what they said and did, what the product measured.

Two dates stand on everything: when it happened and when it became known. `Facts.as_of` keeps only what had both
happened and become known by the end of a day, so that a past day is scored exactly as it could have been then.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

from extractor.document import Source
from extractor.signal import Interaction, Signal


@dataclass(frozen=True, slots=True)
class Account:
    """A customer; `arr` in whole units of `currency` a year, `owner` is the CSM's e-mail address."""

    id: str
    name: str
    segment: str
    owner: str
    arr: int
    currency: str
    renewal_date: date | None = None
    contract_start: date | None = None
    licensed_seats: int | None = None
    industry: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at the customer; `role` is theirs in the account: sponsor, champion, budget_owner, admin, user."""

    address: str
    name: str
    role: str
    job_title: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one usage or support metric on one day."""

    metric: str
    day: date
    value: float


@dataclass(frozen=True, slots=True)
class Assessment:
    """The CSM's monthly view: a state for each question the rulebook asks (`sponsor_status`: `active`, …)."""

    day: date
    author: str
    answers: Mapping[str, str]
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Observation:
    """A signal in its account: `subject` names its matter across re-extractions and re-exports, `thread` its conversation."""

    signal: Signal
    subject: str
    thread: str
    source: Source
    title: str
    known_at: datetime

    @property
    def observed_at(self) -> datetime:
        return self.signal.observed_at or self.known_at

    @property
    def last_said(self) -> datetime:
        """When its latest quote was said: what fades is counted from here."""
        times = [e.at for e in self.signal.evidence if e.at is not None]
        return max(times, default=self.known_at)


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the score of one account may use; order carries no meaning."""

    account: Account
    contacts: tuple[Contact, ...] = ()
    observations: tuple[Observation, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    readings: tuple[Reading, ...] = ()
    assessments: tuple[Assessment, ...] = ()

    def as_of(self, day: date) -> Facts:
        end = end_of(day)
        return replace(
            self,
            observations=tuple(seen for o in self.observations if (seen := _visible(o, end)) is not None),
            interactions=tuple(i for i in self.interactions if i.at <= end),
            readings=tuple(r for r in self.readings if r.day <= day),
            assessments=tuple(a for a in self.assessments if a.day <= day),
        )


def end_of(day: date) -> datetime:
    """The last moment of a day, UTC."""
    return datetime.combine(day, time.max, tzinfo=UTC)


def _visible(observation: Observation, end: datetime) -> Observation | None:
    if observation.known_at > end:
        return None
    signal = observation.signal.until(end)
    return replace(observation, signal=signal) if signal is not None else None
