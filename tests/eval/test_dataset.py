"""Choosing samples, and refusing to choose where figures would change in silence."""

from __future__ import annotations

import pytest

from eval.dataset import DatasetError, dataset_digest, load_all, select
from extractor.labelled import Splits


def splits(**sides):
    return Splits(rule="by hand", documents=sides)


class TestSelect:
    def test_takes_one_side_in_order(self, sample):
        samples = [sample("d1", "x"), sample("d2", "x"), sample("d3", "x")]
        sides = splits(d1="test", d2="train", d3="test")

        assert [s.id for s in select(samples, sides, "test")] == ["d1", "d3"]
        assert [s.id for s in select(samples, sides, "train")] == ["d2"]
        assert [s.id for s in select(samples, sides, "all")] == ["d1", "d2", "d3"]

    @pytest.mark.parametrize(
        ("sides", "split", "fault"),
        [
            ({"d1": "test", "d2": "test"}, "dev", "no split 'dev'"),
            ({"d1": "test"}, "test", "'d2' stands in no split"),
            ({"d1": "test", "d2": "test"}, "train", "none of the 2 samples"),
        ],
    )
    def test_refuses_what_would_change_figures_in_silence(self, sample, sides, split, fault):
        with pytest.raises(DatasetError, match=fault):
            select([sample("d1", "x"), sample("d2", "x")], splits(**sides), split)

    def test_refuses_an_account_on_both_sides(self, sample):
        samples = [sample("d1", "x", account="a"), sample("d2", "x", account="a")]

        with pytest.raises(DatasetError, match="account 'a' stands in train and test"):
            select(samples, splits(d1="test", d2="train"), "test")


def test_the_digest_knows_words_and_labels_and_not_the_order(sample):
    one, other = sample("d1", "We renew.", gold=[("advocacy", "We renew.", 1)]), sample("d2", "x")

    assert dataset_digest([one, other]) == dataset_digest([other, one])
    assert dataset_digest([one]) != dataset_digest([one.model_copy(update={"signals": ()})])


def test_two_files_with_the_same_id_are_refused(tmp_path, sample):
    line = sample("d1", "x").model_dump_json()
    for name in ("a.jsonl", "b.jsonl"):
        (tmp_path / name).write_text(line + "\n", encoding="utf-8")

    with pytest.raises(DatasetError, match=r"b\.jsonl: id 'd1' stands already in .*a\.jsonl"):
        load_all([tmp_path / "a.jsonl", tmp_path / "b.jsonl"])
