"""Which accounts a list holds and in which order: pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from api.pages import SortKey
from api.v1.accounts.schemas import AccountItem

Sort = Literal["urgency", "name", "score", "-score", "change", "-change", "renewal", "-arr"]
_RANKS = {"red": 0, "yellow": 1, "unknown": 2, "green": 3}


@dataclass(frozen=True, slots=True)
class Filter:
    """What an account must be to be listed; None asks nothing."""

    band: str | None = None
    owner: str | None = None
    segment: str | None = None
    text: str | None = None
    renews_within: int | None = None

    def fits(self, item: AccountItem, day: date | None) -> bool:
        band = item.standing.band if item.standing else None
        return (
            (self.band is None or band == self.band)
            and (self.owner is None or item.owner.casefold() == self.owner.casefold())
            and (self.segment is None or item.segment == self.segment)
            and (self.text is None or self.text.casefold() in f"{item.id} {item.name}".casefold())
            and (self.renews_within is None or _renews(item, day, self.renews_within))
        )


def sort_key(sort: Sort) -> Callable[[AccountItem], SortKey]:
    """Ascending keys that end in the id, so that no two accounts share one; what is unknown comes last."""
    return {
        "urgency": _urgency,
        "name": lambda item: (item.name.casefold(), item.id),
        "score": lambda item: _known(item.standing and item.standing.score, item),
        "-score": lambda item: _known(item.standing and -item.standing.score, item),
        "change": lambda item: _known(item.standing and item.standing.change, item),
        "-change": lambda item: _known(_negative(item.standing.change if item.standing else None), item),
        "renewal": lambda item: _known(item.renewal_date.toordinal() if item.renewal_date else None, item),
        "-arr": lambda item: (-item.arr, item.id),
    }[sort]


def _urgency(item: AccountItem) -> SortKey:
    if item.standing is None:
        return (len(_RANKS), 0.0, item.id)
    return (_RANKS.get(item.standing.band, 2), item.standing.score, item.id)


def _known(value: float | None, item: AccountItem) -> SortKey:
    return (1, 0, item.id) if value is None else (0, value, item.id)


def _negative(value: float | None) -> float | None:
    return None if value is None else -value


def _renews(item: AccountItem, day: date | None, days: int) -> bool:
    return item.renewal_date is not None and day is not None and item.renewal_date <= day + timedelta(days=days)
