"""Which band a score falls in, and when an account may leave the band it stands in."""

from __future__ import annotations

from scoring.ledger import Score
from scoring.rulebook.model import Band, Rulebook

UNKNOWN = "unknown"
"""The band of an account about which too little is known: never a number that pretends."""


def band_of(points: int, rulebook: Rulebook) -> Band:
    """The band of a score in tenths: 70.0 itself is yellow where green lies above 70."""
    return next(b for b in rulebook.bands if points > 10 * b.at_least or (points == 10 * b.at_least and not b.above))


def band_with_hysteresis(score: Score, previous: str | None, rulebook: Rulebook) -> str:
    """The band's id. An account leaves its band only when it is over the edge by the rulebook's hysteresis."""
    if score.coverage < 10 * rulebook.coverage_floor:
        return UNKNOWN
    plain = band_of(score.points, rulebook).id
    if previous is None or previous in {plain, UNKNOWN} or previous not in {b.id for b in rulebook.bands}:
        return plain
    margin = round(10 * rulebook.hysteresis)
    reach = {
        band_of(min(max(points, 0), 1000), rulebook).id for points in (score.points - margin, score.points + margin)
    }
    return previous if previous in reach else plain


def band_named(name: str, rulebook: Rulebook) -> Band | None:
    return next((b for b in rulebook.bands if b.id == name), None)
