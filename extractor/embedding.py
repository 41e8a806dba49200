"""Texts as vectors, by the encoder that the local engine is built on; for finding passages, never for judging them."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from extractor.local.model import installed_encoder
from extractor.local.tokens import Tokens

if TYPE_CHECKING:
    from extractor.local.encoder import Network

_START, _END = 101, 102
LONGEST = 254
"""Tokens of a text that are read; a passage is shorter."""


class Embedder:
    """Mean of a text's token states, of length one, as all-MiniLM-L6-v2 was trained to be used. Loads on first use."""

    name = "minilm-l6-v2"

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder
        self._lock = threading.Lock()

    def __call__(self, texts: Sequence[str]) -> list[list[float]]:
        import torch  # noqa: PLC0415  seconds that only a question needs to spend

        from extractor.local.encoder import batches, collate  # noqa: PLC0415
        from extractor.local.windows import Window  # noqa: PLC0415

        with self._lock:
            network, tokenize = self._network, self._tokens
        windows = []
        for ids in tokenize(texts):
            tokens = (_START, *ids[:LONGEST], _END)
            windows.append(Window(tokens, (0,) * len(tokens), (), ()))
        vectors: dict[int, list[float]] = {}
        with torch.inference_mode():
            for indices in batches(windows):
                batch = collate([windows[index] for index in indices])
                read = batch.read[:, :, None].float()
                mean = (network.encode(batch) * read).sum(1) / read.sum(1)
                found = torch.nn.functional.normalize(mean, dim=1).tolist()
                vectors |= dict(zip(indices, found, strict=True))
        return [vectors[index] for index in range(len(windows))]

    @cached_property
    def _base(self) -> Path:
        return self._folder or installed_encoder()

    @cached_property
    def _tokens(self) -> Tokens:
        return Tokens(self._base / "tokenizer.json")

    @cached_property
    def _network(self) -> Network:
        from extractor.local.encoder import Network, Shape, load_base, ready  # noqa: PLC0415

        network = Network(Shape(types=1), dropout=0.0)
        load_base(network, self._base / "model.safetensors")
        return ready(network, half=False)
