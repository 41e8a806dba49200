"""How much harm a wrong judgement of a signal would do, by its type: what the review queue weighs doubt with.

An accepted risk may be a false rescue; what was taken for one type may be a missed one of those that must not be missed.
"""

from __future__ import annotations

from collections.abc import Iterable

from eval.harms import HarmRule
from extractor.taxonomy import Taxonomy

_PLAIN = 1.0
"""Weight of an error that no harm names."""


def harm_of(type_: str, rules: Iterable[HarmRule], taxonomy: Taxonomy) -> float:
    """The weight of the worst harm; a type that the taxonomy no longer knows does a plain one."""
    known = taxonomy.by_id.get(type_)
    risk = known is not None and known.effect == "-"
    fitting = (r.weight for r in rules if (type_ in r.types if r.kind == "missed" else r.kind == "false_risk" and risk))
    return max(fitting, default=_PLAIN)
