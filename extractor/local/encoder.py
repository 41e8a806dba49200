"""The network: MiniLM's encoder with a head that scores every sentence of a window.

The only module of the engine that knows torch at run time. The layers are written out instead of taken from
`transformers`: importing that costs more seconds than loading and running the model, and a fixed order of operations
is what makes a sentence's score independent of what else is in the batch.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import safe_open
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional

if TYPE_CHECKING:
    from extractor.local.windows import Window

BUCKET = 16
"""Window lengths are padded to a multiple of this, so that a window's arithmetic never depends on its neighbours."""
BATCH_TOKENS = 4096
GRADES = 2
"""Severity is two questions per type: at least 2? at least 3?"""


@dataclass(frozen=True, slots=True)
class Shape:
    """Sizes of the encoder; the defaults are those of all-MiniLM-L6-v2."""

    types: int
    width: int = 384
    inner: int = 1536
    layers: int = 6
    heads: int = 12
    words: int = 30522
    positions: int = 512
    kinds: int = 2
    epsilon: float = 1e-12


class Dropout(nn.Module):
    """Dropout with masks cut from one prepared pool: drawing them anew took a quarter of a training step."""

    def __init__(self, share: float) -> None:
        super().__init__()
        self.share = share
        self._pool: Tensor | None = None

    def forward(self, x: Tensor) -> Tensor:
        if not self.training or not self.share:
            return x
        if self._pool is None or self._pool.numel() < 2 * x.numel():
            self._pool = (torch.rand(max(1 << 21, 2 * x.numel())) >= self.share) / (1 - self.share)
        start = int(torch.randint(0, self._pool.numel() - x.numel(), (1,)))
        return x * self._pool[start : start + x.numel()].view(x.shape)


