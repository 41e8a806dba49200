"""Random accounts in the domain's shapes: what was said, who came, what was measured, when each became known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from functools import cache, lru_cache
from random import Random

from hypothesis import strategies as st

from extractor.document import Role, Source, Span, Took
from extractor.signal import Evidence, Interaction, make_signal
from extractor.taxonomy import load_taxonomy
from scoring.facts import (
    Account,
    AccountVersion,
    Assessment,
    Contact,
    Decision,
    Facts,
    Observation,
    Reading,
    Verdict,
)
from scoring.rulebook.loading import load_rulebooks
from scoring.rulebook.model import Rulebook

START = date(2026, 1, 1)
LENGTH = 420
"""Days of a history; long enough for half-lives, caps and silences to run out."""

GOOD = tuple(t.id for t in load_taxonomy().types if t.effect == "+")
BAD = tuple(t.id for t in load_taxonomy().types if t.effect == "-")

days = st.integers(0, LENGTH).map(lambda n: START + timedelta(days=n))
moments = st.integers(0, LENGTH * 24).map(lambda n: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=n))
delays = st.one_of(st.just(timedelta()), st.integers(1, 90).map(lambda n: timedelta(days=n)))


def said(
    number: int,
    type: str,
    severity: int,
    at: datetime,
    *,
    thread: str = "",
    late: timedelta = timedelta(),
    confidence: float = 1.0,
) -> Observation:
    """One signal from one mail, in words of its own; `late` is how long after it was written the system read it."""
    words = f"words of mail {number}"
    quote = Evidence(f"doc{number}", "m1", Span(0, len(words)), words, "Somebody", Role.CUSTOMER, at)
    signal = make_signal(f"doc{number}", type, severity, confidence, (quote,), "test/1")
    return Observation(signal, f"mail:{number}#{type}#1", thread or f"t{number}", Source.EMAIL, "A mail", at + late)


@st.composite
def observations(draw: st.DrawFn, types: tuple[str, ...] = GOOD + BAD, number: int | None = None) -> Observation:
    place = draw(st.integers(0, 10_000)) if number is None else number
    return said(
        place,
        draw(st.sampled_from(types)),
        draw(st.integers(1, 3)),
        draw(moments),
        thread=draw(st.sampled_from(["", "a", "b"])),
        late=draw(delays),
        confidence=draw(st.sampled_from([1.0, 0.75, 0.6])),
    )


CONTACTS = (
    Contact("eva@customer.example", "Eva Sponsor", "sponsor"),
    Contact("max@customer.example", "Max Champion", "champion"),
    Contact("uma@customer.example", "Uma User", "user"),
)
STAFF = "csm@vendor.example"


@st.composite
def interactions(draw: st.DrawFn) -> Interaction:
    contact = draw(st.sampled_from(CONTACTS))
    ours = draw(st.booleans())
    return Interaction(
        f"doc{draw(st.integers(0, 10_000))}",
        STAFF if ours else contact.address,
        "Our CSM" if ours else contact.name,
        Role.VENDOR if ours else Role.CUSTOMER,
        draw(st.sampled_from([Took.WROTE, Took.WROTE, Took.ATTENDED, Took.RECEIVED])),
        draw(moments),
        draw(st.sampled_from(["a", "b"])),
        draw(st.none() | moments),
    )


METRICS = {
    "active_users": 120,
    "features_used": 8,
    "nps": 80,
    "open_tickets_over_14d": 6,
    "invoice_days_late": 60,
}


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    metric = draw(st.sampled_from(sorted(METRICS)))
    return Reading(metric, draw(days), float(draw(st.integers(0, METRICS[metric]))), draw(st.none() | moments))


@st.composite
def assessments(draw: st.DrawFn) -> Assessment:
    answers = {
        "sponsor_status": draw(st.sampled_from(["active", "at_risk", "missing"])),
        "exec_engagement": draw(st.sampled_from(["active", "lapsed", "none"])),
        "outcome_narrative": draw(st.sampled_from(["defensible", "in_development", "missing"])),
    }
    return Assessment(draw(days), STAFF, answers, "", draw(st.none() | moments))


@st.composite
def accounts(draw: st.DrawFn) -> Account:
    return Account(
        "acme",
        "Acme",
        draw(st.sampled_from(["enterprise", "mid_market", "smb"])),
        STAFF,
        draw(st.integers(1_000, 500_000)),
        "EUR",
        renewal_date=draw(st.none() | days),
        contract_start=draw(st.none() | st.just(date(2024, 1, 1)) | days),
        licensed_seats=draw(st.none() | st.integers(1, 200)),
    )


def _unlike(found: list[Observation]) -> list[Observation]:
    return list({o.subject: o for o in found}.values())


@st.composite
def histories(draw: st.DrawFn, most: int = 10, types: tuple[str, ...] = GOOD + BAD) -> Facts:
    """One account with everything that can happen to it: late mails, reviews, corrected exports, changed contracts."""
    account = draw(accounts())
    talk = [draw(observations(types, number=n)) for n in range(draw(st.integers(0, most)))]
    decided = draw(st.lists(st.sampled_from(talk), max_size=2)) if talk else []
    return Facts(
        account=account,
        contacts=CONTACTS,
        observations=tuple(_unlike(talk)),
        interactions=tuple(draw(st.lists(interactions(), max_size=8))),
        readings=tuple(draw(st.lists(readings(), max_size=10, unique_by=lambda r: (r.metric, r.day)))),
        assessments=tuple(draw(st.lists(assessments(), max_size=3, unique_by=lambda a: a.day))),
        decisions=tuple(d for number, o in enumerate(decided) for d in draw(decisions(o, number))),
        versions=tuple(draw(account_versions(account))),
    )


@st.composite
def decisions(draw: st.DrawFn, about: Observation, number: int) -> list[Decision]:
    """One decision, sometimes taken back later."""
    who, verdict = "reviewer@vendor.example", draw(st.sampled_from([Verdict.ACCEPT, Verdict.REJECT, Verdict.RELABEL]))
    other = draw(st.sampled_from(GOOD + BAD)) if verdict is Verdict.RELABEL else ""
    made = Decision(about.subject, verdict, draw(moments), who, "read again", other, id=f"d{number}")
    if not draw(st.booleans()):
        return [made]
    later = made.at + timedelta(days=draw(st.integers(0, 30)))
    return [made, Decision(about.subject, Verdict.RETRACT, later, who, "", id=f"r{number}", retracts=made.id)]


@st.composite
def account_versions(draw: st.DrawFn, account: Account) -> list[AccountVersion]:
    changed = draw(accounts())
    if draw(st.booleans()):
        return []
    return [AccountVersion(None, account), AccountVersion(draw(moments), changed)]


@lru_cache(maxsize=1)
def default_rules() -> Rulebook:
    return load_rulebooks()[-1]


@cache
def variation(seed: int) -> Rulebook:
    """A valid variation of the default rules: other weights, points, half-lives, caps, limits, in force a year later."""
    chance = Random(seed)
    content = default_rules().model_dump(mode="json")
    weights = [i["weight"] for i in content["inputs"]]
    for item, weight in zip(content["inputs"], chance.sample(weights, len(weights)), strict=True):
        current_for = chance.choice([item["current_for"], None, 30, 365])
        item |= {"weight": weight, "baseline": chance.randint(0, 100), "current_for": current_for}
    scale = chance.choice([0.0, 0.5, 1.0, 1.6])
    for rule in content["signals"]:
        rule |= {
            "points": [max(-100, min(100, round(p * scale))) for p in rule["points"]],
            "half_life": chance.randint(5, 400),
            "repeat": chance.choice([0.0, 0.5, 1.0]),
        }
    for section in ("caps", "input_caps"):
        content[section] = [c for c in content[section] if chance.random() < 0.6]
    content |= {"effective": "2027-01-01", "triggers": []}
    return Rulebook.model_validate(content)


def rulebooks() -> st.SearchStrategy[Rulebook]:
    return st.integers(0, 24).map(variation)
