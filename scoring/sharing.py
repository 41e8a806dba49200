"""Sharing a whole number in proportion without losing or inventing a unit."""

from __future__ import annotations

from collections.abc import Sequence


def shared(whole: int, sizes: Sequence[int]) -> list[int]:
    """Split `whole` in proportion to `sizes` by largest remainder, earlier places first among equals.

    The parts sum to `whole`; with no positive size they are all 0.
    """
    total = sum(sizes)
    if total <= 0:
        return [0] * len(sizes)
    parts = [whole * size // total for size in sizes]
    by_remainder = sorted(range(len(sizes)), key=lambda n: (-(whole * sizes[n] % total), n))
    for n in by_remainder[: whole - sum(parts)]:
        parts[n] += 1
    return parts
