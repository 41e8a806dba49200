"""Texts as vectors, for finding passages, never for judging them. The only doorway of sentence-transformers."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.local.model import installed_encoder

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer


class Embedder:
    """Vectors of length one by the packaged all-MiniLM-L6-v2, or the encoder in `folder`. Loads on first use."""

    name = "minilm-l6-v2"

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> list[list[float]]:
        with self._lock:
            encoder = self._encoder
        vectors: list[list[float]] = encoder.encode(
            list(texts), normalize_embeddings=True, show_progress_bar=False
        ).tolist()
        return vectors

    @cached_property
    def _encoder(self) -> SentenceTransformer:
        from sentence_transformers import SentenceTransformer  # noqa: PLC0415  seconds that only a question spends

        return SentenceTransformer(str(self._folder or installed_encoder()), device="cpu", local_files_only=True)
