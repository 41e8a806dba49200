"""Keeps the bands that people set by hand: dated, with author and reason; the nightly run respects them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from extractor.document import content_id
from store.database import of_account, put
from store.tables import overrides

_OF_ACCOUNT = of_account(overrides, overrides.c.at, overrides.c.id)


@dataclass(frozen=True, slots=True)
class Override:
    """`band` holds from `first` to `last`, both included, whatever the score says; a later one on the same days wins."""

    account_id: str
    first: date
    last: date
    band: str
    author: str
    reason: str
    at: datetime

    @property
    def id(self) -> str:
        return content_id([self.account_id, self.band, self.author, self.at.isoformat()])


def add_override(connection: Connection, override: Override) -> bool:
    return put(connection, overrides, [{n: getattr(override, n) for n in (*Override.__slots__, "id")}]) == 1


def overrides_of(connection: Connection, account_id: str) -> list[Override]:
    rows = connection.execute(_OF_ACCOUNT, {"account": account_id})
    return [Override(**{name: getattr(row, name) for name in Override.__slots__}) for row in rows]


def override_on(found: list[Override], day: date) -> Override | None:
    """The latest that holds on the day."""
    return next((o for o in reversed(found) if o.first <= day <= o.last), None)
