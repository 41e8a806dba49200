"""The kinds of rules that move an input: signals, metrics, silences, the CSM's assessment, amplifiers, caps.

Points are per cent of an input's range: -60 takes 60 % of what that input can give.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

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

    @property
    def sign(self) -> int:
        """1 for good news, -1 for bad news, 0 for a type that only closes others or caps."""
        return max(-1, min(1, self.points[-1]))

    @model_validator(mode="after")
    def _severity_only_strengthens(self) -> SignalRule:
        sizes = [abs(p) for p in self.points]
        if sizes != sorted(sizes) or len({p > 0 for p in self.points if p}) > 1:
            raise ValueError(f"signal rule {self.id}: points {self.points} must keep one sign and grow with severity")
        return self


class Step(Part):
    """`points` where the value is at least `at_least`; steps are tried in order and the first that fits counts."""

    at_least: float | None = None
    points: Points


def check_steps(rule: str, steps: tuple[Step, ...]) -> None:
    """Every value has exactly one step. Raises ValueError naming the rule."""
    edges = [s.at_least for s in steps]
    if edges[-1] is not None or any(e is None for e in edges[:-1]):
        raise ValueError(f"rule {rule}: only the last step may, and must, come without at_least")
    numbers = [e for e in edges if e is not None]
    if numbers != sorted(set(numbers), reverse=True):
        raise ValueError(f"rule {rule}: steps must fall from the highest at_least to the lowest")


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
        check_steps(self.id, self.steps)
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


class SlowingRule(Rule):
    """Answers to our mails come slower: the median time of the last `window` days over that of the window before.

    Counted only with `fewest` answers in both windows. Steps as for metrics; the value is the ratio.
    """

    input: Id
    window: Days
    fewest: Annotated[int, Field(ge=1, le=100)]
    steps: Annotated[tuple[Step, ...], Field(min_length=1)]

    @model_validator(mode="after")
    def _every_value_has_a_step(self) -> SlowingRule:
        check_steps(self.id, self.steps)
        return self


class ThreadingRule(Rule):
    """Fewer than `people` persons at the customer wrote, spoke or attended in the last `days`; nobody at all is silence."""

    input: Id
    people: Annotated[int, Field(ge=2, le=20)]
    days: Days
    points: Annotated[int, Field(ge=-100, lt=0)]


class Condition(Part):
    """What another rule must say: a metric rule's value from `at_least` up and under `below`; a silence that holds."""

    rule: Id
    at_least: float | None = None
    below: float | None = None


class Combination(Rule):
    """Facts that mean more together than each for itself: `points` on top while all conditions of `when` hold."""

    input: Id
    when: Annotated[tuple[Condition, ...], Field(min_length=2)]
    points: Points


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
