import json
import shutil
from pathlib import Path

import pytest

from extractor.labelled import LabelledFileError, load_documents, load_splits
from extractor.local.training.samples import folds, kept_out, load_samples

SAMPLES = Path(__file__).parents[4] / "samples" / "labelled"


@pytest.fixture(scope="module")
def samples():
    return load_samples(SAMPLES)


class TestTheTestSplitIsNeverLearntFrom:
    def test_no_test_document_is_loaded(self, samples):
        side = load_splits(SAMPLES / "splits.json").documents
        assert {side.get(document.id, "training only") for document in samples.documents} == {"train", "training only"}

    def test_no_account_of_the_test_side_is_loaded(self, samples):
        side = load_splits(SAMPLES / "splits.json").documents
        everything = [d for file in sorted(SAMPLES.glob("dev_*.jsonl")) for d in load_documents(file)]
        tested = {d.account for d in everything if side[d.id] == "test"}
        assert tested
        assert not tested & {d.account for d in samples.documents}

    def test_no_test_message_hides_among_the_passages(self, samples):
        side = load_splits(SAMPLES / "splits.json").documents
        everything = [d for file in sorted(SAMPLES.glob("dev_*.jsonl")) for d in load_documents(file)]
        tested = {e.quote for d in everything if side[d.id] == "test" for s in d.signals for e in s.evidence}
        assert not [p.id for p in samples.passages if any(quote in p.text for quote in tested)]

    def test_a_document_without_a_side_is_refused(self, tmp_path):
        folder = shutil.copytree(SAMPLES, tmp_path / "labelled")
        splits = json.loads((folder / "splits.json").read_text("utf-8"))
        del splits["documents"]["em-001"]
        (folder / "splits.json").write_text(json.dumps(splits), "utf-8")
        with pytest.raises(LabelledFileError, match="em-001"):
            load_samples(folder)


class TestFolds:
    def test_no_account_stands_on_both_sides(self, samples):
        for fold in folds(samples.documents):
            assert not {d.account for d in fold.seen} & {d.account for d in fold.unseen}

    def test_every_document_is_unseen_exactly_once(self, samples):
        unseen = [d.id for fold in folds(samples.documents) for d in fold.unseen]
        assert sorted(unseen) == sorted(d.id for d in samples.documents)

    def test_some_passages_are_kept_out_of_all_training(self, samples):
        share = sum(kept_out(p) for p in samples.passages) / len(samples.passages)
        assert 0.02 < share < 0.08


def test_a_folder_without_samples_is_refused(tmp_path):
    (tmp_path / "splits.json").write_text('{"rule": "none", "documents": {}}', "utf-8")
    with pytest.raises(LabelledFileError, match="passages"):
        load_samples(tmp_path)
