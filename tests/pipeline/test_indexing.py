"""Passages are indexed once, ahead of questions, whatever stops the work in between."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from extractor.document import Source, Turn, compose
from extractor.local.model import ModelError
from pipeline import indexing
from pipeline.indexing import index_passages
from scoring.facts import Account
from store.accounts import put_account
from store.database import Database
from store.documents import add_document
from store.indexed import any_indexed, count_unindexed
from store.search import passages_of
from store.vectors import PassageIndex

ACME = Account("a-acme", "Acme", "smb", "csm@vendor.example", 100, "EUR")


class Encoder:
    """Counts what it is asked to read; fails from the given call on."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.left = 1_000_000
        self.meanwhile: Callable[[], None] = lambda: None

    def __call__(self, texts: Sequence[str]) -> list[list[float]]:
        self.meanwhile()
        self.left -= 1
        if self.left < 0:
            raise KeyboardInterrupt
        self.read += texts
        return [[len(t) + 1.0, t.count("e") + 1.0] for t in texts]


@pytest.fixture
def encoder() -> Encoder:
    return Encoder()


@pytest.fixture
def index(encoder: Encoder, tmp_path: Path) -> PassageIndex:
    return PassageIndex(tmp_path / "chroma", encoder, "counted")


@pytest.fixture
def filled(database: Database) -> Database:
    with database.transaction() as connection:
        put_account(connection, ACME, [])
        for number in range(45):
            say(connection, number, f"We wait for answer number {number} since June.")
    return database


def say(connection, number: int, words: str) -> None:
    document = compose([Turn(words, "Ada")], source=Source.EMAIL, key=f"mail:<{number}@acme>")
    add_document(connection, document, ACME.id, ())


def test_each_passage_is_read_once(filled: Database, index: PassageIndex, encoder: Encoder) -> None:
    assert index_passages(filled, index) == 45
    assert len(encoder.read) == len(set(encoder.read)) == 45
    assert index_passages(filled, index) == 0
    assert len(encoder.read) == 45
    with filled.reading() as connection:
        passages = passages_of(connection, ACME.id)
        assert count_unindexed(connection, index.id) == 0
    found = index.by_meaning(ACME.id, "answer number 7", passages, 45)
    assert {p.id for p in found} == {p.id for p in passages}


def test_a_killed_run_goes_on_where_it_was(filled: Database, index: PassageIndex, encoder: Encoder) -> None:
    encoder.left = indexing.BATCH + 3
    with pytest.raises(KeyboardInterrupt):
        index_passages(filled, index)
    encoder.left = 1_000_000
    assert index_passages(filled, index) == 45 - indexing.BATCH


def test_a_later_export_takes_the_place_of_the_earlier(filled: Database, index: PassageIndex, encoder: Encoder) -> None:
    index_passages(filled, index)
    with filled.transaction() as connection:
        say(connection, 7, "We have our answer now, thank you.")
    assert index_passages(filled, index) == 1
    assert encoder.read[-1] == "We have our answer now, thank you."
    with index._collection() as collection:
        assert len(collection.get()["ids"]) == 45


def test_an_index_that_was_lost_is_made_anew(filled: Database, index: PassageIndex, tmp_path: Path) -> None:
    index_passages(filled, index)
    again = PassageIndex(tmp_path / "another", Encoder(), "counted")
    with filled.reading() as connection:
        assert any_indexed(connection, ACME.id)
        assert count_unindexed(connection, again.id) == 45
    assert index_passages(filled, again) == 45


def test_what_is_asked_for_meanwhile_is_done_next_and_once(
    filled: Database, index: PassageIndex, encoder: Encoder
) -> None:
    with filled.transaction() as connection:
        put_account(connection, replace(ACME, id="a-other"), [])
        document = compose([Turn("Nothing came yet.", "Bo")], source=Source.EMAIL, key="mail:<1@other>")
        add_document(connection, document, "a-other", ())
    meanwhile: list[int] = []

    def ask() -> None:
        if not meanwhile:
            meanwhile.extend(index_passages(filled, index, "a-other") for _ in range(3))

    encoder.meanwhile = ask
    assert index_passages(filled, index, ACME.id) == 46
    assert meanwhile == [0, 0, 0]
    assert len(encoder.read) == len(set(encoder.read)) == 46
    assert encoder.read[-1] == "Nothing came yet."


def test_who_asks_while_an_encoder_fails_is_served_with_the_next(
    filled: Database, index: PassageIndex, encoder: Encoder
) -> None:
    def fail() -> None:
        encoder.meanwhile = lambda: None
        index_passages(filled, index)
        raise ModelError("no encoder here")

    encoder.meanwhile = fail
    with pytest.raises(ModelError):
        index_passages(filled, index, ACME.id)
    assert index_passages(filled, index, "a-nobody") == 45
