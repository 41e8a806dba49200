"""Fine-tuning: the encoder end to end with its heads, deterministic for a seed and a number of threads."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from extractor.local.encoder import GRADES, Network, collate
from extractor.local.training.lessons import Lesson, epoch
from extractor.local.training.targets import Piece
from extractor.local.windows import Frame

Progress = Callable[[int, int, float], None]
"""Called with the step, the number of steps and the loss."""


_STEP = 8
"""Tokens that a batch's length is a multiple of: finer than when reading, where batches must not matter."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stretch of training: the learning rates fall from `begin` to `end` times their top value."""

    epochs: float
    begin: float
    end: float
    repeats: int


@dataclass(frozen=True, slots=True)
class Recipe:
    """How the network is fitted. `rate` is the top layer's learning rate, each layer below has `fading` times that of
    the one above; the word vectors stay as they were pretrained, so that words unseen in training keep their place.

    First a `trunk` on the passages, then from it one `branch` for each fold, on passages and the fold's documents.
    Branches of one trunk lie close enough for their weights to be averaged.
    """

    trunk: Stage = Stage(epochs=4.0, begin=1.0, end=0.4, repeats=0)
    branch: Stage = Stage(epochs=1.6, begin=0.4, end=0.0, repeats=3)
    batch_tokens: int = 1536
    rate: float = 2.2e-4
    head_rate: float = 1e-3
    fading: float = 0.88
    decay: float = 0.01
    dropout: float = 0.1
    warmup: int = 100
    token_weight: float = 0.3
    grade_weight: float = 0.2
    clip: float = 1.0


@dataclass(frozen=True, slots=True)
class Lessons:
    """What a stage learns from; each epoch cuts and joins it anew."""

    passages: Sequence[Piece]
    documents: Sequence[Piece]
    frame: Frame


def fit(network: Network, lessons: Lessons, recipe: Recipe, stage: Stage, seed: int, progress: Progress) -> None:
    """Fit the network in place."""
    rng = random.Random(seed)  # noqa: S311 - shuffling, not secrets
    torch.manual_seed(seed)
    network.train().words.weight.requires_grad = False
    optimizer = torch.optim.AdamW(_groups(network, recipe), betas=(0.9, 0.98), fused=True)
    rates = [group["lr"] for group in optimizer.param_groups]
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    steps = max(1, int(len(next(_epochs(lessons, recipe, stage, rng))) * stage.epochs))
    stream = (batch for packed in _epochs(lessons, recipe, stage, rng) for batch in packed)
    for step, batch in enumerate(islice(stream, steps)):
        pace = min(1.0, (step + 1) / recipe.warmup) * (stage.begin + (stage.end - stage.begin) * step / steps)
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate * pace
        loss = _loss(network, batch, recipe)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(trained, recipe.clip)
        optimizer.step()
        progress(step + 1, steps, float(loss.detach()))


def _epochs(lessons: Lessons, recipe: Recipe, stage: Stage, rng: random.Random) -> Iterator[list[list[Lesson]]]:
    while True:
        shown = epoch(lessons.passages, lessons.documents, lessons.frame, rng, stage.repeats)
        yield _packed(shown, recipe.batch_tokens, rng)


def _packed(lessons: Sequence[Lesson], tokens: int, rng: random.Random) -> list[list[Lesson]]:
    """Batches of similar length in random order; lengths are sorted within chunks only, to keep batches mixed."""
    shuffled = rng.sample(lessons, len(lessons))
    packed: list[list[Lesson]] = []
    for start in range(0, len(shuffled), 400):
        batch: list[Lesson] = []
        for lesson in sorted(shuffled[start : start + 400], key=lambda one: len(one.window.tokens)):
            if batch and (len(batch) + 1) * len(lesson.window.tokens) > tokens:
                packed.append(batch)
                batch = []
            batch.append(lesson)
        packed.append(batch)
    rng.shuffle(packed)
    return packed


def _loss(network: Network, lessons: Sequence[Lesson], recipe: Recipe) -> Tensor:
    longest = max(len(lesson.window.tokens) for lesson in lessons)
    batch = collate([lesson.window for lesson in lessons], longest + -longest % _STEP)
    targets = [target for lesson in lessons for target in lesson.targets]
    with torch.autocast("cpu", dtype=torch.bfloat16):
        hidden = network.encode(batch)
    scores = network.score(hidden.float(), batch)
    present = _stack([t.present for t in targets])
    counted = _stack([t.counted for t in targets])
    severity = _stack([t.severity for t in targets])
    quoted = torch.from_numpy(np.concatenate([t.tokens for t in targets]))
    entropy = functional.binary_cross_entropy_with_logits
    sentence_loss = (entropy(scores.sentences, present, reduction="none") * counted).sum() / batch.sentences
    token_loss = entropy(scores.tokens, quoted, reduction="sum") / len(quoted)
    loss = sentence_loss + recipe.token_weight * token_loss
    graded = severity > 0
    if graded.any():
        reached = torch.stack([severity[graded] > grade for grade in range(1, GRADES + 1)], -1).float()
        loss = loss + recipe.grade_weight * entropy(scores.grades[graded], reached)
    return loss


def _stack(arrays: Sequence[np.ndarray]) -> Tensor:
    return torch.from_numpy(np.stack(arrays))


def _groups(network: Network, recipe: Recipe) -> list[dict[str, object]]:
    groups: list[dict[str, object]] = []
    top = network.shape.layers - 1
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        place = name.split(".")
        if place[0] == "blocks":
            rate = recipe.rate * recipe.fading ** (top - int(place[1]))
        elif place[0] in {"positions", "kinds", "first_norm"}:
            rate = recipe.rate * recipe.fading ** (top + 1)
        else:
            rate = recipe.head_rate
        groups.append({"params": [parameter], "lr": rate, "weight_decay": recipe.decay if parameter.ndim > 1 else 0.0})
    return groups
