"""What a reviewer should look at first: what is most uncertain and would do most harm if wrong.

Uncertainty is the entropy of the confidence (Settles 2009, "Active Learning Literature Survey", 2.1), 1 bit at 0.5;
harm is the severity times the weight of the harms that a wrong judgement of this type would do. Pure: takes plain
candidates, whoever stores them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from eval.harms import HarmRule
from extractor.taxonomy import Taxonomy

_PLAIN = 1.0
"""Weight of an error that no harm names."""
_FLOOR = 0.05
"""Bits that even a certain signal keeps, so that a grave one does not stand behind every trifle."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A signal that awaits review; `refused` marks a claim that was refused and may be a missed signal."""

    id: str
    type: str
    severity: int
    confidence: float
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Queued:
    """`priority` is bits of uncertainty times harm; only its order means something."""

    candidate: Candidate
    priority: float
    uncertainty: float
    harm: float


def queue(candidates: Iterable[Candidate], harms: Iterable[HarmRule], taxonomy: Taxonomy) -> list[Queued]:
    """Highest priority first; equal ones by id, so that two reviewers see the same list."""
    rules = tuple(harms)
    ranked = [_ranked(each, rules, taxonomy) for each in candidates]
    return sorted(ranked, key=lambda q: (-q.priority, q.candidate.id))


def _ranked(candidate: Candidate, rules: tuple[HarmRule, ...], taxonomy: Taxonomy) -> Queued:
    uncertainty = max(entropy(candidate.confidence), _FLOOR)
    harm = candidate.severity * _weight(candidate, rules, taxonomy)
    return Queued(candidate, uncertainty * harm, uncertainty, harm)


def _weight(candidate: Candidate, rules: tuple[HarmRule, ...], taxonomy: Taxonomy) -> float:
    """An accepted risk may be a false rescue; a refused one of a type that must not be missed may be a miss."""
    known = taxonomy.by_id.get(candidate.type)
    risk = known is not None and known.effect == "-"
    fitting = [r.weight for r in rules if r.kind == "missed" and candidate.type in r.types]
    if not candidate.refused:
        fitting += [r.weight for r in rules if r.kind == "false_risk" and risk]
    return max(fitting, default=_PLAIN)


def entropy(confidence: float) -> float:
    """Binary entropy in bits; 0 at 0 and 1. Confidences outside that range count as its ends."""
    p = min(max(confidence, 0.0), 1.0)
    return 0.0 if p in {0.0, 1.0} else -p * math.log2(p) - (1 - p) * math.log2(1 - p)
