"""The proof that the test split is kept apart: no account, no sentence of it is anywhere an engine learns from."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from extractor.labelled import LabelledDocument, load_passages, load_splits
from extractor.normal import folded

ROOT = Path(__file__).parents[2]
LABELLED = ROOT / "samples" / "labelled"
LEARNT_FROM = (
    "prompts/**/*",
    "extractor/**/*.yaml",
    "extractor/**/*.json",
    "extractor/**/*.txt",
    "eval/baselines/*.yaml",
)
SHINGLE = 8
"""Words in a row that two texts do not share by accident."""


def shingles(text: str) -> set[str]:
    words = folded(text).split()
    return {" ".join(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1)}


@pytest.fixture(scope="module")
def of_test(test_split: list[LabelledDocument]) -> set[str]:
    return {each for document in test_split for message in document.messages for each in shingles(message.text)}


def test_the_split_follows_its_rule(labelled):
    """`sha256(account) mod 4 == 0 is test`, for every document, so that nobody chose which ones."""
    sides = load_splits(LABELLED / "splits.json").documents

    assert sides.keys() == {document.id for document in labelled}
    for document in labelled:
        number = int(hashlib.sha256(document.account.encode()).hexdigest(), 16)
        assert sides[document.id] == ("test" if number % 4 == 0 else "train"), document.id


def test_no_account_stands_on_both_sides(test_split, train_split, training_only):
    assert not {d.account for d in test_split} & {d.account for d in (*train_split, *training_only)}


def test_no_training_text_repeats_test_text(of_test, train_split, training_only):
    for document in (*train_split, *training_only):
        for message in document.messages:
            assert not shingles(message.text) & of_test, document.id


def test_no_passage_repeats_test_text(of_test):
    for path in sorted(LABELLED.glob("passages_*.jsonl")):
        for passage in load_passages(path):
            assert not shingles(f"{passage.before} {passage.text}") & of_test, passage.id


def test_no_prompt_rule_or_word_list_repeats_test_text(of_test):
    for path in _learnt_from():
        assert not shingles(path.read_text("utf-8", errors="replace")) & of_test, path


def _learnt_from() -> Iterator[Path]:
    for pattern in LEARNT_FROM:
        for path in sorted(ROOT.glob(pattern)):
            if path.is_file() and path.suffix in {".yaml", ".json", ".txt", ".md", ".jinja", ".j2", ".py"}:
                yield path
