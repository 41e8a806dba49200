"""One rule applied to one subject, before weights and bounds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Effect:
    """`level` in tenths of a per cent of `input`'s range (1000 is all of it), so that what follows is integer arithmetic.

    `signals` are the ids that prove it, `since` the day it began to hold, `ended_by` the subject that answered it.
    """

    rule: str
    kind: str
    input: str
    subject: str
    label: str
    level: int
    since: date
    detail: str = ""
    signals: tuple[str, ...] = ()
    ended_by: str = ""
