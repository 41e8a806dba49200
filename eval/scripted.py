"""Engines that say what they are told: for tests, and to ask what a perfect engine could reach.

The oracle answers with the gold itself. What it loses is lost by grounding or by the labels, not by any engine; on a
sound dataset it loses nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from extractor.detector import Detection, Outcome, Usage
from extractor.document import Document
from extractor.labelled import LabelledDocument
from extractor.signal import Claim


@dataclass(frozen=True, slots=True)
class Scripted:
    """Answers each document, named by its key, with the claims it was given; with none where it was given none."""

    claims: Mapping[str, Sequence[Claim]]
    extractor: str = "scripted"
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    usage: Usage = field(default_factory=Usage)

    def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
        for document in documents:
            claims = tuple(self.claims.get(document.key, ()))
            outcome = self.outcomes.get(document.key, Outcome.READ)
            yield Detection(document.id, outcome, claims, usage=self.usage)


def oracle(samples: Iterable[LabelledDocument]) -> Scripted:
    """Claims exactly what the samples' gold says, with confidence 1."""
    return Scripted({sample.id: gold_claims(sample) for sample in samples}, extractor="oracle")


def gold_claims(sample: LabelledDocument) -> list[Claim]:
    return [
        Claim(signal.type, evidence.quote, signal.severity, 1.0, evidence.message, matter=str(number))
        for number, signal in enumerate(sample.signals)
        for evidence in signal.evidence
    ]
