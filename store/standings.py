"""Where accounts stood, read without their explanations: lists, rankings and charts over many accounts and days."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, FromClause, ScalarSelect, and_, func, or_, select, true

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


class Footing(NamedTuple):
    """What a queue of many thousand accounts is ranked and filtered by: an account and its points on three days.

    `day` is None for one never scored; `earlier` and `recent` are the last scored days up to those asked for.
    """

    account_id: str
    name: str
    segment: str
    owner: str
    arr: int
    renewal_date: date | None
    day: date | None
    band: str
    points: int
    earlier: date | None
    earlier_points: int
    recent: date | None
    recent_band: str
    recent_points: int

    @property
    def days_to_renewal(self) -> int | None:
        return (self.renewal_date - self.day).days if self.renewal_date and self.day else None

    @property
    def change(self) -> float | None:
        """Points since the earlier day; None where it was not scored up to then, or not since."""
        return (self.points - self.earlier_points) / 10 if self.earlier not in {None, self.day} else None


def footings_on(
    connection: Connection, day: date, earlier: date, recent: date | None = None, owners: Owners = ()
) -> list[Footing]:
    """Every account of these owners, as of a day and compared with two earlier ones, or with one alone."""
    now, then, lately = standings.alias(), standings.alias(), standings.alias()
    known = accounts.c
    query = (
        select(
            *(known.id, known.name, known.segment, known.owner, known.arr, known.renewal_date),
            *(now.c.day, now.c.band, now.c.points),
            *(then.c.day, then.c.points),
        )
        .select_from(accounts)
        .outerjoin(now, _last_up_to(now, day))
        .outerjoin(then, _last_up_to(then, earlier))
        .where(owned_by(owners))
        .order_by(known.id)
    )
    if recent is None:
        return [Footing._make((*row, None, "", 0)) for row in connection.execute(query)]
    query = query.add_columns(lately.c.day, lately.c.band, lately.c.points)
    query = query.outerjoin(lately, _last_up_to(lately, recent))
    return [Footing._make(row) for row in connection.execute(query)]


def standings_on(
    connection: Connection, day: date | None = None, owners: Owners = (), only: Collection[str] | None = None
) -> dict[str, DayStanding]:
    """Each account's last standing up to a day; `only` names the accounts that are wanted."""
    query = (
        select(standings)
        .select_from(accounts)
        .outerjoin(standings, _last_up_to(standings, day))
        .where(owned_by(owners, only))
        .order_by(accounts.c.id)
    )
    return {row.account_id: DayStanding(*row) for row in connection.execute(query) if row.day is not None}


def _last_up_to(standing: FromClause, day: date | None) -> ColumnElement[bool]:
    """Joins the account's last standing: one step down its key, however many days were scored and of how many others.

    Said as a range, since for an equality PostgreSQL would rather read and hash every standing there is; meant for an
    outer join, since SQLite turns an inner one round and begins with the standings.
    """
    last = and_(standing.c.account_id == accounts.c.id, standing.c.day >= _last_day(day))
    return last if day is None else and_(last, standing.c.day <= day)


def _last_day(until: date | None) -> ScalarSelect[date]:
    other = standings.alias()
    last = select(func.max(other.c.day)).where(other.c.account_id == accounts.c.id).correlate(accounts)
    return (last if until is None else last.where(other.c.day <= until)).scalar_subquery()


def bands_on(connection: Connection, days: Iterable[date], owners: Owners = ()) -> dict[date, dict[str, int]]:
    """How many accounts stood in each band on each of the days, by their last standing up to it."""
    found: dict[date, dict[str, int]] = {}
    for day in days:
        query = (
            select(standings.c.band, func.count())
            .select_from(accounts)
            .outerjoin(standings, _last_up_to(standings, day))
            .where(owned_by(owners))
            .group_by(standings.c.band)
        )
        found[day] = {row[0]: row[1] for row in connection.execute(query) if row[0] is not None}
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


def last_standing_day(connection: Connection, until: date | None = None, owners: Owners = ()) -> date | None:
    """The last scored day of any account of these owners."""
    query = select(func.max(_last_day(until))).select_from(accounts).where(owned_by(owners))
    return connection.execute(query).scalar()


def first_standing_day(connection: Connection) -> date | None:
    return connection.execute(select(func.min(standings.c.day))).scalar()


def owned_by(owners: Owners, only: Collection[str] | None = None) -> ColumnElement[bool]:
    """`only` narrows it further, to accounts by their id."""
    mine = or_(*(func.lower(accounts.c.owner) == owner.lower() for owner in owners)) if owners else true()
    return mine if only is None else and_(mine, accounts.c.id.in_(only))
