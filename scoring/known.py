"""One account's facts on one day, laid out the way rules ask for them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from extractor.document import Role, Took
from extractor.signal import Interaction
from scoring.facts import Account, Assessment, Facts, Observation, Reading


@dataclass(frozen=True, slots=True)
class Known:
    """Made of facts already cut to `day`. Readings are in order of their days; `present` is who took part, and when."""

    day: date
    account: Account
    by_type: dict[str, list[Observation]]
    readings: dict[str, list[Reading]]
    roles: dict[str, str]
    present: tuple[Interaction, ...]
    interactions: tuple[Interaction, ...]
    assessments: tuple[Assessment, ...]

    def heard_of(self, roles: Iterable[str]) -> list[Interaction]:
        """When contacts in these roles wrote, spoke or attended."""
        wanted = set(roles)
        return [i for i in self.present if i.address and self.roles.get(i.address.lower()) in wanted]

    def reading(self, metric: str, until: date) -> Reading | None:
        """The latest reading up to and including a day."""
        return next((r for r in reversed(self.readings.get(metric, ())) if r.day <= until), None)

    def answer_hours(self, first: date, last: date) -> list[float]:
        """Hours from a mail of ours to the customer's next in the same conversation, for answers given in these days."""
        waiting: dict[str, Interaction] = {}
        hours: list[float] = []
        for item in self.interactions:
            if item.took is not Took.WROTE or not item.thread:
                continue
            if item.role is Role.VENDOR:
                waiting.setdefault(item.thread, item)
                continue
            asked = waiting.pop(item.thread, None) if item.role is Role.CUSTOMER else None
            if asked is not None and first <= item.at.date() <= last:
                hours.append((item.at - asked.at).total_seconds() / 3600)
        return hours


def known_on(facts: Facts, day: date) -> Known:
    cut = facts.as_of(day)
    by_type: dict[str, list[Observation]] = {}
    for observation in cut.observations:
        by_type.setdefault(observation.signal.type, []).append(observation)
    readings: dict[str, list[Reading]] = {}
    for reading in sorted(cut.readings, key=lambda r: (r.day, r.visible_from, r.value)):
        readings.setdefault(reading.metric, []).append(reading)
    interactions = sorted(cut.interactions, key=lambda i: (i.at, i.document_id, i.address or "", i.name, i.took))
    return Known(
        day=day,
        account=cut.account,
        by_type=by_type,
        readings=readings,
        roles={c.address.lower(): c.role for c in sorted(cut.contacts, key=lambda c: (c.address, c.role))},
        present=tuple(i for i in interactions if i.took.is_presence),
        interactions=tuple(interactions),
        assessments=cut.assessments,
    )
