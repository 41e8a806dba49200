"""Which samples an evaluation reads, and a digest that says whether two runs read the same ones."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum
from pathlib import Path

from extractor.document import content_id
from extractor.labelled import LabelledDocument, Splits, load_documents


class Split(StrEnum):
    """`ALL` reads every sample, also those that `splits.json` does not name."""

    TRAIN = "train"
    TEST = "test"
    ALL = "all"


class DatasetError(ValueError):
    """Samples and splits do not fit; the message names the sample and the remedy."""


def select(samples: Sequence[LabelledDocument], splits: Splits, split: Split | str) -> list[LabelledDocument]:
    """The samples of one split, in their order.

    Raises DatasetError for an unknown split, for a sample that the splits do not name, for an account on both sides,
    and where nothing is left: each of these would quietly change every figure.
    """
    try:
        wanted = Split(split)
    except ValueError as error:
        raise DatasetError(f"no split {split!r}; choose one of {', '.join(Split)}") from error
    if wanted is Split.ALL:
        return list(samples)
    _accounts_stand_on_one_side(samples, splits)
    chosen = [sample for sample in samples if splits.documents[sample.id] == wanted.value]
    if not chosen:
        raise DatasetError(f"split {wanted.value!r} holds none of the {len(samples)} samples; use --split all")
    return chosen


def load_all(paths: Iterable[Path]) -> list[LabelledDocument]:
    """The samples of several files as one set; ids must differ across files too."""
    found: dict[str, Path] = {}
    samples: list[LabelledDocument] = []
    for path in paths:
        for sample in load_documents(path):
            if sample.id in found:
                raise DatasetError(f"{path}: id {sample.id!r} stands already in {found[sample.id]}; ids must differ")
            found[sample.id] = path
            samples.append(sample)
    return samples


def dataset_digest(samples: Iterable[LabelledDocument]) -> str:
    """Changes with any word or label of any sample, not with their order."""
    return content_id(sorted((s.id, content_id(s.model_dump(mode="json"))) for s in samples))


def _accounts_stand_on_one_side(samples: Sequence[LabelledDocument], splits: Splits) -> None:
    sides: dict[str, str] = {}
    for sample in samples:
        side = splits.documents.get(sample.id)
        if side is None:
            raise DatasetError(f"sample {sample.id!r} stands in no split; name it in splits.json or use --split all")
        if sides.setdefault(sample.account, side) != side:
            raise DatasetError(f"account {sample.account!r} stands in train and test; splits are by account")
