"""Names of people as tools write them, brought to one form for comparison."""

from __future__ import annotations

import re

_ASIDE = re.compile(r"\s*(?:\([^()]*\)|\[[^\[\]]*\]|\|.*|\s[-–—]\s.*)\s*")
_SPACES = re.compile(r"\s+")


def name_key(name: str) -> str:
    """`Holt, Jana (she/her)` and `Jana  Holt | Halden` are both `jana holt`; "" where nothing but an aside is left."""
    bare = _SPACES.sub(" ", _ASIDE.sub(" ", name[:200])).strip()
    family, comma, given = bare.partition(",")
    if comma and given.strip() and "," not in given:
        bare = f"{given.strip()} {family.strip()}"
    return bare.casefold()
