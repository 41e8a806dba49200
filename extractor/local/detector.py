"""The embedded engine behind the detector protocol."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from extractor.detector import Detection, Outcome, Usage
from extractor.document import Document
from extractor.local.choosing import Scored, choose
from extractor.local.model import (
    MODEL_DIR,
    WEIGHTS,
    Card,
    check_encoder,
    installed_encoder,
    load_card,
    load_weights,
)
from extractor.local.tokens import Tokens
from extractor.local.windows import Frame, Sentence, Window, read_sentences, windows
from extractor.taxonomy import Taxonomy, load_taxonomy

if TYPE_CHECKING:
    from extractor.local.encoder import Network

CHUNK = 64
"""Documents read together: enough for full batches, few enough to hand results over while the rest is read."""


@dataclass(frozen=True, slots=True)
class _Prepared:
    document: Document
    sentences: tuple[Sentence, ...] = ()
    windows: tuple[Window, ...] = ()
    fault: str = ""


class LocalDetector:
    """Reads documents with the shipped model; loads it on first use, not on import or construction.

    `model` is the artefact's folder, `encoder` that of the pretrained encoder it completes (default: the installed
    package). Raises `ModelError` on first use when the files are missing or do not belong together.
    """

    def __init__(self, model: Path = MODEL_DIR, encoder: Path | None = None, taxonomy: Taxonomy | None = None) -> None:
        self._folder = model
        self._encoder = encoder
        self._taxonomy = taxonomy or load_taxonomy()

    @property
    def extractor(self) -> str:
        return f"local/{self.card.version}"

    @cached_property
    def card(self) -> Card:
        return load_card(self._folder, self._taxonomy)

    def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
        for start in range(0, len(documents), CHUNK):
            yield from self._read([self._prepare(document) for document in documents[start : start + CHUNK]])

    def score(self, documents: Sequence[Document]) -> list[Scored]:
        """Every judged sentence's logits, without thresholds: for screening at other operating points."""
        return self._score([self._prepare(document) for document in documents])

    def _prepare(self, document: Document) -> _Prepared:
        try:
            read = read_sentences(document, self._tokens, self._taxonomy.speakers)
            return _Prepared(document, tuple(read), tuple(windows(document.source, read, self._frame)))
        except (ValueError, IndexError) as error:
            return _Prepared(document, fault=f"{type(error).__name__}: {error}")

    def _read(self, prepared: Sequence[_Prepared]) -> Iterator[Detection]:
        started = time.perf_counter()
        scored = self._score(prepared)
        seconds = time.perf_counter() - started
        sentences = max(1, sum(len(one.sentences) for one in scored))
        for one, result in zip(prepared, scored, strict=True):
            if one.fault:
                yield Detection(one.document.id, Outcome.FAILED, detail=one.fault)
                continue
            claims = choose(one.document, result, self.card.types, self.card.rule)
            usage = Usage(seconds=seconds * len(result.sentences) / sentences)
            yield Detection(one.document.id, Outcome.READ, tuple(claims), usage=usage)

    def _score(self, prepared: Sequence[_Prepared]) -> list[Scored]:
        from extractor.local.encoder import GRADES, read  # noqa: PLC0415 - torch loads on first use

        readings = iter(read(self._network, [window for one in prepared for window in one.windows]))
        types = len(self.card.types)
        scored: list[Scored] = []
        for one in prepared:
            judged = tuple(one.sentences[number] for window in one.windows for number in window.sentences)
            parts = [next(readings) for _ in one.windows]
            present = np.concatenate([part.present for part in parts] or [np.zeros((0, types), np.float32)])
            severity = np.concatenate([part.severity for part in parts] or [np.zeros((0, types, GRADES), np.float32)])
            scored.append(Scored(judged, present, severity))
        return scored

    @cached_property
    def _network(self) -> Network:
        from extractor.local.encoder import Shape, build  # noqa: PLC0415 - torch loads on first use

        check_encoder(self.card, self._base)
        weights = load_weights(self._folder / WEIGHTS)
        return build(Shape(types=len(self.card.types)), self._base / "model.safetensors", weights)

    @cached_property
    def _base(self) -> Path:
        return self._encoder or installed_encoder()

    @cached_property
    def _tokens(self) -> Tokens:
        return Tokens(self._base / "tokenizer.json")

    @cached_property
    def _frame(self) -> Frame:
        return Frame.of(self._tokens)
