"""What is known of one account: its contract, its people, what they said and did, what the product measured.

Two dates stand on everything: when it happened and when it became known. `Facts.as_of` keeps only what had both
happened and become known by the end of a day, so that a past day is scored exactly as it could have been then.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum

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
    """What a reviewer says of a signal; `RELABEL` gives it another type or severity."""

    ACCEPT = "accept"
    REJECT = "reject"
    RELABEL = "relabel"


@dataclass(frozen=True, slots=True)
class Decision:
    """A reviewer's word on one signal, in force from `at` on; the latest on a subject counts."""

    subject: str
    verdict: Verdict
    at: datetime
    author: str
    reason: str
    type: str = ""
    severity: int = 0


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

    `account` is as last exported; `versions` are its earlier descriptions where they differ. `cut_to` is the day that
    the facts were cut to, None for all of them.
    """

    account: Account
    contacts: tuple[Contact, ...] = ()
    observations: tuple[Observation, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    readings: tuple[Reading, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    decisions: tuple[Decision, ...] = ()
    versions: tuple[AccountVersion, ...] = ()
    cut_to: date | None = None

    def as_of(self, day: date) -> Facts:
        """What had happened and was known by the end of the day; doing it twice changes nothing."""
        if self.cut_to == day:
            return self
        end = end_of(day)
        decisions = tuple(d for d in self.decisions if d.at <= end)
        seen = (_visible(o, end) for o in self.observations)
        return replace(
            self,
            account=_account_at(self, end),
            observations=tuple(_decided((o for o in seen if o is not None), decisions)),
            interactions=tuple(i for i in self.interactions if i.at <= end and (not i.known_at or i.known_at <= end)),
            readings=tuple(r for r in self.readings if r.day <= day and r.visible_from <= end),
            assessments=tuple(a for a in self.assessments if a.day <= day and a.visible_from <= end),
            decisions=decisions,
            versions=tuple(v for v in self.versions if v.known_at is None or v.known_at <= end),
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


def _account_at(facts: Facts, end: datetime) -> Account:
    known = [v for v in facts.versions if v.known_at is None or v.known_at <= end]
    latest = max(known, key=lambda v: v.known_at or _BEGINNING, default=None)
    return latest.account if latest is not None else facts.account


def _decided(observations: Iterable[Observation], decisions: Iterable[Decision]) -> Iterator[Observation]:
    """Observations as reviewers left them: rejected ones are gone, relabelled ones carry their new type or severity."""
    latest: dict[str, Decision] = {}
    for decision in sorted(decisions, key=lambda d: (d.at, d.author)):
        latest[decision.subject] = decision
    for observation in observations:
        found = latest.get(observation.subject)
        if found is None or found.verdict is Verdict.ACCEPT:
            yield observation
        elif found.verdict is Verdict.RELABEL:
            said = observation.signal
            told = replace(said, type=found.type or said.type, severity=found.severity or said.severity)
            yield replace(observation, signal=told)


_BEGINNING = datetime.min.replace(tzinfo=UTC)
