"""Offsets in both counts: code points, as the store keeps them, and UTF-16 units, as browsers and Java count."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import BaseModel, Field

from extractor.document import Span


class Offsets(BaseModel):
    """`[start, end)` in code points, and the same stretch in UTF-16 code units."""

    start: int = Field(examples=[412])
    end: int = Field(examples=[446])
    start_utf16: int = Field(examples=[413])
    end_utf16: int = Field(examples=[447])


def utf16_length(text: str) -> int:
    return len(text) + sum(1 for character in text if ord(character) > 0xFFFF)


def both_counts(text: str, spans: Iterable[Span]) -> list[Offsets]:
    """The spans of one text in the given order, counted in one pass over it."""
    wanted = list(spans)
    edges = sorted({edge for span in wanted for edge in (span.start, span.end)})
    places: dict[int, int] = {}
    at, units = 0, 0
    for edge in edges:
        units += utf16_length(text[at:edge])
        at = edge
        places[edge] = units
    return [Offsets(start=s.start, end=s.end, start_utf16=places[s.start], end_utf16=places[s.end]) for s in wanted]


def code_points(text: str, units: int) -> int | None:
    """The code point that begins at a UTF-16 offset; None inside a pair of surrogates or past the end."""
    at = 0
    for place, character in enumerate(text):
        if at == units:
            return place
        at += 2 if ord(character) > 0xFFFF else 1
    return len(text) if at == units else None
