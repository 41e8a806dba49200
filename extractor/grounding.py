"""Is what a detector claims really written there? The check that turns claims into signals or kept rejections.

Only a quote that stands in the document after the normalisation of `extractor.normal`, at word edges, within one
message, outside quoted history, signature and disclaimer, and spoken by an eligible role, is evidence. The evidence
keeps the document's own words and offsets. There is no similarity threshold: a near miss is named and refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from rapidfuzz import fuzz

from extractor.document import Document, Message, Span
from extractor.normal import Normalised, folded, normalise
from extractor.signal import Claim, Evidence, Reason, Rejection, Signal, make_signal
from extractor.taxonomy import Taxonomy, load_taxonomy

MOST_QUOTES = 3
NEAR = 85.0
"""Similarity in percent above which a quote that was not found is called a near miss, for whoever reviews it."""
_NEAR_LIMIT = 40_000
"""Characters of document beyond which no near miss is looked for: similarity search costs more than it tells there."""

_EXCLUDED = {reason.value: reason for reason in Reason}
_WITHOUT_SPACES = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u9fff\ua960-\ua97f\uac00-\ud7ff\uf900-\ufaff]"
)
_JAMO_INSIDE = re.compile("[\u1161-\u11ff]")
_HYPHENS = "-\u2010\u2011"


@dataclass(frozen=True, slots=True)
class Grounded:
    """Every claim went one way or the other: evidence of a signal, or a rejection."""

    signals: tuple[Signal, ...]
    rejections: tuple[Rejection, ...]


@dataclass(frozen=True, slots=True)
class Located:
    """Where a quote stands and who said it there; `reason` is None when it may be evidence."""

    span: Span | None
    message: Message | None
    reason: Reason | None
    detail: str = ""


class Grounder:
    """One document made ready for looking up quotes; normalises it once."""

    def __init__(self, document: Document, taxonomy: Taxonomy | None = None) -> None:
        self.document = document
        self.taxonomy = taxonomy or load_taxonomy()
        self._normal = normalise(document.text)

    def locate(self, quote: str, message: str | None = None, near: Span | None = None) -> Located:
        """The best place of the quote: in the claimed message first, then nearest to `near`, then the first."""
        wanted = folded(quote)
        if not any(c.isalnum() for c in wanted):
            return Located(None, None, Reason.EMPTY, "the quote has no words")
        places = [self._judge(start, start + len(wanted)) for start in _occurrences(self._normal.text, wanted)]
        if not places:
            return self._missed(wanted)

        def rank(place: Located) -> tuple[bool, bool, int]:
            elsewhere = message is not None and (place.message is None or place.message.id != message)
            distance = abs(place.span.start - near.start) if place.span and near else 0
            return (place.reason is not None, elsewhere, distance)

        return min(places, key=rank)

    def _judge(self, start: int, end: int) -> Located:
        span = self._normal.source_span(start, end)
        if span is None or _splits_word(self._normal, self.document.text, start, end):
            return Located(span, None, Reason.PART_OF_WORD, "the quote begins or ends inside a word or number")
        message = self.document.message_at(span)
        if message is None:
            return Located(span, None, Reason.CROSSES_MESSAGES, "the quote runs over two messages")
        exclusion = self.document.exclusion_at(span)
        if exclusion is not None:
            reason = _EXCLUDED.get(exclusion.why, Reason.UNSUPPORTED)
            return Located(span, message, reason, f"the quote stands in {exclusion.why.replace('_', ' ')}")
        if message.role not in self.taxonomy.speakers:
            return Located(span, message, Reason.WRONG_SPEAKER, f"{message.speaker} speaks as {message.role.value}")
        return Located(span, message, None)

    def _missed(self, wanted: str) -> Located:
        if len(self._normal.text) <= _NEAR_LIMIT:
            alignment = fuzz.partial_ratio_alignment(wanted, self._normal.text, score_cutoff=NEAR)
            if alignment is not None and alignment.score >= NEAR:
                there = self._normal.text[alignment.dest_start : alignment.dest_end].strip()
                return Located(None, None, Reason.NEAR_MISS, f"the document says: {there}")
        return Located(None, None, Reason.NOT_FOUND, "the words do not stand in the document")


def ground(claims: Iterable[Claim], document: Document, extractor: str, taxonomy: Taxonomy | None = None) -> Grounded:
    """Turn one document's claims into signals and rejections; nothing is dropped.

    Claims of one type and matter become one signal, with the highest severity and confidence among its quotes and at
    most three quotes, the most confident ones.
    """
    grounder = Grounder(document, taxonomy)
    signals: list[Signal] = []
    rejections: list[Rejection] = []
    ordered = sorted(claims, key=lambda c: (c.type, c.matter))
    for (signal_type, _), group in groupby(ordered, key=lambda c: (c.type, c.matter)):
        evidence: list[tuple[Claim, Evidence]] = []
        for claim in sorted(group, key=lambda c: -c.confidence):
            outcome = _examine(claim, grounder, [e for _, e in evidence])
            if isinstance(outcome, Evidence):
                evidence.append((claim, outcome))
            else:
                rejections.append(
                    Rejection(document.id, claim, outcome.reason or Reason.NOT_FOUND, extractor, outcome.detail)
                )
        if evidence:
            severity = max(claim.severity for claim, _ in evidence)
            confidence = max(claim.confidence for claim, _ in evidence)
            quotes = tuple(e for _, e in evidence)
            signals.append(make_signal(document.id, signal_type, severity, confidence, quotes, extractor))
    return Grounded(tuple(signals), tuple(rejections))


def _examine(claim: Claim, grounder: Grounder, already: list[Evidence]) -> Evidence | Located:
    if claim.type not in grounder.taxonomy.by_id:
        return Located(None, None, Reason.UNKNOWN_TYPE, f"no signal type {claim.type!r}")
    if not 1 <= claim.severity <= 3 or not 0.0 <= claim.confidence <= 1.0:
        return Located(None, None, Reason.UNSUPPORTED, f"severity {claim.severity}, confidence {claim.confidence}")
    place = grounder.locate(claim.quote, claim.message, already[0].span if already else None)
    if place.reason is not None or place.span is None or place.message is None:
        return place
    if any(place.span.overlaps(e.span) for e in already):
        return Located(
            place.span, place.message, Reason.DUPLICATE, "the same words are evidence of this signal already"
        )
    if len(already) >= MOST_QUOTES:
        return Located(place.span, place.message, Reason.SURPLUS, f"a signal keeps {MOST_QUOTES} quotes at most")
    quote = place.span.of(grounder.document.text)
    message = place.message
    return Evidence(grounder.document.id, message.id, place.span, quote, message.speaker, message.role, message.at)


def _occurrences(text: str, wanted: str) -> Iterator[int]:
    start = text.find(wanted)
    while start >= 0:
        yield start
        start = text.find(wanted, start + 1)


def _splits_word(normal: Normalised, source: str, start: int, end: int) -> bool:
    return _inside_word(normal, source, start) or _inside_word(normal, source, end)


def _inside_word(normal: Normalised, source: str, edge: int) -> bool:
    """Whether a word, a number or a joined form such as `can't`, `non-payment`, `14.5` goes on across the edge."""
    text = normal.text
    if not 0 < edge < len(text):
        return False
    left, right = text[edge - 1], text[edge]
    if _is_word(left) and _is_word(right):
        if _JAMO_INSIDE.match(right):
            return True
        return not (_WITHOUT_SPACES.match(left) or _WITHOUT_SPACES.match(right) or "\u1100" <= right <= "\u11ff")
    before = text[edge - 2] if edge > 1 else " "
    after = text[edge + 1] if edge + 1 < len(text) else " "
    return _joins(before, left, right, source[normal.starts[edge - 1]]) or _joins(
        left, right, after, source[normal.starts[edge]]
    )


def _is_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _joins(left: str, joiner: str, right: str, source: str) -> bool:
    if not (_is_word(left) and _is_word(right)):
        return False
    if joiner in ".,:":
        return left.isdigit() and right.isdigit()
    return joiner in "'@" or source in _HYPHENS
