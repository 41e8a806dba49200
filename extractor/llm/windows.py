"""A document in stretches that fit a request: whole messages, each window repeating the end of the one before.

Spans keep indexing the document's own text, so nothing is re-based; claims carry quotes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractor.document import Document, Message, Span
from extractor.llm.exchange import TokenCounter

HEADER_TOKENS = 40
"""What the line above a message may take: key, id, role, speaker, time."""

_BREAKS = re.compile(r"\n\s*\n|(?<=[.!?…。！？])\s+|\n")


@dataclass(frozen=True, slots=True)
class Piece:
    """A message, or a part of one that is longer than a window; `span` indexes the document's text."""

    message: Message
    span: Span
    part: int = 1
    parts: int = 1


Window = tuple[Piece, ...]


def windows(document: Document, count: TokenCounter, budget: int, overlap: int) -> tuple[Window, ...]:
    """Windows of at most `budget` tokens by `count`; each starts with the last `overlap` pieces before it where they fit.

    A message longer than a window is cut between paragraphs or sentences, each part repeating the last sentence of
    the one before. Where a single sentence exceeds the budget, so does its window.
    """
    pieces = [piece for message in document.messages for piece in _pieces(document, message, count, budget)]
    sizes = [count(piece.span.of(document.text)) + HEADER_TOKENS for piece in pieces]
    found: list[Window] = []
    start = 0
    while start < len(pieces):
        lead = _lead(sizes, start, overlap if found else 0, budget)
        used, end = sum(sizes[lead:start]), start
        while end < len(pieces) and (end == start or used + sizes[end] <= budget):
            used += sizes[end]
            end += 1
        found.append(tuple(pieces[lead:end]))
        start = end
    return tuple(found)


def _lead(sizes: Sequence[int], start: int, overlap: int, budget: int) -> int:
    """Where a window begins that must hold piece `start`: as many pieces earlier as wanted and as fit."""
    lead, used = start, sizes[start]
    while start - lead < overlap and lead > 0 and used + sizes[lead - 1] <= budget:
        lead -= 1
        used += sizes[lead]
    return lead


def _pieces(document: Document, message: Message, count: TokenCounter, budget: int) -> Iterator[Piece]:
    text = document.words(message)
    if count(text) + HEADER_TOKENS <= budget:
        yield Piece(message, message.span)
        return
    cuts = _cuts(text, count, max(budget - HEADER_TOKENS, 1))
    for number, (start, end) in enumerate(cuts, 1):
        yield Piece(message, Span(start, end).moved(message.span.start), number, len(cuts))


def _cuts(text: str, count: TokenCounter, budget: int) -> list[tuple[int, int]]:
    """Stretches of whole sentences within the budget; each begins with the last sentence of the one before."""
    edges = [0, *(found.end() for found in _BREAKS.finditer(text)), len(text)]
    sentences = [(a, b) for a, b in pairwise(edges) if b > a]
    sizes = [count(text[a:b]) for a, b in sentences]
    cuts: list[tuple[int, int]] = []
    start = 0
    while start < len(sentences):
        repeats = bool(cuts) and sizes[start - 1] + sizes[start] <= budget
        first = start - 1 if repeats else start
        used, end = sum(sizes[first:start]), start
        while end < len(sentences) and (end == start or used + sizes[end] <= budget):
            used += sizes[end]
            end += 1
        cuts.append((sentences[first][0], sentences[end - 1][1]))
        start = end
    return cuts
