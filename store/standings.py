"""Where accounts stood, read without their explanations: lists, rankings and charts over many accounts and days."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, func, or_, select, true

from store.tables import accounts, standings

Owners = Sequence[str]
"""Whose accounts are meant, as e-mail addresses; empty means all."""


@dataclass(frozen=True, slots=True)
class DayStanding:
    """One account on one day; amounts in tenths. `computed` is the score's own band, `assessed` the CSM's, "" for none."""

    account_id: str
    day: date
    points: int
    low: int
    high: int
    coverage: int
    band: str
    computed: str
    assessed: str
    sentence: str = ""

    @property
    def divergent(self) -> bool:
        """Whether the CSM sees it otherwise; a score that is unknown cannot be contradicted."""
        return self.assessed not in {"", self.computed} and self.computed != "unknown"


def standings_on(connection: Connection, day: date | None = None, owners: Owners = ()) -> dict[str, DayStanding]:
    """Each account's last standing up to a day."""
    latest = select(standings.c.account_id, func.max(standings.c.day).label("day"))
    if day is not None:
        latest = latest.where(standings.c.day <= day)
    last = latest.group_by(standings.c.account_id).subquery()
    query = (
        select(standings)
        .join(last, (last.c.account_id == standings.c.account_id) & (last.c.day == standings.c.day))
        .join(accounts, accounts.c.id == standings.c.account_id)
        .where(owned_by(owners))
        .order_by(standings.c.account_id)
    )
    return {row.account_id: DayStanding(*row) for row in connection.execute(query)}


def bands_on(connection: Connection, days: Iterable[date], owners: Owners = ()) -> dict[date, dict[str, int]]:
    """How many accounts stood in each band on each of the days, by their last standing up to it."""
    found: dict[date, dict[str, int]] = {}
    for day in days:
        last = (
            select(standings.c.account_id, func.max(standings.c.day).label("day"))
            .where(standings.c.day <= day)
            .group_by(standings.c.account_id)
            .subquery()
        )
        query = (
            select(standings.c.band, func.count())
            .join(last, (last.c.account_id == standings.c.account_id) & (last.c.day == standings.c.day))
            .join(accounts, accounts.c.id == standings.c.account_id)
            .where(owned_by(owners))
            .group_by(standings.c.band)
        )
        found[day] = {row[0]: row[1] for row in connection.execute(query)}
    return found


def divergences(connection: Connection, owners: Owners = ()) -> dict[str, list[DayStanding]]:
    """Every standing of the accounts whose CSM ever saw one otherwise than its score, oldest first."""
    differing = (
        select(standings.c.account_id)
        .where(
            standings.c.assessed != "", standings.c.assessed != standings.c.computed, standings.c.computed != "unknown"
        )
        .distinct()
    )
    query = (
        select(standings)
        .join(accounts, accounts.c.id == standings.c.account_id)
        .where(standings.c.account_id.in_(differing), owned_by(owners))
        .order_by(standings.c.account_id, standings.c.day)
    )
    found: dict[str, list[DayStanding]] = {}
    for row in connection.execute(query):
        found.setdefault(row.account_id, []).append(DayStanding(*row))
    return found


def last_standing_day(connection: Connection) -> date | None:
    return connection.execute(select(func.max(standings.c.day))).scalar()


def first_standing_day(connection: Connection) -> date | None:
    return connection.execute(select(func.min(standings.c.day))).scalar()


def owned_by(owners: Owners) -> ColumnElement[bool]:
    if not owners:
        return true()
    return or_(*(func.lower(accounts.c.owner) == owner.lower() for owner in owners))
