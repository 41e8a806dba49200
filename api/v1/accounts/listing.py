"""Which accounts a list holds and in which order: pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from api.pages import SortKey
from store.standings import Footing

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

    def fits(self, account: Footing, day: date | None) -> bool:
        """`day` is that from which `renews_within` counts: the last scored one of any account."""
        return (
            (self.band is None or account.band == self.band)
            and (self.owner is None or account.owner.casefold() == self.owner.casefold())
            and (self.segment is None or account.segment == self.segment)
            and (self.text is None or self.text.casefold() in f"{account.account_id} {account.name}".casefold())
            and (self.renews_within is None or _renews(account, day, self.renews_within))
        )


def sort_key(sort: Sort) -> Callable[[Footing], SortKey]:
    """Ascending keys that end in the id, so that no two accounts share one; what is unknown comes last."""
    return {
        "urgency": _urgency,
        "name": lambda f: (f.name.casefold(), f.account_id),
        "score": lambda f: _known(_score(f), f),
        "-score": lambda f: _known(_negative(_score(f)), f),
        "change": lambda f: _known(f.change, f),
        "-change": lambda f: _known(_negative(f.change), f),
        "renewal": lambda f: _known(f.renewal_date.toordinal() if f.renewal_date else None, f),
        "-arr": lambda f: (-f.arr, f.account_id),
    }[sort]


def _urgency(account: Footing) -> SortKey:
    score = _score(account)
    if score is None:
        return (len(_RANKS), 0.0, account.account_id)
    return (_RANKS.get(account.band, 2), score, account.account_id)


def _score(account: Footing) -> float | None:
    """None for one never scored."""
    return account.points / 10 if account.day is not None else None


def _known(value: float | None, account: Footing) -> SortKey:
    return (1, 0, account.account_id) if value is None else (0, value, account.account_id)


def _negative(value: float | None) -> float | None:
    return None if value is None else -value


def _renews(account: Footing, day: date | None, days: int) -> bool:
    return account.renewal_date is not None and day is not None and account.renewal_date <= day + timedelta(days=days)
