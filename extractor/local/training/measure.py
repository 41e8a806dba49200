"""How good is a rule on documents the model has not seen? The project's typed and grounded figures, in small."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.document import Document
from extractor.labelled import LabelledDocument
from extractor.local.choosing import Rule, Scored, choose
from extractor.signal import Claim

_WORD = re.compile(r"\S+")
_SAME_WORDS = 0.5

Places = frozenset[tuple[str, int]]
"""Word positions by message."""


@dataclass(frozen=True, slots=True)
class Case:
    """A labelled document beside what the model made of it; `gold` holds the quoted words of each type."""

    document: Document
    scored: Scored
    gold: dict[str, Places]


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts over (document, type) pairs, and over documents without signals."""

    hits: int
    grounded_hits: int
    claimed: int
    gold: int
    alarms: int
    quiet: int

    @property
    def typed_f1(self) -> float:
        return 2 * self.hits / max(1, self.claimed + self.gold)

    @property
    def grounded_f1(self) -> float:
        return 2 * self.grounded_hits / max(1, self.claimed + self.gold)

    @property
    def alarm_rate(self) -> float:
        return self.alarms / max(1, self.quiet)

    def as_dict(self) -> dict[str, float]:
        return {
            "typed_precision": self.hits / max(1, self.claimed),
            "typed_recall": self.hits / max(1, self.gold),
            "typed_f1": self.typed_f1,
            "grounded_precision": self.grounded_hits / max(1, self.claimed),
            "grounded_recall": self.grounded_hits / max(1, self.gold),
            "grounded_f1": self.grounded_f1,
            "quiet_documents": float(self.quiet),
            "quiet_documents_with_alarm": float(self.alarms),
        }


def case(labelled: LabelledDocument, scored: Scored) -> Case:
    texts = {message.id: message.text for message in labelled.messages}
    gold: dict[str, Places] = {}
    for signal in labelled.signals:
        for evidence in signal.evidence:
            found = _places(evidence.message, texts[evidence.message], evidence.quote)
            gold[signal.type] = gold.get(signal.type, frozenset()) | found
    return Case(labelled.document(), scored, gold)


def measure(cases: Sequence[Case], types: Sequence[str], rule: Rule) -> Figures:
    hits = grounded = claimed = alarms = 0
    for one in cases:
        found = _claimed(one, choose(one.document, one.scored, types, rule))
        shared = found.keys() & one.gold.keys()
        hits += len(shared)
        grounded += sum(_overlap(found[name], one.gold[name]) >= _SAME_WORDS for name in shared)
        claimed += len(found)
        alarms += bool(found) and not one.gold
    quiet = sum(not one.gold for one in cases)
    return Figures(hits, grounded, claimed, sum(len(one.gold) for one in cases), alarms, quiet)


def _claimed(one: Case, claims: Sequence[Claim]) -> dict[str, Places]:
    texts = {message.id: one.document.words(message) for message in one.document.messages}
    found: dict[str, Places] = {}
    for claim in claims:
        assert claim.message is not None
        places = _places(claim.message, texts[claim.message], claim.quote)
        found[claim.type] = found.get(claim.type, frozenset()) | places
    return found


def _places(message: str, text: str, quote: str) -> Places:
    start = text.index(quote)
    end = start + len(quote)
    words = enumerate(_WORD.finditer(text))
    return frozenset((message, number) for number, word in words if word.start() < end and word.end() > start)


def _overlap(one: Places, other: Places) -> float:
    """F1 of the two sets of words."""
    return 2 * len(one & other) / max(1, len(one) + len(other))
