"""The datasheet counts what is there, and the model card says what a run found."""

from __future__ import annotations

from pathlib import Path

import pytest

from eval.datasheet import counted
from eval.figures import figures
from eval.model_card import model_card
from extractor.labelled import load_passages, load_splits
from extractor.taxonomy import load_taxonomy

LABELLED = Path(__file__).parents[2] / "samples" / "labelled"


def test_the_datasheet_counts_what_is_there(labelled, training_only):
    passages = {path.name: load_passages(path) for path in sorted(LABELLED.glob("passages_*.jsonl"))}

    splits = load_splits(LABELLED / "splits.json")
    expected = counted([*labelled, *training_only], splits, passages, load_taxonomy())

    sheet = (LABELLED / "DATASHEET.md").read_text("utf-8")
    assert expected in sheet, f"DATASHEET.md is out of date; its counts should read:\n\n{expected}"


@pytest.fixture(scope="module")
def card(sample, run_of):
    samples = [
        sample(
            f"d{n}",
            "We renew. We leave.",
            gold=[("renewal_commitment", "We renew.", 2), ("renewal_risk", "We leave.", 2)],
        )
        for n in range(10)
    ]
    run = run_of(
        samples, {f"d{n}": [("renewal_commitment", "We renew.", 2, 0.9)] for n in range(10)}, extractor="engine|1"
    )
    found = figures(run, resamples=20)
    return model_card(run, found, load_taxonomy(), {"keywords": found})


def test_the_model_card_says_what_was_found_and_where_it_is_weak(card):
    assert card.startswith("# Model card: engine\\|1\n")
    assert "| typed recall | 0.50 | 0.50–0.50 |" in card
    assert "| keywords |" in card
    assert "Weakest by grounded F1 among the types with at least ten: renewal risk, renewal commitment." in card
    assert (
        "Never met in this run, so not measured at all: Escalation missed, False rescue (a risk on a healthy account), Injected text obeyed."
        in card
    )


def test_the_model_card_is_tidy_markdown(card):
    assert "\n\n\n" not in card
    assert not [line for line in card.splitlines() if line != line.rstrip()]
