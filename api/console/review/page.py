"""What the review page says: which signals to look at first, each with enough around it to decide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from api.reviews import REASONS
from api.v1.evidence.schemas import CitedQuote, cited
from eval.harms import load_harms
from eval.review_order import Candidate, queue
from extractor.document import Document
from extractor.taxonomy import SignalType, load_taxonomy
from store.browse import Sighting
from store.reviewing import Waiting

SHOWN = 10
CONTEXT = 220


@dataclass(frozen=True, slots=True)
class Card:
    """One signal to decide on."""

    waiting: Waiting
    type: SignalType
    document: Document
    quotes: Sequence[CitedQuote]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    cards: Sequence[Card]
    left: int
    done: int
    second: bool
    reasons: tuple[str, ...]
    types: tuple[SignalType, ...]


def first_to_see(found: Sequence[Waiting]) -> list[Waiting]:
    """Most uncertain and most harmful first, as many as a page shows."""
    by_id = {w.signal_id: w for w in found}
    candidates = [Candidate(w.signal_id, w.type, w.severity, w.confidence) for w in found]
    ranked = queue(candidates, load_harms(), load_taxonomy())
    return [by_id[q.candidate.id] for q in ranked[:SHOWN]]


def card(waiting: Waiting, document: Document, seen: Mapping[str, Sighting]) -> Card:
    signal = seen[waiting.signal_id].signal
    return Card(
        waiting,
        load_taxonomy().by_id[waiting.type],
        document,
        cited(document, signal.evidence, CONTEXT, same_message=True),
    )


def review_page(cards: Sequence[Card], left: int, done: int, *, second: bool) -> ReviewPage:
    return ReviewPage(cards, left, done, second, REASONS, load_taxonomy().types)
