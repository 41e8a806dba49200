"""Where things stand among the rows of their account: the last, the strongest, the sum."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from scoring.columns.portfolio import NONE, Floats, Ints

_BITS = 63


class OwnedRows(Protocol):
    @property
    def row(self) -> Ints: ...
    @property
    def account(self) -> Ints: ...


def last_in(rows: OwnedRows, size: int) -> Ints:
    """Each account's last row; `NONE` where it has none."""
    last = np.full(size, NONE, dtype=np.int64)
    np.maximum.at(last, rows.account, rows.row)
    return last


def sum_in(account: Ints, amounts: Ints | Floats, size: int) -> Ints:
    """Each account's sum; exact, since tenths of points stay far below 2^53."""
    return np.bincount(account, amounts, size).astype(np.int64)


def strongest_first(account: Ints, size: Ints) -> tuple[Ints, Ints]:
    """Rows by account, largest size first and in their own order among equals; and each one's place in its account, from 0.

    `account` ascends. One sort of whole numbers that hold account, size and row is many times faster than a sort by
    three columns.
    """
    count, largest = len(account), int(size.max(initial=0))
    row_bits, size_bits = count.bit_length(), largest.bit_length()
    if row_bits + size_bits + int(account.max(initial=0)).bit_length() > _BITS:
        raise ValueError(f"{count} rows of sizes up to {largest} are too many at once: take fewer accounts")
    keys = ((account << size_bits | largest - size) << row_bits) | np.arange(count)
    keys.sort()
    return keys & ((1 << row_bits) - 1), place_in_run(account)


def shared_in(whole: Ints, account: Ints, sizes: Ints) -> Ints:
    """Split each account's `whole`, or the sum of its sizes where that is less, by largest remainder; `scoring.sharing`
    for columns. `account` ascends."""
    total = sum_in(account, sizes, len(whole))
    whole = np.minimum(whole, total)
    in_whole = sizes * whole[account]
    parts, remainder = in_whole // total[account], in_whole % total[account]
    left = whole - sum_in(account, parts, len(whole))
    order, place = strongest_first(account, remainder)
    parts[order] += place < left[account]
    return parts


def place_in_run(account: Ints) -> Ints:
    """Where each row stands in its run of equal accounts, from 0."""
    rows = np.arange(len(account))
    begins = np.empty(len(account), dtype=np.bool_)
    begins[:1] = True
    np.not_equal(account[1:], account[:-1], out=begins[1:])
    return rows - np.maximum.accumulate(np.where(begins, rows, 0))
