import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from extractor.labelled import load_documents
from extractor.local.detector import LocalDetector
from extractor.local.model import CARD
from extractor.local.training.loop import Recipe, Stage
from extractor.local.training.train import train

SAMPLES = Path(__file__).parents[4] / "samples" / "labelled"
BRIEF = Recipe(trunk=Stage(0.2, 1.0, 0.4, 0), branch=Stage(0.2, 0.4, 0.0, 1), batch_tokens=512)


@pytest.fixture(scope="module")
def samples(tmp_path_factory):
    """A corner of the labelled samples, small enough to learn from in seconds."""
    folder = tmp_path_factory.mktemp("labelled")
    for name, keep in (("passages_01", 60), ("passages_10", 40), ("dev_ticket", 12)):
        lines = (SAMPLES / f"{name}.jsonl").read_text("utf-8").splitlines(keepends=True)
        (folder / f"{name}.jsonl").write_text("".join(lines[:: len(lines) // keep]), "utf-8")
    (folder / "splits.json").write_text((SAMPLES / "splits.json").read_text("utf-8"), "utf-8")
    return folder


@pytest.fixture(scope="module")
def trained(samples, tmp_path_factory):
    out = tmp_path_factory.mktemp("model")
    return out, train(samples, out, recipe=BRIEF, console=Console(file=io.StringIO()))


def test_training_makes_a_model_that_the_detector_reads(samples, trained):
    out, _ = trained
    documents = [labelled.document() for labelled in load_documents(samples / "dev_ticket.jsonl")]
    assert len(list(LocalDetector(out).detect(documents))) == len(documents)


def test_the_card_says_what_the_model_was_made_from(samples, trained):
    out, _ = trained
    card = json.loads((out / CARD).read_text("utf-8"))
    assert set(card["data"]) == {file.name for file in samples.iterdir()}
    assert card["metrics"]
    assert card["recipe"]["trunk.epochs"] == BRIEF.trunk.epochs


def test_the_same_samples_and_seed_give_the_same_model(samples, trained, tmp_path):
    _, first = trained
    second = train(samples, tmp_path, recipe=BRIEF, console=Console(file=io.StringIO()))
    assert (first.weights, first.rule) == (second.weights, second.rule)
