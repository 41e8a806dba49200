"""Labelled files load strictly: the first bad line names file, line and fault."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from extractor.labelled import LabelledFileError, load_documents, load_passages, load_splits

SAMPLES = Path(__file__).parents[2] / "samples" / "labelled"
GOOD: dict[str, Any] = {
    "id": "d1",
    "account": "Acme",
    "source": "email",
    "title": "Hello",
    "messages": [
        {"id": "m1", "speaker": "Ada", "role": "customer", "job_title": None, "at": None, "text": "We leave."}
    ],
    "signals": [{"type": "renewal_risk", "severity": 3, "evidence": [{"message": "m1", "quote": "We leave"}]}],
    "tags": [],
}


def written(path: Path, *lines: object) -> Path:
    path.write_text("\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines), "utf-8")
    return path


def test_every_shipped_sample_loads() -> None:
    documents = [d for p in sorted(SAMPLES.glob("dev_*.jsonl")) for d in load_documents(p)]
    written_for_training = [d for p in sorted(SAMPLES.glob("train_*.jsonl")) for d in load_documents(p)]
    passages = [d for p in sorted(SAMPLES.glob("passages_*.jsonl")) for d in load_passages(p)]
    splits = load_splits(SAMPLES / "splits.json").documents
    assert len(documents) == 170
    assert len(written_for_training) == 641
    assert not {d.id for d in written_for_training} & set(splits)
    assert len(passages) > 12_000
    assert {d.id for d in documents} == set(splits)


def test_no_account_stands_on_both_sides_of_the_split() -> None:
    splits = load_splits(SAMPLES / "splits.json").documents
    sides: dict[str, set[str]] = {}
    for path in sorted(SAMPLES.glob("dev_*.jsonl")):
        for sample in load_documents(path):
            sides.setdefault(sample.account, set()).add(splits[sample.id])
    assert [account for account, found in sides.items() if len(found) > 1] == []


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ({"source": "fax"}, "source"),
        ({"mood": "good"}, "mood"),
        ({"messages": []}, "messages"),
        ({"signals": [{"type": "mood", "severity": 1, "evidence": [{"message": "m1", "quote": "We"}]}]}, "mood"),
        (
            {"signals": [{"type": "renewal_risk", "severity": 4, "evidence": [{"message": "m1", "quote": "We"}]}]},
            "severity",
        ),
        (
            {"signals": [{"type": "renewal_risk", "severity": 3, "evidence": [{"message": "m1", "quote": "You"}]}]},
            "verbatim",
        ),
        ({"signals": [{"type": "renewal_risk", "severity": 3, "evidence": [{"message": "m9", "quote": "We"}]}]}, "m9"),
    ],
)
def test_a_bad_line_is_named(tmp_path: Path, change: dict[str, Any], fault: str) -> None:
    path = written(tmp_path / "bad.jsonl", GOOD, {**GOOD, "id": "d2", **change})
    with pytest.raises(LabelledFileError, match=rf"bad\.jsonl:2: .*{fault}"):
        load_documents(path)


def test_a_repeated_id_is_named_with_both_lines(tmp_path: Path) -> None:
    with pytest.raises(LabelledFileError, match=r"twice\.jsonl:2: id 'd1' stands already in line 1"):
        load_documents(written(tmp_path / "twice.jsonl", GOOD, GOOD))


def test_a_line_that_is_no_json_is_named(tmp_path: Path) -> None:
    with pytest.raises(LabelledFileError, match=r"torn\.jsonl:1"):
        load_documents(written(tmp_path / "torn.jsonl", '{"id": "d1", '))
