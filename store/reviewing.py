"""Signals that await a reviewer, over all accounts that the reviewer may see, by an index in their order."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, exists, func, select, union_all

from store.standings import Owners, owned_by
from store.tables import accounts, asked, decisions, detections, looks, signals

COUNTED = 500
"""More waiting signals than these are not counted: nobody needs to know, and it is what a page must not grow with."""
_LOOKERS = (
    select(looks.c.signal_id, decisions.c.author)
    .join(decisions, decisions.c.id == looks.c.decision_id)
    .where(decisions.c.account_id == bindparam("account"))
)


@dataclass(frozen=True, slots=True)
class Waiting:
    """A signal of a current reading."""

    signal_id: str
    document_id: str
    account_id: str
    account_name: str
    type: str
    severity: int
    confidence: float


class Undoable(NamedTuple):
    """A decision that its author may take back, with what it is on."""

    decision_id: str
    signal_id: str
    type: str
    account_name: str


def waiting(
    connection: Connection,
    owners: Sequence[str],
    weight: Callable[[str], float],
    *,
    most: int,
    second_for: str | None = None,
) -> list[Waiting]:
    """Undecided signals, highest doubt times the weight of their type first; equal ones in an order of their own.

    With `second_for`, those that others decided and this one has not. The first of all are among the first of each type,
    which an index has in order; of some owners' accounts all are looked at, since these are few.
    """
    weights = tuple((type_, weight(type_)) for type_ in _types(connection, decided=second_for is not None))
    if not weights:
        return []
    query = _first(weights, scoped=bool(owners), second=second_for is not None)
    return [Waiting(*row) for row in connection.execute(query, _wanted(owners, second_for) | {"most": most})]


def count_waiting(connection: Connection, owners: Sequence[str], second_for: str | None = None) -> int:
    """As far as `COUNTED` and one more."""
    some = select(asked.c.signal_id).where(*_awaits(scoped=bool(owners), second=second_for is not None))
    query = select(func.count()).select_from(some.limit(COUNTED + 1).subquery())
    return int(connection.execute(query, _wanted(owners, second_for)).scalar_one())


def lookers_of(connection: Connection, account_id: str) -> dict[str, set[str]]:
    """Whose decisions hold on each signal in force of the account that anybody decided on, of whichever reading."""
    found: dict[str, set[str]] = {}
    for row in connection.execute(_LOOKERS, {"account": account_id}):
        found.setdefault(row.signal_id, set()).add(row.author)
    return found


def count_decided(connection: Connection, author: str, since: datetime) -> int:
    """How many decisions somebody made from a moment on, without those taken back."""
    query = select(func.count()).select_from(decisions).where(*_holding(author, since))
    return int(connection.execute(query).scalar_one())


def last_decided(connection: Connection, owners: Owners, author: str, since: datetime) -> Undoable | None:
    """The last decision that somebody made from a moment on and that holds, of those on signals of current readings."""
    read = and_(detections.c.document_id == signals.c.document_id, detections.c.extractor == signals.c.extractor)
    query = (
        select(decisions.c.id, signals.c.id, signals.c.type, accounts.c.name)
        .join_from(decisions, signals, signals.c.id == decisions.c.signal_id)
        .join(detections, read)
        .join(accounts, accounts.c.id == decisions.c.account_id)
        .where(*_holding(author, since), detections.c.current.is_(True), owned_by(owners))
        .order_by(decisions.c.at.desc(), decisions.c.id)
        .limit(1)
    )
    row = connection.execute(query).first()
    return Undoable._make(row) if row is not None else None


def _holding(author: str, since: datetime) -> list[ColumnElement[bool]]:
    later = decisions.alias()
    taken_back = exists().where(later.c.signal_id == decisions.c.signal_id, later.c.retracts == decisions.c.id)
    return [decisions.c.retracts == "", ~taken_back, decisions.c.author == author, decisions.c.at >= since]


def _types(connection: Connection, *, decided: bool) -> list[str]:
    """Every type that is asked about, by stepping through the index from one to the next."""
    here = asked.c.decided == decided
    step = select(func.min(asked.c.type).label("type")).where(here).cte(recursive=True)
    after = select(func.min(asked.c.type)).where(here, asked.c.type > step.c.type).scalar_subquery()
    step = step.union_all(select(after).where(step.c.type.is_not(None)))
    return [row.type for row in connection.execute(select(step.c.type).where(step.c.type.is_not(None)))]


@lru_cache(maxsize=16)
def _first(weights: tuple[tuple[str, float], ...], *, scoped: bool, second: bool) -> Select[Any]:
    """What to ask first. Made once for all that want the same: making it takes longer than answering it."""
    awaits = _awaits(scoped=scoped, second=second)
    if scoped:
        priority = asked.c.doubt * case(dict(weights), value=asked.c.type, else_=1.0)
        every = select(asked.c.signal_id, asked.c.doubt, priority.label("priority")).where(*awaits)
        order = priority.desc(), asked.c.doubt.desc(), asked.c.signal_id.desc()
        first = every.order_by(*order).limit(bindparam("most")).subquery()
    else:
        first = union_all(*(select(_first_of(*each, awaits).subquery()) for each in weights)).subquery()
    return (
        select(
            signals.c.id,
            signals.c.document_id,
            signals.c.account_id,
            accounts.c.name,
            signals.c.type,
            signals.c.severity,
            signals.c.confidence,
        )
        .select_from(first)
        .join(signals, signals.c.id == first.c.signal_id)
        .join(accounts, accounts.c.id == signals.c.account_id)
        .order_by(first.c.priority.desc(), first.c.doubt.desc(), first.c.signal_id.desc())
        .limit(bindparam("most"))
    )


def _first_of(type_: str, weight: float, awaits: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Of one type, as the index has them."""
    query = select(asked.c.signal_id, asked.c.doubt, (asked.c.doubt * weight).label("priority"))
    query = query.where(*awaits, asked.c.type == type_).order_by(asked.c.doubt.desc(), asked.c.signal_id.desc())
    return query.limit(bindparam("most"))


def _awaits(*, scoped: bool, second: bool) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = [asked.c.decided == second]
    if second:
        said = decisions.c.id == looks.c.decision_id, decisions.c.author == bindparam("reviewer")
        conditions.append(~exists().where(looks.c.signal_id == asked.c.signal_id, *said))
    if scoped:
        named = func.lower(accounts.c.owner).in_(bindparam("owners", expanding=True))
        conditions.append(asked.c.account_id.in_(select(accounts.c.id).where(named)))
    return conditions


def _wanted(owners: Sequence[str], second_for: str | None) -> dict[str, Any]:
    """What the conditions of `_awaits` ask for, by name."""
    scope = {"owners": [owner.lower() for owner in owners]} if owners else {}
    return scope | ({"reviewer": second_for} if second_for is not None else {})
