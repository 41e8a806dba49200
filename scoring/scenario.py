"""Scenarios that an account manager can read: facts in plain words and dates, and what must come of them.

They are tests of a rulebook: `whyred rulebook check FILE --scenarios FOLDER` plays them against new rules before
anybody publishes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import Field, ValidationError

from extractor.document import Role, Source, Span, Took
from extractor.signal import Evidence, Interaction, make_signal
from scoring.bands import band_with_hysteresis
from scoring.facts import Account, Assessment, Contact, Facts, Observation, Reading
from scoring.ledger import Score
from scoring.rulebook.model import Rulebook
from scoring.rulebook.rules import Part
from scoring.rulebook.segments import rules_for
from scoring.score import score
from scoring.triggers import Situation, Stood, replaced, wanted

_VENDOR = "our CSM"


class ScenarioError(ValueError):
    """A scenario file that cannot be read; the message names file, scenario, fault."""


class Customer(Part):
    segment: str = "enterprise"
    arr: int = 100_000
    seats: int | None = None
    contract_start: date | None = None
    renewal: date | None = None


class Said(Part):
    """A signal: what somebody at the customer said, and how grave it is. `about` ties it to one conversation."""

    day: date
    type: str
    severity: Literal[1, 2, 3] = 2
    about: str = ""


class Heard(Part):
    """Somebody wrote, spoke or attended; `who` is a role at the customer or `our CSM`."""

    day: date
    who: str
    did: Took = Took.WROTE
    about: str = ""
    at: time = time(9)


class Measured(Part):
    day: date
    metric: str
    value: float


class Assessed(Part):
    day: date
    answers: dict[str, str]


class Before(Part):
    """Where the account stood on an earlier day."""

    day: date
    band: str
    score: float


class Expected(Part):
    """`takes` and `gives` name rules with a line in the ledger, `silent` rules without one; points are checked where stated."""

    band: str | None = None
    score: Annotated[tuple[float, float], Field()] | None = None
    takes: tuple[str, ...] = ()
    gives: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()
    points: dict[str, float] = Field(default_factory=dict)
    opens: tuple[str, ...] = ()
    does_not_open: tuple[str, ...] = ()
    segment: str | None = None


class Scenario(Part):
    """One story. `like` names another scenario of the file whose facts it begins with."""

    name: str
    because: str = ""
    like: str | None = None
    today: date
    customer: Customer = Customer()
    said: tuple[Said, ...] = ()
    heard: tuple[Heard, ...] = ()
    measured: tuple[Measured, ...] = ()
    assessed: tuple[Assessed, ...] = ()
    before: tuple[Before, ...] = ()
    expect: Expected = Expected()


class ScenarioFile(Part):
    scenarios: tuple[Scenario, ...]


@dataclass(frozen=True, slots=True)
class Played:
    """What the rules made of a scenario; `opens` are plays of the band and of triggers."""

    score: Score
    band: str
    opens: tuple[str, ...]


def load_scenarios(path: Path) -> tuple[Scenario, ...]:
    """Of one file or of a folder; a scenario may be `like` one of another file of the folder.

    Raises ScenarioError for what is not strictly as this module says.
    """
    files = sorted(path.glob("*.yaml")) if path.is_dir() else [path]
    found = [scenario for file in files for scenario in _read(file)]
    named = {s.name: s for s in found}
    if len(named) < len(found):
        raise ScenarioError(f"{path}: two scenarios have the same name; every story needs its own")
    for scenario in found:
        if scenario.like is not None and scenario.like not in named:
            raise ScenarioError(f"{path}: {scenario.name!r} is like {scenario.like!r}, which nothing tells")
    return tuple(_with_facts_of(s, named) for s in found)


def _read(path: Path) -> tuple[Scenario, ...]:
    try:
        content: Any = yaml.safe_load(path.read_text("utf-8"))
        return ScenarioFile.model_validate(content).scenarios
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ScenarioError(f"{path}: {error}") from error
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = ".".join(map(str, fault["loc"]))
        raise ScenarioError(f"{path}: {where}: {fault['msg']}") from error


def play(scenario: Scenario, rulebook: Rulebook) -> Played:
    facts = facts_of(scenario)
    found = score(facts, rulebook, scenario.today)
    rules = rules_for(rulebook, facts.account)
    history = [Stood(b.day, b.band, round(10 * b.score)) for b in sorted(scenario.before, key=lambda b: b.day)]
    band = band_with_hysteresis(found, history[-1].band if history else None, rules)
    situation = Situation(facts.account, found, band, history)
    kept_back = replaced(rules, situation)
    return Played(found, band, tuple(p.id for _, p in wanted(rules, situation) if p.id not in kept_back))


def misses(scenario: Scenario, rulebook: Rulebook) -> Iterator[str]:
    """Everything that came out otherwise than expected, in words."""
    played, expected = play(scenario, rulebook), scenario.expect
    points: dict[str, int] = {}
    for line in played.score.lines:
        points[line.rule] = points.get(line.rule, 0) + line.points
    shown = played.score.points / 10
    if expected.band is not None and played.band != expected.band:
        yield f"stands {played.band} at {shown}, expected {expected.band}"
    if expected.score is not None and not expected.score[0] <= shown <= expected.score[1]:
        yield f"scores {shown}, expected {expected.score[0]} to {expected.score[1]}"
    yield from (f"{rule} takes nothing" for rule in expected.takes if points.get(rule, 0) >= 0)
    yield from (f"{rule} gives nothing" for rule in expected.gives if points.get(rule, 0) <= 0)
    yield from (f"{rule} moves {points[rule] / 10:+}" for rule in expected.silent if points.get(rule))
    for rule, stated in expected.points.items():
        if points.get(rule, 0) != round(10 * stated):
            yield f"{rule} moves {points.get(rule, 0) / 10:+}, expected {stated:+}"
    yield from (f"does not open {name}" for name in expected.opens if name not in played.opens)
    yield from (f"opens {name}" for name in expected.does_not_open if name in played.opens)
    segment = played.score.rulebook.partition("/")[2]
    if expected.segment is not None and segment != expected.segment:
        yield f"falls under the rules of {segment or 'everybody'}, expected {expected.segment}"


def facts_of(scenario: Scenario) -> Facts:
    customer = scenario.customer
    roles = sorted({h.who for h in scenario.heard} - {_VENDOR})
    return Facts(
        account=Account(
            "scenario",
            scenario.name,
            customer.segment,
            "csm@vendor.example",
            customer.arr,
            "EUR",
            renewal_date=customer.renewal,
            contract_start=customer.contract_start,
            licensed_seats=customer.seats,
        ),
        contacts=tuple(Contact(f"{role}@customer.example", role, role) for role in roles),
        observations=tuple(_observation(n, s) for n, s in enumerate(scenario.said)),
        interactions=tuple(_interaction(n, h) for n, h in enumerate(scenario.heard)),
        readings=tuple(Reading(m.metric, m.day, m.value) for m in scenario.measured),
        assessments=tuple(Assessment(a.day, "csm@vendor.example", a.answers) for a in scenario.assessed),
    )


def _with_facts_of(scenario: Scenario, named: dict[str, Scenario]) -> Scenario:
    if scenario.like is None:
        return scenario
    base = _with_facts_of(named[scenario.like], named)
    lists = {name: (*getattr(base, name), *getattr(scenario, name)) for name in ("said", "heard", "measured", "before")}
    stated = scenario.customer.model_dump(exclude_unset=True)
    customer = base.customer.model_copy(update=stated)
    assessed = scenario.assessed or base.assessed
    return scenario.model_copy(update={**lists, "customer": customer, "assessed": assessed})


def _observation(number: int, said: Said) -> Observation:
    at = datetime.combine(said.day, time(9), tzinfo=UTC)
    quote = Evidence(f"d{number}", "m1", Span(0, 5), "words", "customer", Role.CUSTOMER, at)
    signal = make_signal(f"d{number}", said.type, said.severity, 1.0, (quote,), "scenario")
    thread = said.about or f"conversation {number}"
    return Observation(signal, f"mail:{number}#{said.type}#1", thread, Source.EMAIL, thread, at)


def _interaction(number: int, heard: Heard) -> Interaction:
    ours = heard.who == _VENDOR
    address = "csm@vendor.example" if ours else f"{heard.who}@customer.example"
    at = datetime.combine(heard.day, heard.at, tzinfo=UTC)
    role = Role.VENDOR if ours else Role.CUSTOMER
    return Interaction(f"i{number}", address, heard.who, role, heard.did, at, heard.about)
