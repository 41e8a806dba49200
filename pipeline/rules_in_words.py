"""A rulebook in plain words, and what changed between two of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from scoring.rulebook.model import Rulebook

SECTIONS = (
    "inputs",
    "signals",
    "metrics",
    "silences",
    "slowing",
    "threading",
    "stalled",
    "assessments",
    "combinations",
    "amplifiers",
    "caps",
    "input_caps",
    "bands",
    "triggers",
    "segments",
)
_TOLD_APART = frozenset({"id", "label", "reason", "source"})


@dataclass(frozen=True, slots=True)
class Difference:
    """One value that two rulebooks state differently; None where one does not state it."""

    section: str
    rule: str
    field: str
    before: Any
    after: Any

    def __str__(self) -> str:
        where = ".".join(part for part in (self.section, self.rule, self.field) if part)
        return f"{where}: {_shown(self.before)} -> {_shown(self.after)}"


def told(rulebook: Rulebook, only: str | None = None) -> Iterator[str]:
    """Every rule as lines of text, or the one rule (or section) of that name."""
    for section in SECTIONS:
        rules = getattr(rulebook, section)
        shown = [r for r in rules if only in {None, section, r.id}]
        if shown:
            yield f"{section}"
        for rule in shown:
            yield f"  {rule.id}: {rule.label}"
            yield from (f"      {name}: {_shown(value)}" for name, value in _stated(rule))
            reason = getattr(rule, "reason", "")
            if reason:
                yield f"      because: {reason}"
            if source := getattr(rule, "source", ""):
                yield f"      source: {source}"


def differences(before: Rulebook, after: Rulebook) -> list[Difference]:
    """Rule by rule and field by field; words (labels, reasons) are not compared."""
    one, two = before.model_dump(mode="json"), after.model_dump(mode="json")
    found: list[Difference] = []
    for section in SECTIONS:
        old, new = ({rule["id"]: rule for rule in content[section]} for content in (one, two))
        for name in dict.fromkeys((*old, *new)):
            found += _between(section, name, old.get(name), new.get(name))
    plain = [name for name in one if name not in {*SECTIONS, "effective", "label", "reason"}]
    found += [Difference("", "", name, one[name], two[name]) for name in plain if one[name] != two[name]]
    return found


def _between(
    section: str, rule: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None
) -> Iterator[Difference]:
    if old is None or new is None:
        yield Difference(
            section, rule, "", "absent" if old is None else "present", "absent" if new is None else "present"
        )
        return
    for field in dict.fromkeys((*old, *new)):
        if field not in _TOLD_APART and old.get(field) != new.get(field):
            yield Difference(section, rule, field, old.get(field), new.get(field))


def _stated(rule: Any) -> Iterator[tuple[str, Any]]:
    content = rule.model_dump(mode="json", exclude_defaults=True)
    return ((name, value) for name, value in content.items() if name not in _TOLD_APART)


def _shown(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} {_shown(v)}" for k, v in value.items() if v not in (None, [], ""))
    if isinstance(value, list):
        return "; ".join(_shown(v) for v in value) if any(isinstance(v, dict) for v in value) else str(value)
    return str(value)
