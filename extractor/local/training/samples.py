"""What may be learnt from: the passages and the training side of the split, never a test document."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from extractor.labelled import LabelledDocument, LabelledFileError, Passage, load_documents, load_passages, load_splits

FOLDS = 2
_KEPT_OUT = 24
"""One passage in so many is kept out of all training, for judging what is made of it."""


@dataclass(frozen=True, slots=True)
class Samples:
    """`digests` names every file read, by the SHA-256 of its bytes."""

    passages: tuple[Passage, ...]
    documents: tuple[LabelledDocument, ...]
    digests: dict[str, str]


@dataclass(frozen=True, slots=True)
class Fold:
    """A model is fitted to `seen` and judged on `unseen`, which share no account."""

    seen: tuple[LabelledDocument, ...]
    unseen: tuple[LabelledDocument, ...]


def load_samples(folder: Path) -> Samples:
    """Read `passages_*.jsonl`, `train_*.jsonl` and, of `dev_*.jsonl`, what `splits.json` gives to training."""
    splits_file = folder / "splits.json"
    side = load_splits(splits_file).documents
    passage_files = sorted(folder.glob("passages_*.jsonl"))
    document_files = sorted(folder.glob("dev_*.jsonl"))
    more_files = sorted(folder.glob("train_*.jsonl"))
    if not passage_files or not document_files:
        raise LabelledFileError(f"{folder}: needs passages_*.jsonl and dev_*.jsonl to learn from")
    documents = [document for file in document_files for document in load_documents(file)]
    unsplit = [document.id for document in documents if document.id not in side]
    if unsplit:
        raise LabelledFileError(f"{splits_file}: no side for {', '.join(unsplit)}; add them to the split")
    chosen = [document for document in documents if side[document.id] == "train"]
    chosen += [document for file in more_files for document in load_documents(file)]
    return Samples(
        passages=tuple(passage for file in passage_files for passage in load_passages(file)),
        documents=tuple(chosen),
        digests={file.name: _digest(file) for file in (splits_file, *document_files, *more_files, *passage_files)},
    )


def folds(documents: Sequence[LabelledDocument], count: int = FOLDS) -> list[Fold]:
    """Split by account, the same way on every machine."""
    bins = [_bin(document.account, count) for document in documents]
    return [
        Fold(
            tuple(d for d, number in zip(documents, bins, strict=True) if number != fold),
            tuple(d for d, number in zip(documents, bins, strict=True) if number == fold),
        )
        for fold in range(count)
    ]


def kept_out(passage: Passage) -> bool:
    return _bin(passage.id, _KEPT_OUT) == 0


def _bin(name: str, bins: int) -> int:
    return int(hashlib.sha256(f"fold {name}".encode()).hexdigest(), 16) % bins


def _digest(file: Path) -> str:
    return "sha256:" + hashlib.sha256(file.read_bytes()).hexdigest()
