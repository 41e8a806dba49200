"""A server and a nightly run share the vectors: neither is blind to what the other wrote, nor writes over it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from extractor.document import Role, Source
from store.search import Passage
from store.vectors import PassageIndex

ROOT = Path(__file__).resolve().parents[2]
ACCOUNT = "a-acme"
MANY = 1100
"""More than Chroma keeps in its log: from a thousand on it writes its graph to disk and forgets what led to it."""


def told_apart(texts: Sequence[str]) -> list[list[float]]:
    """A stand-in for an encoder: no two texts mean the same."""
    return [[float(b) + 1 for b in hashlib.sha256(t.encode()).digest()[:16]] for t in texts]


def said(what: str, count: int) -> list[Passage]:
    return [
        Passage(f"d-{what}-{n}", "m1", 0, 9, f"{what} {n}", "Ada", Role.CUSTOMER, None, Source.EMAIL, "", "")
        for n in range(count)
    ]


def elsewhere(folder: Path, act: str, what: str, count: int) -> None:
    """Another process adds or removes."""
    told = [sys.executable, __file__, str(folder), act, what, str(count)]
    subprocess.run(told, check=True, env={**os.environ, "PYTHONPATH": str(ROOT)})


def shown(index: PassageIndex, passages: list[Passage]) -> int:
    """How many of a few of them are found when asked for in their own words."""
    return sum(index.by_meaning(ACCOUNT, p.text, passages, 3)[:1] == [p] for p in passages[:: len(passages) // 5])


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "chroma"


@pytest.fixture
def server(folder: Path) -> PassageIndex:
    found = PassageIndex(folder, told_apart, "test")
    found.add(ACCOUNT, said("ours", 20))
    assert shown(found, said("ours", 20)) == 5
    return found


@pytest.mark.parametrize("count", [20, MANY])
def test_what_another_process_adds_is_found(server: PassageIndex, folder: Path, count: int) -> None:
    elsewhere(folder, "add", "theirs", count)
    assert shown(server, said("theirs", count)) == 5
    assert shown(server, said("ours", 20)) == 5


def test_what_another_process_removes_is_gone(server: PassageIndex, folder: Path) -> None:
    elsewhere(folder, "remove", "ours", 10)
    assert shown(server, said("ours", 10)) == 0
    assert server.by_meaning(ACCOUNT, "ours 15", said("ours", 20), 20) != []


def test_neither_writes_over_the_other(server: PassageIndex, folder: Path) -> None:
    elsewhere(folder, "add", "theirs", MANY)
    server.add(ACCOUNT, said("later", MANY))
    for index in (server, PassageIndex(folder, told_apart, "test")):
        assert [shown(index, said(*each)) for each in (("ours", 20), ("theirs", MANY), ("later", MANY))] == [5, 5, 5]


def test_two_of_one_process_see_each_other(server: PassageIndex, folder: Path) -> None:
    second = PassageIndex(folder, told_apart, "test")
    assert second.id == server.id
    second.add(ACCOUNT, said("second", 20))
    server.add(ACCOUNT, said("first", 20))
    for index in (server, second):
        assert shown(index, said("second", 20)) == shown(index, said("first", 20)) == 5


def test_a_folder_that_another_process_made_anew_has_another_id(server: PassageIndex, folder: Path) -> None:
    before = server.id
    elsewhere(folder, "rename", "theirs", 10)
    assert server.id != before
    assert server.by_meaning(ACCOUNT, "ours 1", said("ours", 20), 20) == []


if __name__ == "__main__":
    where, act, what, count = sys.argv[1:]
    index = PassageIndex(Path(where), told_apart, "another" if act == "rename" else "test")
    if act == "remove":
        index.remove(said(what, int(count)))
    else:
        index.add(ACCOUNT, said(what, int(count)))
