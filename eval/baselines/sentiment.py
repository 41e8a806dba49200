"""The baseline of sentiment dashboards: VADER's lexicon, mapped to types by a table.

Hutto and Gilbert (2014), "VADER: A Parsimonious Rule-based Model for Sentiment Analysis of Social Media Text".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, TypeAdapter
from vaderSentiment.vaderSentiment import SentimentIntensityAnalyzer

from eval.baselines.sentences import eligible_sentences
from eval.record import Strict
from extractor.detector import Detection, Outcome
from extractor.document import Document
from extractor.signal import Claim
from extractor.taxonomy import Taxonomy

SENTIMENT_FILE = Path(__file__).with_name("sentiment.yaml")


class Feeling(Strict):
    """From this compound score outwards a sentence counts as the type."""

    compound: Annotated[float, Field(ge=-1, le=1)]
    type: str
    severity: Annotated[int, Field(ge=1, le=3)]

    def fits(self, compound: float) -> bool:
        return compound <= self.compound if self.compound < 0 else compound >= self.compound


def load_feelings(path: Path = SENTIMENT_FILE) -> tuple[Feeling, ...]:
    return TypeAdapter(tuple[Feeling, ...]).validate_python(yaml.safe_load(path.read_text("utf-8")))


@dataclass(frozen=True)
class Sentiment:
    """The stronger the feeling, the surer the claim."""

    feelings: Sequence[Feeling]
    taxonomy: Taxonomy

    @property
    def extractor(self) -> str:
        return "baseline/sentiment/vader"

    @cached_property
    def _lexicon(self) -> SentimentIntensityAnalyzer:
        return SentimentIntensityAnalyzer()

    def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
        for document in documents:
            yield Detection(document.id, Outcome.READ, tuple(self._claims(document)))

    def _claims(self, document: Document) -> Iterator[Claim]:
        for sentence in eligible_sentences(document, self.taxonomy):
            compound = float(self._lexicon.polarity_scores(sentence.text)["compound"])
            feeling = next((f for f in self.feelings if f.fits(compound)), None)
            if feeling:
                yield Claim(feeling.type, sentence.text, feeling.severity, abs(compound), sentence.message)
