"""Who was heard of, when last, and how long the silence lasts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from extractor.document import Role
from extractor.signal import Interaction
from scoring.facts import Contact

ROLES = ("sponsor", "champion", "budget_owner", "admin", "user")
"""Those whose silence weighs most come first."""
WINDOW = timedelta(days=182)
QUIET = 30
SILENT = 60


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at the customer; `days` since they last wrote, spoke or attended, None for never.

    `ticks` are the days of the window on which they did, counted from its first.
    """

    name: str
    job_title: str
    role: str
    last: datetime | None
    days: int | None
    document: str
    took: str
    ticks: tuple[int, ...]

    @property
    def silence(self) -> str:
        """`silent` is what somebody must act on."""
        if self.days is None or self.days >= SILENT:
            return "silent"
        return "quiet" if self.days >= QUIET else ""


def people_of(contacts: Sequence[Contact], seen: Iterable[Interaction], day: date) -> list[Person]:
    """Contacts first as the table ranks them, then others of the customer's who were heard; most silent roles on top."""
    heard: dict[str, list[Interaction]] = {}
    names: dict[str, str] = {}
    for interaction in seen:
        if interaction.role is Role.CUSTOMER and interaction.took.is_presence and interaction.at.date() <= day:
            key = (interaction.address or interaction.name).lower()
            heard.setdefault(key, []).append(interaction)
            names.setdefault(key, interaction.name)
    people = [_person(c.name, c.job_title, c.role, heard.pop(c.address.lower(), []), day) for c in contacts]
    known = {c.name.casefold() for c in contacts}
    people += [
        _person(names[key], "", "", found, day) for key, found in heard.items() if names[key].casefold() not in known
    ]
    return sorted(people, key=lambda p: (_rank(p.role), p.days if p.days is not None else 10**6, p.name))


def _person(name: str, job_title: str, role: str, heard: Sequence[Interaction], day: date) -> Person:
    last = max(heard, key=lambda i: i.at, default=None)
    since = day - WINDOW
    return Person(
        name=name,
        job_title=job_title,
        role=role,
        last=last.at if last else None,
        days=(day - last.at.date()).days if last else None,
        document=last.document_id if last else "",
        took=last.took.value if last else "",
        ticks=tuple(sorted({(i.at.date() - since).days for i in heard if i.at.date() >= since})),
    )


def _rank(role: str) -> int:
    return ROLES.index(role) if role in ROLES else len(ROLES)
