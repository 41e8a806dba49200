"""In which bands scores fall; `scoring.bands` for columns."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from scoring.bands import UNKNOWN
from scoring.columns.portfolio import NONE, Bools, Ints
from scoring.ledger import WHOLE
from scoring.rulebook.model import Rulebook


def bands_of(points: Ints, coverage: Ints, previous: Ints | None, rulebook: Rulebook) -> Ints:
    """Places of bands in the rulebook, the number of bands for `unknown`.

    An account leaves its `previous` band, if that is not `NONE`, only when it is over the edge by the rulebook's
    hysteresis.
    """
    unknown = len(rulebook.bands)
    plain = _plain(points, rulebook)
    if previous is not None:
        margin = round(10 * rulebook.hysteresis)
        stays = (previous != NONE) & _reaches(previous, points, margin, rulebook)
        plain = np.where(stays, previous, plain)
    return np.where(coverage < 10 * rulebook.coverage_floor, unknown, plain)


def names_of(bands: Ints, rulebook: Rulebook) -> list[str]:
    names = [*(band.id for band in rulebook.bands), UNKNOWN]
    return [names[place] for place in bands.tolist()]


def places_of(names: Iterable[str | None], rulebook: Rulebook) -> Ints:
    """`NONE` for no band or one that the rulebook does not hold."""
    places = {band.id: place for place, band in enumerate(rulebook.bands)}
    return np.array([places.get(name or "", NONE) for name in names], dtype=np.int64)


def _plain(points: Ints, rulebook: Rulebook) -> Ints:
    reached = [points > 10 * band.at_least if band.above else points >= 10 * band.at_least for band in rulebook.bands]
    return np.select(reached, list(range(len(reached))))


def _reaches(band: Ints, points: Ints, margin: int, rulebook: Rulebook) -> Bools:
    lower, upper = (_plain(np.clip(points + by, 0, WHOLE), rulebook) for by in (-margin, margin))
    reaches: Bools = (lower == band) | (upper == band)
    return reaches
