"""What the review page says: which signals to look at first, each with enough around it to decide."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from api.reviews import REASONS
from extractor.document import Document, Message, Span
from extractor.signal import Evidence
from extractor.taxonomy import SignalType, load_taxonomy
from store.browse import Sighting
from store.reviewing import COUNTED, Undoable, Waiting

SHOWN = 10
CONTEXT = 220
"""Code points shown on either side of a quote at most, within its message."""
LONGEST = 40
"""Code points given up at most so that what is shown begins and ends with a whole word."""
_GAP = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Passage:
    """What one speaker said around quotes that stand close together: pieces of text, and whether each is quoted.

    `span` is where they stand in the document; `begins` and `ends` tell whether the message does so with it.
    """

    message: Message
    span: Span
    pieces: tuple[tuple[str, bool], ...]

    @property
    def begins(self) -> bool:
        return self.span.start == self.message.span.start

    @property
    def ends(self) -> bool:
        return self.span.end == self.message.span.end


@dataclass(frozen=True, slots=True)
class Card:
    """One signal to decide on."""

    waiting: Waiting
    type: SignalType
    document: Document
    passages: Sequence[Passage]


@dataclass(frozen=True, slots=True)
class Done:
    """What was just decided on, with who else judged it alike, and who did not."""

    signal_id: str
    label: str
    account_name: str
    alike: tuple[str, ...]
    otherwise: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewPage:
    """`left` is counted as far as `COUNTED` and one more; `last` is what an undo takes back next, of today's decisions."""

    cards: Sequence[Card]
    left: int
    done: int
    second: bool
    reasons: tuple[str, ...]
    types: tuple[SignalType, ...]
    last: Undoable | None

    @property
    def last_label(self) -> str:
        return load_taxonomy().by_id[self.last.type].label if self.last else ""

    @property
    def waiting(self) -> str:
        return str(self.left) if self.left <= COUNTED else f"more than {COUNTED}"

    @property
    def whole(self) -> int | None:
        """Of how many today's decisions are a part; None where that is not known, or nothing is there."""
        return self.done + self.left or None if self.left <= COUNTED else None


def card(waiting: Waiting, document: Document, seen: Mapping[str, Sighting]) -> Card:
    signal = seen[waiting.signal_id].signal
    return Card(waiting, load_taxonomy().by_id[waiting.type], document, passages(document, signal.evidence))


def passages(document: Document, evidence: Iterable[Evidence]) -> list[Passage]:
    """The quotes in their surroundings, in reading order; what stands close together is shown once."""
    runs: list[tuple[Message, list[Span]]] = []
    for span in sorted(e.span for e in evidence):
        message = document.message_at(span)
        if message is None:
            continue
        if runs and runs[-1][0] is message and span.start - max(s.end for s in runs[-1][1]) <= 2 * CONTEXT:
            runs[-1][1].append(span)
        else:
            runs.append((message, [span]))
    return [_passage(document, message, spans) for message, spans in runs]


def _passage(document: Document, message: Message, spans: Sequence[Span]) -> Passage:
    quoted = Span(spans[0].start, max(s.end for s in spans))
    shown = _around(document.text, quoted, message.span)
    pieces: list[tuple[str, bool]] = []
    at = shown.start
    for span in spans:
        if span.end > at:
            pieces += [
                (document.text[at : max(at, span.start)], False),
                (document.text[max(at, span.start) : span.end], True),
            ]
            at = span.end
    pieces.append((document.text[at : shown.end], False))
    return Passage(message, shown, tuple((text, quoted) for text, quoted in pieces if text))


def _around(text: str, quoted: Span, within: Span) -> Span:
    """The quote with what stands around it, no word of that cut in two unless it is longer than words are."""
    start, end = within.start, within.end
    if quoted.start - CONTEXT > within.start:
        start = quoted.start - CONTEXT
        gap = _GAP.search(text, start - 1, min(start + LONGEST, quoted.start))
        start = gap.end() if gap else start
    if quoted.end + CONTEXT < within.end:
        end = quoted.end + CONTEXT
        gaps = list(_GAP.finditer(text, max(end - LONGEST, quoted.end), end + 1))
        end = gaps[-1].start() if gaps else end
    return Span(start, end)


def review_page(cards: Sequence[Card], left: int, done: int, last: Undoable | None, *, second: bool) -> ReviewPage:
    return ReviewPage(cards, left, done, second, REASONS, load_taxonomy().types, last)
