"""What a rulebook may say, checked when it is loaded.

Points are per cent of an input's range: -60 takes 60 % of what that input can give. The score is additive: inputs carry
weights that sum to 100, each starts at its baseline, rules move it, bounds and caps are lines of their own.
"""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from extractor.taxonomy import load_taxonomy

Points = Annotated[int, Field(ge=-100, le=100)]
Days = Annotated[int, Field(ge=1, le=3650)]
Share = Annotated[float, Field(ge=0.0, le=1.0)]
Id = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]


class Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Rule(Part):
    """What every rule states: its id, how a person calls it, why it exists, where it comes from."""

    id: Id
    label: str
    reason: str
    source: str = ""


class Input(Rule):
    """One input of the score. `weight` in per cent of the whole; `baseline` in per cent of the input's range.

    `current_for` days after its last signal, reading, interaction or assessment an input counts as missing: it leaves
    the weights. Inputs with `current_for: null` never go missing.
    """

    weight: Annotated[int, Field(ge=1, le=40)]
    baseline: Annotated[int, Field(ge=0, le=100)]
    current_for: Days | None = None


class Ending(Part):
    """A later signal of type `by` ends this one: `keeps` is the share of its points that stays.

    `within: thread` wants the same conversation. A weaker counter-signal than the signal itself does half the work.
    """

    by: Id
    within: Literal["thread", "account"] = "account"
    keeps: Share = 0.0


class SignalRule(Rule):
    """Points by severity 1, 2, 3; halved every `half_life` days; each further signal of the type counts `repeat` times the one before."""

    input: Id
    points: tuple[Points, Points, Points]
    half_life: Days
    repeat: Share = 0.5
    ends: tuple[Ending, ...] = ()

    @model_validator(mode="after")
    def _severity_only_strengthens(self) -> SignalRule:
        sizes = [abs(p) for p in self.points]
        if sizes != sorted(sizes) or len({p > 0 for p in self.points}) > 1:
            raise ValueError(f"signal rule {self.id}: points {self.points} must keep one sign and grow with severity")
        return self


class Step(Part):
    """`points` where the value is at least `at_least`; steps are tried in order and the first that fits counts."""

    at_least: float | None = None
    points: Points


class Unless(Part):
    """A metric drop that people have explained: `keeps` of its loss stays while one of `signals` is alive and none of `but_not`."""

    signals: tuple[Id, ...]
    but_not: tuple[Id, ...] = ()
    days: Days
    keeps: Share


class MetricRule(Rule):
    """A measured value mapped to points.

    `of` divides by another metric or account fact; `change_over` compares with the reading so many days before. In the
    first `grace` days of a contract a low value takes nothing.
    """

    input: Id
    metric: str
    of: str | None = None
    change_over: Days | None = None
    stale_after: Days
    grace: Days | None = None
    unit: str
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]
    unless: Unless | None = None

    @model_validator(mode="after")
    def _every_value_has_a_step(self) -> MetricRule:
        edges = [s.at_least for s in self.steps]
        if edges[-1] is not None or any(e is None for e in edges[:-1]):
            raise ValueError(f"metric rule {self.id}: only the last step may, and must, come without at_least")
        numbers = [e for e in edges if e is not None]
        if numbers != sorted(set(numbers), reverse=True):
            raise ValueError(f"metric rule {self.id}: steps must fall from the highest at_least to the lowest")
        return self


class SilenceRule(Rule):
    """Nobody in `roles` wrote, spoke or attended for `days`; full `points` are reached after twice as long."""

    input: Id
    roles: Annotated[tuple[str, ...], Field(min_length=1)]
    days: Days
    points: Annotated[int, Field(ge=-100, lt=0)]


class StalledRule(Rule):
    """A signal of type `after` that nobody mentions any more: `days` without another signal of its input."""

    input: Id
    after: Id
    days: Days
    points: Annotated[int, Field(ge=-100, lt=0)]


class AssessmentRule(Rule):
    """Points for each answer to one question of the CSM's monthly assessment."""

    input: Id
    answers: dict[str, Points]


class Amplifier(Rule):
    """Losses of these inputs weigh `times` as much within `days_to_renewal` of the renewal."""

    inputs: tuple[Id, ...]
    days_to_renewal: Days
    times: Annotated[float, Field(gt=1.0, le=3.0)]


class Cap(Rule):
    """The score cannot be above `at_most` while a signal of `type` and severity or more is alive for `days`.

    `and_input_below` narrows it to accounts whose named input stands below a per cent of its range.
    """

    type: Id
    severity: Annotated[int, Field(ge=1, le=3)] = 1
    days: Days
    at_most: Annotated[int, Field(ge=0, le=100)]
    and_input_below: tuple[Id, Annotated[int, Field(ge=0, le=100)]] | None = None


