"""Which segment's rules an account falls under: exactly one, the first whose conditions it meets."""

from __future__ import annotations

from copy import deepcopy
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field

from scoring.rulebook.rules import Rule

if TYPE_CHECKING:
    from scoring.facts import Account
    from scoring.rulebook.model import Rulebook

SETTINGS = frozenset({"hysteresis", "coverage_floor", "assessment_expires"})


class Segment(Rule):
    """Accounts that meet all stated conditions; `overrides` holds section → rule id → field → value.

    `segments` are the names that exports give; `arr_at_least` and `arr_below` are whole units of the account's currency.
    """

    segments: tuple[str, ...] = ()
    arr_at_least: Annotated[int, Field(ge=0)] | None = None
    arr_below: Annotated[int, Field(ge=0)] | None = None
    overrides: dict[str, dict[str, dict[str, Any]]] = Field(default_factory=dict)
    settings: dict[str, float] = Field(default_factory=dict)

    @property
    def takes_all(self) -> bool:
        return not self.segments and self.arr_at_least is None and self.arr_below is None

    def takes(self, segment: str, arr: int) -> bool:
        return (
            (not self.segments or segment in self.segments)
            and (self.arr_at_least is None or arr >= self.arr_at_least)
            and (self.arr_below is None or arr < self.arr_below)
        )


def segment_of(rulebook: Rulebook, account: Account) -> Segment | None:
    """The first segment that takes the account; None where the rules hold unchanged."""
    return next((s for s in rulebook.segments if s.takes(account.segment, account.arr)), None)


def rules_for(rulebook: Rulebook, account: Account) -> Rulebook:
    found = segment_of(rulebook, account)
    return rulebook.for_segment.get(found.id, rulebook) if found is not None else rulebook


def overridden(content: dict[str, Any], segment: Segment) -> dict[str, Any]:
    """A rulebook's content with one segment's values in place. Raises ValueError for what it does not hold."""
    changed = deepcopy(content)
    for name, value in segment.settings.items():
        if name not in SETTINGS:
            raise ValueError(f"segment {segment.id}: no setting {name!r}; settings are {', '.join(sorted(SETTINGS))}")
        changed[name] = value
    for section, by_rule in segment.overrides.items():
        rules = changed.get(section)
        if not isinstance(rules, tuple | list) or section == "triggers":
            raise ValueError(f"segment {segment.id}: no section {section!r} that could be overridden")
        by_id = {rule["id"]: rule for rule in rules}
        for rule_id, fields in by_rule.items():
            if rule_id not in by_id:
                raise ValueError(f"segment {segment.id}: {section} holds no rule {rule_id!r}")
            by_id[rule_id].update(fields)
    return changed
