import json
import shutil

import numpy as np
import pytest

from extractor.local.model import (
    CARD,
    MODEL_DIR,
    WEIGHTS,
    MismatchedModelError,
    UnreadableModelError,
    check_encoder,
    encoder_files,
    installed_encoder,
    load_card,
    load_weights,
    save_weights,
)
from extractor.taxonomy import load_taxonomy

MEGABYTE = 1_000_000


@pytest.fixture
def copied(tmp_path):
    """The shipped artefact, free to be damaged."""
    return shutil.copytree(MODEL_DIR, tmp_path / "model")


def edit(folder, **changes):
    card = json.loads((folder / CARD).read_text("utf-8"))
    (folder / CARD).write_text(json.dumps(card | changes), "utf-8")


class TestShippedModel:
    def test_belongs_together_and_to_what_is_installed(self):
        check_encoder(load_card(MODEL_DIR, load_taxonomy()), installed_encoder())

    def test_is_small_enough_for_git(self):
        assert sum(file.stat().st_size for file in MODEL_DIR.iterdir()) < 45 * MEGABYTE

    def test_names_the_samples_it_was_made_from(self):
        card = load_card(MODEL_DIR, load_taxonomy())
        assert "splits.json" in card.data
        assert all(digest.startswith("sha256:") for digest in card.data.values())


class TestDamage:
    def test_a_missing_card_names_the_file_and_the_remedy(self, copied):
        (copied / CARD).unlink()
        with pytest.raises(UnreadableModelError, match=r"model\.json.*whyred train"):
            load_card(copied, load_taxonomy())

    def test_an_unknown_field_is_refused(self, copied):
        edit(copied, surprise=1)
        with pytest.raises(UnreadableModelError):
            load_card(copied, load_taxonomy())

    def test_other_weights_are_refused(self, copied):
        content = bytearray((copied / WEIGHTS).read_bytes())
        content[-1] ^= 1
        (copied / WEIGHTS).write_bytes(content)
        with pytest.raises(MismatchedModelError):
            load_card(copied, load_taxonomy())

    def test_other_types_are_refused(self, copied):
        edit(copied, types=["renewal_risk"])
        with pytest.raises(MismatchedModelError):
            load_card(copied, load_taxonomy())

    def test_another_encoder_is_refused(self, tmp_path):
        card = load_card(MODEL_DIR, load_taxonomy())
        for name in ("model.safetensors", "tokenizer.json"):
            (tmp_path / name).write_bytes(b"something else")
        assert encoder_files(tmp_path) != card.encoder
        with pytest.raises(MismatchedModelError):
            check_encoder(card, tmp_path)


class TestWeights:
    def test_matrices_survive_to_within_half_a_step_of_their_row(self, tmp_path):
        weights = {
            "blocks.0.up.weight": np.random.default_rng(0).normal(size=(8, 5)).astype(np.float32),
            "blocks.0.up.bias": np.arange(8, dtype=np.float32),
        }
        digest = save_weights(weights, tmp_path / WEIGHTS)
        read = load_weights(tmp_path / WEIGHTS)
        step = np.abs(weights["blocks.0.up.weight"]).max(1, keepdims=True) / 127
        assert (np.abs(read["blocks.0.up.weight"] - weights["blocks.0.up.weight"]) <= step / 2 + 1e-6).all()
        assert (read["blocks.0.up.bias"] == weights["blocks.0.up.bias"]).all()
        assert digest == save_weights(weights, tmp_path / "again.safetensors")
