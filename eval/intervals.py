"""95 % intervals by the cluster bootstrap: whole accounts are drawn again, since documents of one account are alike.

Every figure is a function of sums over documents. Drawing accounts with replacement gives each account a weight, so
one matrix product gives all sums of all resamples at once, and one function gives the figure (row 0) and its
resamples (the rest). Percentile intervals after Efron and Tibshirani (1993), clusters after Field and Welsh (2007,
doi:10.1111/j.1467-9868.2007.00593.x). With a handful of accounts the interval is too narrow, and a share of exactly
0 or 1 has none to speak of: the number of accounts is always shown beside it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1000
SEED = 20260101
_TAIL = 2.5
_FEWEST_CLUSTERS = 2

Array = NDArray[np.float64]


class Interval(NamedTuple):
    """Bounds of the middle 95 %; None where the figure cannot be resampled."""

    low: float | None
    high: float | None


def weights(clusters: int, *, seed: int = SEED, resamples: int = RESAMPLES) -> Array:
    """`(1 + resamples, clusters)`: row 0 is the sample itself, the others say how often each cluster was drawn."""
    if clusters < 1:
        raise ValueError("nothing to resample: there is no account")
    random = np.random.default_rng(seed)
    drawn = random.multinomial(clusters, np.full(clusters, 1 / clusters), size=resamples)
    return np.vstack([np.ones(clusters), drawn]).astype(np.float64)


def point(values: Array) -> float | None:
    """The figure of the sample itself, None where undefined."""
    return None if np.isnan(values[0]) else float(values[0])


def interval(values: Array, clusters: int) -> Interval:
    """Percentile interval of the resamples in `values[1:]`; resamples in which the figure is undefined are left out."""
    defined = values[1:][~np.isnan(values[1:])]
    if clusters < _FEWEST_CLUSTERS or np.isnan(values[0]) or not defined.size:
        return Interval(None, None)
    low, high = np.percentile(defined, [_TAIL, 100 - _TAIL])
    return Interval(float(low), float(high))
