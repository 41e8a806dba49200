"""Arithmetic of excluded stretches: trimmed to what they cover, in order, without overlap."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from extractor.document import Exclusion, Span

_STRENGTH = ("forwarded", "quoted_history", "automatic", "signature", "disclaimer")
"""Where two kinds claim one character, the earlier named wins."""


def settle(text: str, excluded: Iterable[Exclusion]) -> tuple[Exclusion, ...]:
    """Disjoint exclusions in reading order; white space at their edges is left out, neighbours of one kind join."""
    settled: list[Exclusion] = []
    for start, end, why in _strongest(text, excluded):
        piece = text[start:end]
        left = start + len(piece) - len(piece.lstrip())
        right = start + len(piece.rstrip())
        if left >= right:
            continue
        last = settled[-1] if settled else None
        if last is not None and last.why == why and not text[last.span.end : left].strip():
            settled[-1] = Exclusion(Span(last.span.start, right), why)
        else:
            settled.append(Exclusion(Span(left, right), why))
    return tuple(settled)


def _strongest(text: str, excluded: Iterable[Exclusion]) -> Iterator[tuple[int, int, str]]:
    """Sweep over all edges; between two of them the strongest open kind holds."""
    edges: list[tuple[int, int, int]] = []
    for exclusion in excluded:
        rank = _STRENGTH.index(exclusion.why)
        edges.append((exclusion.span.start, 1, rank))
        edges.append((min(exclusion.span.end, len(text)), -1, rank))
    edges.sort()
    open_kinds = [0] * len(_STRENGTH)
    position = 0
    for edge, step, rank in edges:
        if edge > position:
            strongest = next((i for i, count in enumerate(open_kinds) if count > 0), None)
            if strongest is not None:
                yield position, edge, _STRENGTH[strongest]
            position = edge
        open_kinds[rank] += step


def outside(text: str, excluded: Iterable[Exclusion]) -> str:
    """The text that is left when the exclusions are cut out."""
    kept: list[str] = []
    position = 0
    for exclusion in sorted(excluded, key=lambda e: e.span):
        kept.append(text[position : max(position, exclusion.span.start)])
        position = max(position, exclusion.span.end)
    kept.append(text[position:])
    return "".join(kept)


def moved(excluded: Iterable[Exclusion], by: int) -> tuple[Exclusion, ...]:
    return tuple(Exclusion(e.span.moved(by), e.why) for e in excluded)
