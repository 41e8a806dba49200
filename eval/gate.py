"""What a run must reach, and what may not fall: `gate.yaml` against figures, row by row.

A figure that is undefined fails its row. A row about a baseline that nobody gave, or about a harm that had no occasion
to happen, is `not_judged`: said aloud, neither passed nor failed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

import yaml
from pydantic import Field, ValidationError, model_validator

from eval.compare import Comparison
from eval.figures.measures import catalogue
from eval.figures.shape import Figure, Figures
from eval.harms import load_harms
from eval.record import Strict

_ROUNDING = 1e-9
GATE_FILE = Path(__file__).with_name("gate.yaml")


class GateError(ValueError):
    """A gate file that cannot be read; the message names file, row and fault."""


class Verdict(StrEnum):
    PASSED = "passed"
    FAILED = "failed"
    NOT_JUDGED = "not_judged"


class Rule(Strict):
    """One demand on one figure or harm. Bounds hold for the value itself, not for its interval.

    `slice` narrows a figure, as `type: escalation_tone`. `may_fall` allows the figure to be that much worse than the
    baseline run; `beats` demands more than each of the named baselines of the same run.
    """

    figure: str | None = None
    harm: str | None = None
    slice: Annotated[dict[str, str] | None, Field(min_length=1, max_length=1)] = None
    at_least: float | None = None
    at_most: float | None = None
    may_fall: Annotated[float | None, Field(ge=0)] = None
    beats: tuple[str, ...] = ()
    why: Annotated[str, Field(min_length=1)]

    @model_validator(mode="after")
    def _asks_one_clear_thing(self) -> Self:
        if (self.figure is None) == (self.harm is None):
            raise ValueError("name either a figure or a harm")
        if self.figure is not None and self.figure not in catalogue():
            raise ValueError(f"no figure {self.figure!r}; known are {', '.join(catalogue())}")
        if self.harm is not None and self.harm not in {h.name for h in load_harms()}:
            raise ValueError(f"no harm {self.harm!r}; known are {', '.join(h.name for h in load_harms())}")
        relative = self.may_fall is not None or bool(self.beats)
        if self.at_least is None and self.at_most is None and not relative:
            raise ValueError("say at_least, at_most, may_fall or beats")
        if relative and (self.harm or self.slice):
            raise ValueError("may_fall and beats stand with a figure of the whole run, without harm or slice")
        return self


class Gate(Strict):
    rules: Annotated[tuple[Rule, ...], Field(min_length=1)]


class GateRow(Strict):
    """One judged demand; `name` is for machines, `label` for people."""

    name: str
    label: str
    demand: str
    value: float | None
    bound: float | None
    verdict: Verdict
    why: str


def load_gate(path: Path = GATE_FILE) -> Gate:
    """Raises GateError, also for a rule that asks for nothing or for a figure that does not exist."""
    try:
        return Gate.model_validate(yaml.safe_load(path.read_text("utf-8")))
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise GateError(f"{path}: {where}: {fault['msg']}") from error
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise GateError(f"{path}: {error}") from error


def check(
    figures: Figures,
    gate: Gate,
    comparison: Comparison | None = None,
    rivals: Mapping[str, Figures] | None = None,
) -> list[GateRow]:
    """All rows in the gate's order; a rule with two bounds gives two rows."""
    rows: list[GateRow] = []
    for rule in gate.rules:
        found = _value(figures, rule)
        if rule.at_least is not None:
            rows.append(_row(rule, f"at least {rule.at_least:g}", found, rule.at_least, higher=True))
        if rule.at_most is not None and rule.harm and not _occasions(figures, rule.harm):
            rows.append(_judged(rule, f"at most {rule.at_most:g}", found, rule.at_most, Verdict.NOT_JUDGED))
        elif rule.at_most is not None:
            rows.append(_row(rule, f"at most {rule.at_most:g}", found, rule.at_most, higher=False))
        if rule.may_fall is not None:
            rows.append(_fallen(rule, rule.may_fall, comparison))
        if rule.beats and not rivals:
            rows.append(_judged(rule, f"better than {', '.join(rule.beats)}", found, None, Verdict.NOT_JUDGED))
        else:
            rows += [_beaten(rule, found, name, rivals or {}) for name in rule.beats]
    return rows


def passed(rows: Sequence[GateRow]) -> bool:
    """Whether nothing failed; rows that were not judged do not fail."""
    return all(row.verdict is not Verdict.FAILED for row in rows)


def _value(figures: Figures, rule: Rule) -> float | None:
    if rule.harm:
        return next((float(h.count) for h in figures.harms if h.name == rule.harm), None)
    panel = figures.overall
    if rule.slice:
        ((dimension, value),) = rule.slice.items()
        found = figures.slices.get(dimension, {}).get(value)
        if found is None:
            return None
        panel = found
    return panel.figures[str(rule.figure)].value


def _occasions(figures: Figures, name: str) -> int:
    return sum(harm.occasions for harm in figures.harms if harm.name == name)


def _judged(rule: Rule, demand: str, value: float | None, bound: float | None, verdict: Verdict) -> GateRow:
    place = "".join(f" [{dimension} {value}]" for dimension, value in (rule.slice or {}).items())
    if rule.figure:
        name, label = rule.figure, catalogue()[rule.figure].label
    else:
        name, label = f"harm {rule.harm}", next(h.label for h in load_harms() if h.name == rule.harm)
    return GateRow(
        name=name + place,
        label=label + place.replace("_", " "),
        demand=demand,
        value=value,
        bound=bound,
        verdict=verdict,
        why=rule.why,
    )


def _higher(rule: Rule) -> bool:
    return catalogue()[str(rule.figure)].better == "higher"


def _row(rule: Rule, demand: str, value: float | None, bound: float, *, higher: bool) -> GateRow:
    holds = value is not None and (value >= bound - _ROUNDING if higher else value <= bound + _ROUNDING)
    verdict = Verdict.PASSED if holds else Verdict.FAILED
    return _judged(rule, demand, value, bound, verdict)


def _fallen(rule: Rule, by: float, comparison: Comparison | None) -> GateRow:
    demand = f"not worse than the baseline run by more than {by:g}"
    difference = comparison.differences.get(str(rule.figure)) if comparison else None
    if difference is None:
        return _judged(rule, demand, None, None, Verdict.NOT_JUDGED)
    higher = _higher(rule)
    bound = None if difference.baseline is None else difference.baseline + (-by if higher else by)
    if bound is None:
        return _judged(rule, demand, difference.ours, None, Verdict.NOT_JUDGED)
    return _row(rule, demand, difference.ours, bound, higher=higher)


def _beaten(rule: Rule, value: float | None, name: str, rivals: Mapping[str, Figures]) -> GateRow:
    demand = f"better than the {name} baseline"
    rival = rivals.get(name)
    figure = rival.figure(str(rule.figure)) if rival else Figure(value=None)
    if figure.value is None:
        return _judged(rule, demand, value, None, Verdict.NOT_JUDGED)
    better = value is not None and (value > figure.value if _higher(rule) else value < figure.value)
    return _judged(rule, demand, value, figure.value, Verdict.PASSED if better else Verdict.FAILED)
