"""What is known of one account: its contract, its people, what they said and did, what the product measured.

Two dates stand on everything: when it happened and when it became known. `Facts.as_of` keeps only what had both
happened and become known by the end of a day, so that a past day is scored exactly as it could have been then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Protocol, TypeVar

from extractor.document import Source
from extractor.signal import Evidence, Interaction, Signal
from scoring.copies import Copy, told_once
from scoring.tickets import OPEN_LONG, Ticket, open_long

SEATS = "licensed_seats"
"""The number of an account that metric rules may divide by."""


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
    product: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A person at the customer; `role` is theirs in the account: sponsor, champion, budget_owner, admin, user.

    `known_at` None holds from the start; a later description of the same address takes its place from then on.
    """

    address: str
    name: str
    role: str
    job_title: str = ""
    known_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """One value of one usage or support metric on one day."""

    metric: str
    day: date
    value: float
    known_at: datetime | None = None

    @property
    def visible_from(self) -> datetime:
        """Known by the end of its own day unless it came later: an export that corrects the past does not rewrite it."""
        return self.known_at or end_of(self.day)


@dataclass(frozen=True, slots=True)
class Assessment:
    """The CSM's monthly view: a state for each question the rulebook asks (`sponsor_status`: `active`, …)."""

    day: date
    author: str
    answers: Mapping[str, str]
    comment: str = ""
    known_at: datetime | None = None

    @property
    def visible_from(self) -> datetime:
        return self.known_at or end_of(self.day)


@dataclass(frozen=True, slots=True)
class AccountVersion:
    """The account as an export of that moment described it; `known_at` None for the first, which holds from the start."""

    known_at: datetime | None
    account: Account


class Verdict(StrEnum):
    """What a reviewer says of a signal; `RELABEL` gives it another type, severity or other words.

    `RETRACT` takes an earlier decision back, as if it had never been made.
    """

    ACCEPT = "accept"
    REJECT = "reject"
    RELABEL = "relabel"
    RETRACT = "retract"


@dataclass(frozen=True, slots=True)
class Decision:
    """A reviewer's word on one signal, in force from `at` on; a later one overrules an earlier one in what it says.

    `evidence` are the words that a reviewer marked instead, taken from the document; `retracts` is the id of the
    decision that a retraction takes back, else empty.
    """

    subject: str
    verdict: Verdict
    at: datetime
    author: str
    reason: str
    type: str = ""
    severity: int = 0
    evidence: tuple[Evidence, ...] = ()
    id: str = ""
    retracts: str = ""


class Retractable(Protocol):
    """A decision in any form."""

    @property
    def id(self) -> str: ...
    @property
    def retracts(self) -> str: ...


Word = TypeVar("Word", bound=Retractable)


def unretracted(decisions: Iterable[Word]) -> list[Word]:
    """The decisions that still hold, in the order given: without retractions and what they take back."""
    said = list(decisions)
    gone = {d.retracts for d in said if d.retracts}
    return [d for d in said if not d.retracts and d.id not in gone]