class Block(nn.Module):
    """One transformer layer, normalised after each sublayer as BERT does."""

    def __init__(self, shape: Shape, dropout: float) -> None:
        super().__init__()
        self.heads = shape.heads
        self.mix = nn.Linear(shape.width, 3 * shape.width)
        self.out = nn.Linear(shape.width, shape.width)
        self.out_norm = nn.LayerNorm(shape.width, shape.epsilon)
        self.up = nn.Linear(shape.width, shape.inner)
        self.down = nn.Linear(shape.inner, shape.width)
        self.down_norm = nn.LayerNorm(shape.width, shape.epsilon)
        self.dropout = Dropout(dropout)

    def forward(self, x: Tensor, unread: Tensor) -> Tensor:
        rows, length, width = x.shape
        mixed = _linear(self.mix, x).view(rows, length, 3, self.heads, width // self.heads).permute(2, 0, 3, 1, 4)
        query, key, value = mixed.unbind(0)
        weights = query @ key.transpose(-1, -2) * (width // self.heads) ** -0.5
        heard = torch.softmax(weights.float() + unread, -1).to(value.dtype) @ value
        heard = heard.transpose(1, 2).reshape(rows, length, width)
        x = self.out_norm(x + self.dropout(_linear(self.out, heard).float()))
        inner = functional.gelu(_linear(self.up, x))
        narrow: Tensor = self.down_norm(x + self.dropout(_linear(self.down, inner).float()))
        return narrow


class Scores(NamedTuple):
    """Logits, not probabilities. `sentences` [n, types], `grades` [n, types, GRADES], `tokens` [t, types] with the
    number of the sentence that each token stands in, `owners` [t]."""

    sentences: Tensor
    grades: Tensor
    tokens: Tensor
    owners: Tensor


class Network(nn.Module):
    """Token ids of windows in, logits of their target sentences out."""

    def __init__(self, shape: Shape, dropout: float = 0.1) -> None:
        super().__init__()
        self.shape = shape
        self.words = nn.Embedding(shape.words, shape.width)
        self.positions = nn.Embedding(shape.positions, shape.width)
        self.kinds = nn.Embedding(shape.kinds, shape.width)
        self.first_norm = nn.LayerNorm(shape.width, shape.epsilon)
        self.blocks = nn.ModuleList(Block(shape, dropout) for _ in range(shape.layers))
        self.dropout = Dropout(dropout)
        self.whole = nn.Linear(shape.width, shape.types)
        self.part = nn.Linear(shape.width, shape.types)
        self.grade = nn.Linear(shape.width, shape.types * GRADES)
        self.share = nn.Parameter(torch.ones(shape.types))
        for head in (self.whole, self.part, self.grade):
            nn.init.normal_(head.weight, std=0.02)
            nn.init.constant_(head.bias, 0.0 if head is self.grade else -2.0)

    def forward(self, batch: Batch) -> Scores:
        return self.score(self.encode(batch), batch)

    def encode(self, batch: Batch) -> Tensor:
        """Hidden states [rows, length, width] in single precision."""
        places = torch.arange(batch.tokens.shape[1])
        x: Tensor = self.words(batch.tokens) + self.positions(places) + self.kinds(batch.kinds)
        x = self.dropout(self.first_norm(x.float()))
        unread = torch.where(batch.read, 0.0, -1e4)[:, None, None, :]
        for block in self.blocks:
            x = block(x, unread)
        return x

    def score(self, hidden: Tensor, batch: Batch) -> Scores:
        """A sentence's logit: one from the mean of its tokens plus one from the tokens that speak loudest for the type."""
        owners = batch.owners.reshape(-1)
        inside = owners < batch.sentences
        states, owners = hidden.reshape(-1, self.shape.width)[inside], owners[inside]
        count = batch.sentences
        lengths = torch.zeros(count).index_add_(0, owners, torch.ones(len(owners))).clamp(min=1)
        mean = torch.zeros(count, self.shape.width).index_add_(0, owners, states) / lengths[:, None]
        mean = self.dropout(mean)
        tokens = self.part(self.dropout(states))
        loud = torch.exp(tokens.clamp(-15, 15))
        total = torch.zeros(count, self.shape.types).index_add_(0, owners, loud)
        spoken = torch.zeros(count, self.shape.types).index_add_(0, owners, loud * tokens) / total.clamp(min=1e-6)
        grades = self.grade(mean).view(count, self.shape.types, GRADES)
        return Scores(self.whole(mean) + self.share * spoken, grades, tokens, owners)


@dataclass(frozen=True, slots=True)
class Batch:
    """Windows of one padded length. Tensors are [rows, length]; `owners` numbers each token's target sentence within
    the batch, `sentences` where it has none."""

    tokens: Tensor
    kinds: Tensor
    read: Tensor
    owners: Tensor
    sentences: int


def collate(windows: Sequence[Window], length: int | None = None) -> Batch:
    """Pad windows to one length and number their target sentences in order."""
    length = length or padded(max(len(w.tokens) for w in windows))
    total = sum(len(w.targets) for w in windows)
    tokens = torch.zeros(len(windows), length, dtype=torch.long)
    kinds, owners = torch.zeros_like(tokens), torch.full_like(tokens, total)
    read = torch.zeros(len(windows), length, dtype=torch.bool)
    number = 0
    for row, window in enumerate(windows):
        size = len(window.tokens)
        tokens[row, :size] = torch.tensor(window.tokens)
        kinds[row, :size] = torch.tensor(window.kinds)
        read[row, :size] = True
        for start, end in window.targets:
            owners[row, start:end] = number
            number += 1
    return Batch(tokens, kinds, read, owners, total)


def padded(length: int) -> int:
    return -(-length // BUCKET) * BUCKET


def batches(windows: Sequence[Window]) -> list[list[int]]:
    """Indices of windows that share a padded length, about `BATCH_TOKENS` tokens at a time."""
    by_length: dict[int, list[int]] = {}
    for index, window in enumerate(windows):
        by_length.setdefault(padded(len(window.tokens)), []).append(index)
    return [
        indices[start : start + max(1, BATCH_TOKENS // length)]
        for length, indices in sorted(by_length.items())
        for start in range(0, len(indices), max(1, BATCH_TOKENS // length))
    ]


def load_base(network: Network, weights: Path) -> None:
    """Fill the encoder from a BERT checkpoint in safetensors; the heads stay as they are."""
    given = load_file(weights)
    own = {
        "words.weight": given["embeddings.word_embeddings.weight"],
        "positions.weight": given["embeddings.position_embeddings.weight"],
        "kinds.weight": given["embeddings.token_type_embeddings.weight"],
        "first_norm.weight": given["embeddings.LayerNorm.weight"],
        "first_norm.bias": given["embeddings.LayerNorm.bias"],
    }
    parts = {
        "out": "attention.output.dense",
        "out_norm": "attention.output.LayerNorm",
        "up": "intermediate.dense",
        "down": "output.dense",
        "down_norm": "output.LayerNorm",
    }
    for layer in range(network.shape.layers):
        theirs, ours = f"encoder.layer.{layer}", f"blocks.{layer}"
        for end in ("weight", "bias"):
            triple = [given[f"{theirs}.attention.self.{name}.{end}"] for name in ("query", "key", "value")]
            own[f"{ours}.mix.{end}"] = torch.cat(triple)
            own |= {f"{ours}.{mine}.{end}": given[f"{theirs}.{name}.{end}"] for mine, name in parts.items()}
    missing = set(network.load_state_dict(own, strict=False).missing_keys)
    assert all(name.split(".")[0] in {"whole", "part", "grade", "share"} for name in missing), missing


def has_bfloat16() -> bool:
    """Whether this CPU multiplies bfloat16 natively; emulated, it is slower than single precision."""
    offered = torch.cpu.get_capabilities()
    return bool(offered.get("avx512_bf16") or offered.get("amx_bf16"))


def ready(network: Network, *, half: bool) -> Network:
    """Set the network for reading; with `half`, the matrix products run in bfloat16, all else in single precision."""
    network.eval().requires_grad_(requires_grad=False)
    if half:
        for block in network.blocks:
            for layer in (block.mix, block.out, block.up, block.down):
                layer.to(torch.bfloat16)
    return network


def _linear(layer: nn.Linear, x: Tensor) -> Tensor:
    return functional.linear(x.to(layer.weight.dtype), layer.weight, layer.bias)


class Reading(NamedTuple):
    """Logits of one window's target sentences: `present` [n, types], `severity` [n, types, GRADES]."""

    present: NDArray[np.float32]
    severity: NDArray[np.float32]


def read(network: Network, windows: Sequence[Window]) -> list[Reading]:
    """Score windows in batches of one length; one reading per window, in order, the same in any company."""
    readings: dict[int, Reading] = {}
    with torch.inference_mode():
        for indices in batches(windows):
            chosen = [windows[index] for index in indices]
            scores = network(collate(chosen))
            sizes = [len(window.targets) for window in chosen]
            parts = zip(indices, scores.sentences.split(sizes), scores.grades.split(sizes), strict=True)
            readings |= {index: Reading(p.float().numpy(), g.float().numpy()) for index, p, g in parts}
    return [readings[index] for index in range(len(windows))]


def build(shape: Shape, base: Path, weights: Mapping[str, NDArray[np.float32]], *, half: bool | None = None) -> Network:
    """The network ready for reading: word vectors from the installed encoder, all else from the artefact."""
    with torch.device("meta"):
        network = Network(shape, dropout=0.0)
    with safe_open(str(base), framework="pt") as given:
        words = given.get_tensor("embeddings.word_embeddings.weight")
    state = {name: torch.from_numpy(array) for name, array in weights.items()}
    network.load_state_dict({"words.weight": words, **state}, strict=True, assign=True)
    return ready(network, half=has_bfloat16() if half is None else half)
