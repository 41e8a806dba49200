"""Every miss and false alarm with the words around it: what an error browser shows, before it has any looks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from eval.difference import Kind, difference
from eval.figures.facts import by_type
from eval.record import DocumentResult, Label, Quote, RunRecord, Words
from eval.words import quoted_words
from extractor.detector import Outcome
from extractor.document import Span

_AROUND = 160
"""Characters shown on either side of a quote."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of shown text and on which side it is quoted for the case's type."""

    text: str
    gold: bool = False
    predicted: bool = False


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Words of one message around its quotes; an ellipsis stands where words were left out."""

    message: Words
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One wrong decision; `notes` say what else the run knows about it."""

    kind: Kind
    type: str
    document: DocumentResult
    gold_severity: int | None
    predicted_severity: int | None
    confidence: float | None
    excerpts: tuple[Excerpt, ...]
    notes: tuple[str, ...]


def cases(record: RunRecord) -> tuple[Case, ...]:
    """In the order of kinds, then documents; a pair gives at most one case, the gravest."""
    found = [case for result in record.documents for case in _document(result)]
    order = list(Kind)
    return tuple(sorted(found, key=lambda case: order.index(case.kind)))


def _document(result: DocumentResult) -> Iterator[Case]:
    gold, predicted = by_type(result.gold), by_type(result.predicted)
    for type_ in sorted(gold.keys() | predicted.keys()):
        ours, theirs = gold.get(type_, []), predicted.get(type_, [])
        kind = difference(result, ours, theirs)
        if kind:
            yield Case(
                kind=kind,
                type=type_,
                document=result,
                gold_severity=max((label.severity for label in ours), default=None),
                predicted_severity=max((label.severity for label in theirs), default=None),
                confidence=max((label.confidence for label in theirs), default=None),
                excerpts=tuple(_excerpts(result, ours, theirs)),
                notes=tuple(_notes(result, kind, type_, ours or theirs)),
            )


def _notes(result: DocumentResult, kind: Kind, type_: str, labels: Sequence[Label]) -> Iterator[str]:
    if result.outcome is not Outcome.READ:
        yield f"the engine gave no judgement on this document ({result.outcome.value}): {result.detail}"
    for refused in result.rejections:
        if refused.type == type_ and kind is not Kind.FALSE_ALARM:
            yield f"a citation was refused as {refused.reason.value}: “{refused.quote}”"
    words = quoted_words(result, labels)
    others = result.predicted if kind is Kind.MISSED else result.gold if kind is Kind.FALSE_ALARM else ()
    for other in sorted({label.type for label in others if words & quoted_words(result, [label])}):
        side = "predicted" if kind is Kind.MISSED else "gold"
        yield f"{side} reads these words as {other}"


def _excerpts(result: DocumentResult, ours: Sequence[Label], theirs: Sequence[Label]) -> Iterator[Excerpt]:
    gold = [quote for label in ours for quote in label.evidence]
    predicted = [quote for label in theirs for quote in label.evidence]
    for message in result.messages:
        here = _spans(gold, message.id), _spans(predicted, message.id)
        if any(here):
            yield Excerpt(message, tuple(_pieces(message.text, *here)))


def _spans(quotes: Iterable[Quote], message: str) -> list[Span]:
    return [quote.span for quote in quotes if quote.message == message]


def _pieces(text: str, gold: Sequence[Span], predicted: Sequence[Span]) -> Iterator[Piece]:
    edges = {edge for span in (*gold, *predicted) for edge in (span.start, span.end)}
    windows = _windows(text, [*gold, *predicted])
    for number, window in enumerate(windows):
        if number or window.start:
            yield Piece(" … ")
        cuts = sorted({window.start, window.end, *(e for e in edges if window.start < e < window.end)})
        for start, end in pairwise(cuts):
            stretch = Span(start, end)
            yield Piece(stretch.of(text), _within(stretch, gold), _within(stretch, predicted))
    if windows and windows[-1].end < len(text):
        yield Piece(" … ")


def _within(stretch: Span, spans: Iterable[Span]) -> bool:
    return any(span.contains(stretch) for span in spans)


def _windows(text: str, spans: Sequence[Span]) -> list[Span]:
    """Stretches that hold every span with some words around it, in order, overlapping ones joined."""
    joined: list[Span] = []
    for span in sorted(spans):
        window = Span(_word_edge(text, span.start - _AROUND, -1), _word_edge(text, span.end + _AROUND, 1))
        if joined and window.start <= joined[-1].end:
            joined[-1] = Span(joined[-1].start, max(joined[-1].end, window.end))
        else:
            joined.append(window)
    return joined


def _word_edge(text: str, place: int, step: int) -> int:
    """The nearest white space outwards, so that no word is shown in part."""
    place = min(max(place, 0), len(text))
    while 0 < place < len(text) and not text[place].isspace():
        place += step
    return place