@dataclass(frozen=True, slots=True)
class Observation:
    """A signal in its account: `subject` names its matter across re-extractions and re-exports, `thread` its conversation.

    What fades is counted from `last_said`, when its latest quote was said.
    """

    signal: Signal
    subject: str
    thread: str
    source: Source
    title: str
    known_at: datetime

    observed_at: datetime = field(init=False, repr=False, compare=False)
    last_said: datetime = field(init=False, repr=False, compare=False)
    since: date = field(init=False, repr=False, compare=False)
    said_on: date = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """First and last said, with their days; kept, because scoring asks for them many times for each signal."""
        times = [e.at for e in self.signal.evidence if e.at is not None] or [self.known_at]
        first, last = (times[0], times[0]) if len(times) == 1 else (min(times), max(times))
        object.__setattr__(self, "observed_at", first)
        object.__setattr__(self, "last_said", last)
        object.__setattr__(self, "since", first.date())
        object.__setattr__(self, "said_on", last.date())


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the score of one account may use; order carries no meaning.

    `account` is as last exported; `versions` are its earlier descriptions where they differ. `tickets` become a reading
    when the facts are cut, and what repeats another observation is set apart as `copies`. `cut_to` is the day that they
    were cut to, None for all of them.
    """

    account: Account
    contacts: tuple[Contact, ...] = ()
    observations: tuple[Observation, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    readings: tuple[Reading, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    decisions: tuple[Decision, ...] = ()
    versions: tuple[AccountVersion, ...] = ()
    tickets: tuple[Ticket, ...] = ()
    copies: tuple[Copy, ...] = ()
    cut_to: date | None = None

    def as_of(self, day: date) -> Facts:
        """What had happened and was known by the end of the day; doing it twice changes nothing."""
        if self.cut_to == day:
            return self
        end = end_of(day)
        interactions = tuple(i for i in self.interactions if i.at <= end and (not i.known_at or i.known_at <= end))
        contacts = tuple(_contacts_at(self.contacts, end))
        seen = [o for o in (_visible(o, end) for o in self.observations) if o is not None]
        observations, copies = told_once(seen, contacts, interactions)
        decisions = tuple(_on_originals((d for d in self.decisions if d.at <= end), copies))
        return replace(
            self,
            account=_account_at(self, end),
            contacts=contacts,
            observations=tuple(_decided(observations, decisions)),
            interactions=interactions,
            readings=_readings_at(self, day, end),
            assessments=tuple(a for a in self.assessments if a.day <= day and a.visible_from <= end),
            decisions=decisions,
            versions=tuple(v for v in self.versions if v.known_at is None or v.known_at <= end),
            tickets=(),
            copies=copies,
            cut_to=day,
        )


def end_of(day: date) -> datetime:
    """The last moment of a day, UTC."""
    return datetime.combine(day, time.max, tzinfo=UTC)


def _visible(observation: Observation, end: datetime) -> Observation | None:
    if observation.known_at > end:
        return None
    signal = observation.signal.until(end)
    if signal is None or signal is observation.signal:
        return observation if signal is not None else None
    return replace(observation, signal=signal)


def _contacts_at(contacts: Iterable[Contact], end: datetime) -> Iterable[Contact]:
    latest: dict[str, Contact] = {}
    for contact in sorted(contacts, key=lambda c: (c.known_at or _BEGINNING, c.role)):
        if contact.known_at is None or contact.known_at <= end:
            latest[contact.address.lower()] = contact
    return latest.values()


def _readings_at(facts: Facts, day: date, end: datetime) -> tuple[Reading, ...]:
    """What was measured, and what tickets tell where nobody measured it."""
    measured = tuple(r for r in facts.readings if r.day <= day and r.visible_from <= end)
    if not facts.tickets or any(r.metric == OPEN_LONG for r in measured):
        return measured
    found = open_long(facts.tickets, day)
    return (*measured, Reading(OPEN_LONG, found[1], found[0])) if found is not None else measured


def _on_originals(decisions: Iterable[Decision], copies: Iterable[Copy]) -> Iterator[Decision]:
    """Whoever judged a copy judged the words, and so the signal that counts for them."""
    counts_for = {c.observation.subject: c.original.subject for c in copies if c.is_whole}
    for decision in decisions:
        original = counts_for.get(decision.subject)
        yield decision if original is None else replace(decision, subject=original)


def _account_at(facts: Facts, end: datetime) -> Account:
    known = [v for v in facts.versions if v.known_at is None or v.known_at <= end]
    latest = max(known, key=lambda v: v.known_at or _BEGINNING, default=None)
    return latest.account if latest is not None else facts.account


def _decided(observations: Iterable[Observation], decisions: Iterable[Decision]) -> Iterator[Observation]:
    """Observations as reviewers left them: rejected ones are gone, relabelled ones are what the reviewers made of them."""
    made: dict[str, list[Decision]] = {}
    for decision in sorted(unretracted(decisions), key=lambda d: (d.at, d.author)):
        made.setdefault(decision.subject, []).append(decision)
    for observation in observations:
        found = made.get(observation.subject, [])
        if not found:
            yield observation
        elif found[-1].verdict is not Verdict.REJECT:
            yield replace(observation, signal=_relabelled(observation.signal, found))


def _relabelled(signal: Signal, decisions: Iterable[Decision]) -> Signal:
    for decision in decisions:
        if decision.verdict is Verdict.RELABEL:
            signal = replace(
                signal,
                type=decision.type or signal.type,
                severity=decision.severity or signal.severity,
                evidence=decision.evidence or signal.evidence,
            )
    return signal


_BEGINNING = datetime.min.replace(tzinfo=UTC)
