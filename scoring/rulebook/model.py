"""One dated set of rules, checked as a whole when it is loaded.

The score is additive: inputs carry weights that sum to 100, each starts at its baseline, rules move it, bounds and
caps are lines of their own.
"""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Annotated, Any

from pydantic import Field, model_validator

from extractor.document import content_id
from scoring.rulebook.checking import RulebookFaultsError, faults_of
from scoring.rulebook.plays import Band, Play, Trigger
from scoring.rulebook.rules import (
    Amplifier,
    AssessmentRule,
    Cap,
    Combination,
    Days,
    Ending,
    Input,
    InputCap,
    MetricRule,
    Part,
    Rule,
    SignalRule,
    SilenceRule,
    SlowingRule,
    StalledRule,
    Step,
    ThreadingRule,
    Unless,
)
from scoring.rulebook.segments import Segment, overridden

__all__ = [
    "Amplifier",
    "AssessmentRule",
    "Band",
    "Cap",
    "Combination",
    "Ending",
    "Input",
    "InputCap",
    "MetricRule",
    "Play",
    "Rule",
    "Rulebook",
    "Segment",
    "SignalRule",
    "SilenceRule",
    "SlowingRule",
    "StalledRule",
    "Step",
    "ThreadingRule",
    "Trigger",
    "Unless",
]


class Rulebook(Part):
    """One dated set of rules; loading refuses what could not be explained later."""

    effective: date
    label: str
    reason: str
    inputs: Annotated[tuple[Input, ...], Field(min_length=5, max_length=8)]
    signals: tuple[SignalRule, ...]
    metrics: tuple[MetricRule, ...] = ()
    silences: tuple[SilenceRule, ...] = ()
    slowing: tuple[SlowingRule, ...] = ()
    threading: tuple[ThreadingRule, ...] = ()
    stalled: tuple[StalledRule, ...] = ()
    assessment_expires: Days
    assessments: tuple[AssessmentRule, ...] = ()
    combinations: tuple[Combination, ...] = ()
    amplifiers: tuple[Amplifier, ...] = ()
    caps: tuple[Cap, ...] = ()
    input_caps: tuple[InputCap, ...] = ()
    bands: Annotated[tuple[Band, ...], Field(min_length=2)]
    sure_from: Annotated[float, Field(ge=0.0, le=1.0)]
    """Confidence from which a signal counts in full; a less sure one counts in proportion and caps nothing."""
    hysteresis: Annotated[float, Field(ge=0.0, le=10.0)]
    coverage_floor: Annotated[int, Field(ge=0, le=100)]
    triggers: tuple[Trigger, ...] = ()
    segments: tuple[Segment, ...] = ()
    segment: str = Field("", exclude=True, description="set for the rules of one segment, never in a file")

    @property
    def id(self) -> str:
        """The day it takes effect, and the segment where its rules differ for one."""
        return self.effective.isoformat() + (f"/{self.segment}" if self.segment else "")

    @cached_property
    def digest(self) -> str:
        """Changes with any word of it."""
        return content_id([self.segment, self.model_dump(mode="json")])

    @cached_property
    def signal_rules(self) -> dict[str, SignalRule]:
        return {r.id: r for r in self.signals}

    @cached_property
    def for_segment(self) -> dict[str, Rulebook]:
        """The whole set of rules of each segment that overrides any."""
        return {s.id: self._overridden_by(s) for s in self.segments if s.overrides or s.settings}

    @cached_property
    def moving(self) -> tuple[Rule, ...]:
        """Every rule that can make a line of the ledger."""
        return (
            *self.signals,
            *self.metrics,
            *self.silences,
            *self.slowing,
            *self.threading,
            *self.stalled,
            *self.assessments,
            *self.combinations,
            *self.amplifiers,
            *self.caps,
            *self.input_caps,
        )

    @model_validator(mode="after")
    def _holds_together(self) -> Rulebook:
        faults = faults_of(self)
        if faults:
            raise RulebookFaultsError(faults)
        assert self.for_segment is not None
        return self

    def _overridden_by(self, segment: Segment) -> Rulebook:
        content: dict[str, Any] = overridden(self.model_dump(exclude={"segments"}), segment)
        return Rulebook.model_validate(content | {"segment": segment.id})