class InputCap(Rule):
    """The score cannot be above `at_most` while an input stands at or below `level` per cent of its range.

    `days_to_renewal` narrows it to accounts that close to their renewal.
    """

    input: Id
    level: Annotated[int, Field(ge=0, le=100)]
    at_most: Annotated[int, Field(ge=0, le=100)]
    days_to_renewal: Days | None = None


class Play(Part):
    """What to do about a band: who, how soon, how often looked at, what happens when overdue."""

    id: Id
    label: str
    owner: str
    due_days: Days
    every_days: Days
    overdue: str
    steps: tuple[str, ...] = ()


class Band(Part):
    """Scores from `at_least` up; `above: true` leaves the edge itself to the band below."""

    id: Id
    label: str
    at_least: Annotated[int, Field(ge=0, le=100)]
    above: bool = False
    play: Play


class Rulebook(Part):
    """One dated set of rules; loading refuses what could not be explained later."""

    effective: date
    label: str
    reason: str
    inputs: Annotated[tuple[Input, ...], Field(min_length=5, max_length=8)]
    signals: tuple[SignalRule, ...]
    metrics: tuple[MetricRule, ...] = ()
    silences: tuple[SilenceRule, ...] = ()
    stalled: tuple[StalledRule, ...] = ()
    assessment_expires: Days
    assessments: tuple[AssessmentRule, ...] = ()
    amplifiers: tuple[Amplifier, ...] = ()
    caps: tuple[Cap, ...] = ()
    input_caps: tuple[InputCap, ...] = ()
    bands: Annotated[tuple[Band, ...], Field(min_length=2)]
    hysteresis: Annotated[float, Field(ge=0.0, le=10.0)]
    coverage_floor: Annotated[int, Field(ge=0, le=100)]
    outreach_below: Annotated[int, Field(ge=0, le=100)]

    @property
    def id(self) -> str:
        return self.effective.isoformat()

    @model_validator(mode="after")
    def _holds_together(self) -> Rulebook:
        faults = [*self._weight_faults(), *self._reference_faults(), *self._band_faults(), *self._repeated_ids()]
        if faults:
            raise ValueError("; ".join(faults))
        return self

    def _weight_faults(self) -> list[str]:
        total = sum(i.weight for i in self.inputs)
        return [] if total == 100 else [f"the weights of the inputs sum to {total}, they must sum to 100"]

    def _reference_faults(self) -> list[str]:
        inputs = {i.id for i in self.inputs}
        known = set(load_taxonomy().ids)
        faults = [f"signal rule {r.id}: no such signal type" for r in self.signals if r.id not in known]
        faults += [f"signal type {name} has no rule" for name in sorted(known - {r.id for r in self.signals})]
        used = [
            *((r.id, r.input) for r in self._feeding()),
            *((c.id, c.input) for c in self.input_caps),
            *((a.id, name) for a in self.amplifiers for name in a.inputs),
            *((c.id, c.and_input_below[0]) for c in self.caps if c.and_input_below),
        ]
        faults += [
            f"rule {rule}: no input {name!r}; inputs are {sorted(inputs)}" for rule, name in used if name not in inputs
        ]
        types = [
            *((r.id, e.by) for r in self.signals for e in r.ends),
            *((c.id, c.type) for c in self.caps),
            *((r.id, r.after) for r in self.stalled),
            *((m.id, t) for m in self.metrics if m.unless for t in (*m.unless.signals, *m.unless.but_not)),
        ]
        faults += [f"rule {rule}: no signal type {name!r}" for rule, name in types if name not in known]
        fed = {r.input for r in self._feeding()}
        return faults + [f"input {name}: no rule feeds it" for name in sorted(inputs - fed)]

    def _feeding(self) -> tuple[SignalRule | MetricRule | SilenceRule | StalledRule | AssessmentRule, ...]:
        return (*self.signals, *self.metrics, *self.silences, *self.stalled, *self.assessments)

    def _band_faults(self) -> list[str]:
        edges = [b.at_least for b in self.bands]
        if edges != sorted(set(edges), reverse=True) or edges[-1] != 0:
            return ["bands must fall from the highest at_least to one that starts at 0"]
        return []

    def _repeated_ids(self) -> list[str]:
        rules = (*self.metrics, *self.silences, *self.stalled, *self.assessments, *self.amplifiers, *self.caps)
        counts = Counter(r.id for r in (*rules, *self.input_caps, *self.signals))
        return [f"rule id {name} is used {n} times" for name, n in counts.items() if n > 1]
