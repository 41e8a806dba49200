"""What a change did to the score, carried over the redirect that follows a form."""

from __future__ import annotations

from typing import Annotated

from fastapi import Query

from pipeline.rescore import Rescored

MovedScore = Annotated[str, Query(pattern=r"^([0-9]{1,4}-[0-9]{1,4})?$")]


def moved_words(rescored: Rescored) -> str:
    before, after = rescored
    return f"{before.points if before else after.points}-{after.points}"


def moved_points(words: str) -> tuple[float, ...]:
    """Before and after, in points; empty where nothing was carried."""
    return tuple(int(tenths) / 10 for tenths in words.split("-")) if words else ()
