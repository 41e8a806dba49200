"""The baseline of most dashboards: a sentence that contains a listed phrase shows the phrase's type."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Annotated

import yaml
from pydantic import Field, TypeAdapter

from eval.baselines.sentences import eligible_sentences
from extractor.detector import Detection, Outcome
from extractor.document import Document, content_id
from extractor.normal import folded
from extractor.signal import Claim
from extractor.taxonomy import Taxonomy

KEYWORDS_FILE = Path(__file__).with_name("keywords.yaml")
_SEVERITY = 2
_CONFIDENCE = 0.5

Phrases = Annotated[tuple[str, ...], Field(min_length=1)]


def load_keywords(path: Path = KEYWORDS_FILE) -> dict[str, tuple[str, ...]]:
    return TypeAdapter(dict[str, Phrases]).validate_python(yaml.safe_load(path.read_text("utf-8")))


@dataclass(frozen=True)
class Keywords:
    """Phrases match at word edges, whatever the case and the typography."""

    phrases: Mapping[str, Sequence[str]]
    taxonomy: Taxonomy

    @cached_property
    def extractor(self) -> str:
        digest = content_id({name: list(found) for name, found in self.phrases.items()})
        return f"baseline/keywords/{digest.removeprefix('sha256:')[:12]}"

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        return {
            type_: re.compile(r"\b(?:" + "|".join(re.escape(folded(phrase)) for phrase in listed) + r")\b")
            for type_, listed in self.phrases.items()
        }

    def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
        for document in documents:
            yield Detection(document.id, Outcome.READ, tuple(self._claims(document)))

    def _claims(self, document: Document) -> Iterator[Claim]:
        for sentence in eligible_sentences(document, self.taxonomy):
            words = folded(sentence.text)
            for type_, pattern in self._patterns.items():
                if pattern.search(words):
                    yield Claim(type_, sentence.text, _SEVERITY, _CONFIDENCE, sentence.message)
