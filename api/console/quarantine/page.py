"""What the quarantine page says: what is held, why, and whose it might be."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.readers import Obstacle
from scoring.facts import Account
from store.quarantine import Held

PAGE = 50


@dataclass(frozen=True, slots=True)
class HeldLine:
    """`candidates` are the accounts it might belong to; `assignable` where reading it with an account would help and is allowed."""

    row: Held
    candidates: tuple[Account, ...]

    @property
    def assignable(self) -> bool:
        return bool(self.row.document_key) and self.row.reason != Obstacle.NOT_CONSENTED


@dataclass(frozen=True, slots=True)
class QuarantinePage:
    lines: tuple[HeldLine, ...]
    reasons: tuple[tuple[str, int], ...]
    accounts: Sequence[Account]
    first: int
    total: int
    before: int | None
    after: int | None


def quarantine_page(rows: Sequence[Held], accounts: Sequence[Account], first: int) -> QuarantinePage:
    known = {a.id: a for a in accounts}
    shown = rows[first : first + PAGE]
    return QuarantinePage(
        lines=tuple(HeldLine(row, tuple(known[c] for c in row.candidates if c in known)) for row in shown),
        reasons=tuple(Counter(row.reason for row in rows).most_common()),
        accounts=accounts,
        first=first,
        total=len(rows),
        before=max(first - PAGE, 0) if first else None,
        after=first + PAGE if first + PAGE < len(rows) else None,
    )
