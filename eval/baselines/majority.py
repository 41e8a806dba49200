"""The baseline that knows only what is common: always the most frequent type, cited from the longest sentence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from eval.baselines.sentences import eligible_sentences
from extractor.detector import Detection, Outcome
from extractor.document import Document
from extractor.labelled import LabelledDocument
from extractor.signal import Claim
from extractor.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Majority:
    """`share` is how many training documents have the type, which is all the confidence there can be."""

    type: str
    severity: int
    share: float
    taxonomy: Taxonomy

    @classmethod
    def learnt(cls, training: Iterable[LabelledDocument], taxonomy: Taxonomy) -> Majority:
        """Raises ValueError where no training document has a signal."""
        samples = list(training)
        counts = Counter(type_ for s in samples for type_ in {g.type for g in s.signals})
        if not counts:
            raise ValueError("no signal in the training documents, so no type is the most frequent one")
        type_, n = min(counts.items(), key=lambda each: (-each[1], each[0]))
        severities = Counter(g.severity for s in samples for g in s.signals if g.type == type_)
        return cls(type_, severities.most_common(1)[0][0], n / len(samples), taxonomy)

    @property
    def extractor(self) -> str:
        return f"baseline/majority/{self.type}"

    def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
        for document in documents:
            longest = max(eligible_sentences(document, self.taxonomy), key=lambda s: len(s.text), default=None)
            claims = (Claim(self.type, longest.text, self.severity, self.share, longest.message),) if longest else ()
            yield Detection(document.id, Outcome.READ, claims)
