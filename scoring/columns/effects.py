"""One rule's effects on many accounts, before weights and bounds; `scoring.effect` for columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from scoring.columns.portfolio import NONE, Bools, Ints


class Name(NamedTuple):
    """What the lines of a rule are called. An empty `subject` is that of each line's own signal."""

    rule: str
    kind: str
    input: str
    label: str
    subject: str = ""

    @property
    def is_event(self) -> bool:
        """Something that happened to the account; that a renewal comes near is only time."""
        return self.kind != "amplifier"


@dataclass(frozen=True, slots=True)
class Effects:
    """In order of the account; `level` in tenths of a per cent of the input, `signal` the row of what proves it."""

    name: Name
    account: Ints
    level: Ints
    since: Ints
    signal: Ints


def effects_where(name: Name, holds: Bools, level: Ints | int, since: Ints | int, signal: Ints | int = NONE) -> Effects:
    """At most one effect for each account: where the rule holds."""
    account = np.flatnonzero(holds)

    def chosen(column: Ints | int) -> Ints:
        return np.broadcast_to(np.asarray(column, dtype=np.int64), holds.shape)[account]

    return Effects(name, account, chosen(level), chosen(since), chosen(signal))


def rounded(amounts: NDArray[np.floating[Any]]) -> Ints:
    """To whole tenths the way `round` does: halves to the even neighbour."""
    whole: Ints = np.rint(amounts).astype(np.int64)
    return whole
