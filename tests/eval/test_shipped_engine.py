"""The gate for the engine that ships, on documents it never learnt from; its golden run and its model card."""

from __future__ import annotations

import pytest

from eval.compare import compare
from eval.gate import Verdict, check, load_gate
from eval.golden import DATASET, GOLDEN_RUN, MODEL_CARD, rivals_of
from eval.golden_figures import golden_figures, load_golden_figures
from eval.model_card import model_card
from eval.run import evaluate, load_run, rescore
from extractor.local.detector import LocalDetector
from extractor.local.model import CARD, MODEL_DIR
from extractor.taxonomy import load_taxonomy

pytestmark = pytest.mark.skipif(
    not (MODEL_DIR / CARD).exists(), reason=f"{MODEL_DIR / CARD} is not there; train the engine or restore the file"
)


@pytest.fixture(scope="module")
def run(test_split):
    return evaluate(test_split, LocalDetector(), dataset_name=DATASET)


@pytest.fixture(scope="module")
def golden():
    assert GOLDEN_RUN.exists(), (
        f"{GOLDEN_RUN.name} is not there; make it and the model card with: python -m eval.golden"
    )
    return load_run(GOLDEN_RUN)


@pytest.fixture(scope="module")
def golden_scored(golden):
    return rescore(golden)


@pytest.fixture(scope="module")
def rivals(golden, train_split, test_split):
    return rivals_of(golden, train_split, test_split)


def test_the_engine_passes_the_gate(run, golden, rivals):
    rows = check(rescore(run), load_gate(), compare(run, golden), rivals)

    assert [f"{row.name}: {row.demand}, found {row.value}" for row in rows if row.verdict is Verdict.FAILED] == []
    assert [row.name for row in rows if row.verdict is Verdict.NOT_JUDGED] == ["harm injected_text_obeyed"]


def test_the_golden_run_is_of_this_engine_and_these_documents(run, golden):
    """If not: `python -m eval.golden`, and say in the commit what changed."""
    assert golden.header.extractor == run.header.extractor
    assert golden.header.dataset_digest == run.header.dataset_digest
    assert golden.header.taxonomy_digest == run.header.taxonomy_digest


def test_the_engine_repeats_the_golden_run(run, golden):
    """Arithmetic differs a little between processors; a document in fifty may tip over a threshold, not more."""
    different = [
        mine.id
        for mine, theirs in zip(run.documents, golden.documents, strict=True)
        if {p.type for p in mine.predicted} != {p.type for p in theirs.predicted}
    ]

    assert len(different) <= 1, different


def test_the_model_card_is_that_of_the_golden_run(golden, golden_scored, rivals):
    """If not: `python -m eval.golden`."""
    expected = model_card(golden, golden_scored, load_taxonomy(), rivals)

    assert MODEL_CARD.read_text("utf-8").splitlines() == expected.splitlines()


def test_the_stored_figures_are_those_of_the_golden_run(golden, golden_scored, rivals):
    """If not: `python -m eval.golden`."""
    assert load_golden_figures() == golden_figures(golden, golden_scored, rivals)
