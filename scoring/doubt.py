"""How much a signal leaves open, by what the signal says of itself: what a reviewer is asked about first.

Uncertainty is the entropy of the confidence (Settles 2009, "Active Learning Literature Survey", 2.1), 1 bit at 0.5.
"""

from __future__ import annotations

import math

_FLOOR = 0.05
"""Bits that even a certain signal keeps, so that a grave one does not stand behind every trifle."""


def doubt(severity: int, confidence: float) -> float:
    """Bits of uncertainty times severity; only its order means something. The store keeps it with what awaits review."""
    return severity * max(entropy(confidence), _FLOOR)


def entropy(confidence: float) -> float:
    """Binary entropy in bits; 0 at 0 and 1. Confidences outside that range count as its ends."""
    p = min(max(confidence, 0.0), 1.0)
    return 0.0 if p in {0.0, 1.0} else -p * math.log2(p) - (1 - p) * math.log2(1 - p)
