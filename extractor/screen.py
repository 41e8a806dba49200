"""The local model asked for candidates rather than claims: every sentence's score, far below where it would speak."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from extractor.detector import Detection, Outcome, Usage
from extractor.document import Document
from extractor.local.choosing import Scored
from extractor.local.detector import CHUNK, LocalDetector
from extractor.signal import Claim


class LocalScreen:
    """A `Detector` whose claims are candidates for another one to judge.

    Of each type and message the best sentence, with its calibrated confidence from `floor` on. The rules by which the
    local engine reports (a threshold for each type, one clear signal before faint ones) do not apply.
    """

    def __init__(self, local: LocalDetector, floor: float = 0.0) -> None:
        self._local, self._floor = local, floor

    @property
    def extractor(self) -> str:
        return self._local.extractor

    def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
        for start in range(0, len(documents), CHUNK):
            yield from self._some(documents[start : start + CHUNK])

    def _some(self, documents: Sequence[Document]) -> Iterator[Detection]:
        began = time.perf_counter()
        scored = self._local.score(documents)
        seconds = (time.perf_counter() - began) / len(documents)
        for document, one in zip(documents, scored, strict=True):
            claims = tuple(self._candidates(document, one))
            yield Detection(document.id, Outcome.READ, claims, usage=Usage(seconds=seconds))

    def _candidates(self, document: Document, scored: Scored) -> Iterator[Claim]:
        card = self._local.card
        best: dict[tuple[int, int], int] = {}
        for number, sentence in enumerate(scored.sentences):
            for column in range(len(card.types)):
                place = sentence.message, column
                if place not in best or scored.present[number, column] > scored.present[best[place], column]:
                    best[place] = number
        for (message, column), number in best.items():
            kind = card.types[column]
            confidence = card.rule.confidence(kind, float(scored.present[number, column]))
            if confidence >= self._floor:
                words = scored.sentences[number].span.of(document.text)
                yield Claim(kind, words, 1, confidence, document.messages[message].id)
