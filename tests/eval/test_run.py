"""A run keeps all that its figures need, and refuses what would make them meaningless."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import pytest

from eval.report import as_json
from eval.run import EvaluationError, evaluate, load_run, rescore, save_run
from eval.scripted import Scripted, oracle
from extractor.detector import Detection, Outcome, Usage
from extractor.document import Document
from extractor.signal import Claim, Reason
from extractor.taxonomy import load_taxonomy


@pytest.fixture
def samples(sample):
    return [
        sample("d1", "We renew. 🎉 Hurrah!", gold=[("renewal_commitment", "We renew.", 2)], account="a"),
        sample("d2", "Nothing here.", account="b"),
    ]


class TestEvaluate:
    def test_keeps_signals_rejections_and_usage_for_each_document(self, samples):
        claims = {"d1": [Claim("renewal_commitment", "We renew", 2, 0.8), Claim("advocacy", "not said", 9, 0.8)]}
        run = evaluate(samples, Scripted(claims, usage=Usage(requests=1, prompt_tokens=10)), dataset_name="two")

        first, second = run.documents
        assert [(p.type, p.evidence[0].quote, p.evidence[0].start) for p in first.predicted] == [
            ("renewal_commitment", "We renew", 0)
        ]
        assert [(r.type, r.quote, r.reason) for r in first.rejections] == [("advocacy", "not said", Reason.UNSUPPORTED)]
        assert second.predicted == ()
        assert rescore(run).cost.requests == 2

    def test_heads_the_run_with_what_made_it(self, samples):
        header = evaluate(
            samples, oracle(samples), dataset_name="two", model="m-1", prompt_digest="sha256:ab", seed=5
        ).header

        assert (header.dataset, header.extractor, header.model, header.seed) == ("two", "oracle", "m-1", 5)
        assert header.taxonomy_digest == load_taxonomy().digest
        assert header.dataset_digest.startswith("sha256:")
        assert header.environment.packages["numpy"]
        assert header.seconds >= 0

    def test_reports_progress_after_each_document(self, samples):
        seen: list[tuple[int, int]] = []
        evaluate(samples, oracle(samples), dataset_name="two", progress=lambda done, of: seen.append((done, of)))

        assert seen == [(1, 2), (2, 2)]

    def test_never_shows_the_engine_labels_or_tags(self, sample):
        shown: list[Document] = []

        class Looking(Scripted):
            def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
                shown.extend(documents)
                yield from Scripted.detect(self, documents)

        document = sample("d1", "We renew.", gold=[("renewal_commitment", "We renew.", 2)], tags=["sarcasm"])
        evaluate([document], Looking({}), dataset_name="one")

        assert "renewal_commitment" not in repr(shown)
        assert "sarcasm" not in repr(shown)

    def test_counts_a_document_without_judgement_as_missed_and_says_so(self, samples):
        run = evaluate(samples, Scripted({}, outcomes={"d1": Outcome.REFUSED}), dataset_name="two")
        found = rescore(run)

        assert found.figure("typed_recall").value == 0
        assert found.figure("unread_share").value == 0.5
        assert found.outcomes == {"refused": 1, "read": 1}

    def test_without_samples_says_so(self):
        with pytest.raises(EvaluationError, match="no samples"):
            evaluate([], Scripted({}), dataset_name="none")

    @pytest.mark.parametrize("answer", [slice(0, 1), slice(None, None, -1)], ids=["too few", "wrong order"])
    def test_refuses_an_engine_that_answers_for_other_documents(self, samples, answer):
        class Wrong(Scripted):
            def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
                yield from list(Scripted.detect(self, documents))[answer]

        with pytest.raises(EvaluationError, match="scripted"):
            evaluate(samples, Wrong({}), dataset_name="two")

    def test_keeps_a_claim_that_no_file_could_hold(self, samples, tmp_path):
        """A model can answer with half a surrogate pair; the run must still be written."""
        run = evaluate(samples, Scripted({"d1": [Claim("advocacy", "\ud83d", 1, 0.5)]}), dataset_name="two")
        save_run(run, tmp_path / "run.json")

        assert load_run(tmp_path / "run.json").documents[0].rejections[0].quote == "\\ud83d"


class TestStoredRuns:
    def test_give_the_same_figures_without_the_engine(self, samples, tmp_path):
        run = evaluate(samples, oracle(samples), dataset_name="two")
        save_run(run, tmp_path / "deep" / "run.json")

        assert load_run(tmp_path / "deep" / "run.json") == run
        assert rescore(load_run(tmp_path / "deep" / "run.json")) == rescore(run)

    def test_are_read_from_a_report_too(self, samples, tmp_path):
        run = evaluate(samples, oracle(samples), dataset_name="two")
        (tmp_path / "report.json").write_text(json.dumps(as_json(run, rescore(run))), encoding="utf-8")

        assert load_run(tmp_path / "report.json") == run

    def test_read_as_one_json_document(self, samples, tmp_path):
        save_run(evaluate(samples, oracle(samples), dataset_name="two"), tmp_path / "run.json")

        assert set(json.loads((tmp_path / "run.json").read_text("utf-8"))) == {"header", "documents"}

    @pytest.mark.parametrize("content", ["", "[]", "{", '{"header": {}}', '{"header": {"format": 2}, "documents": []}'])
    def test_that_are_none_are_refused_by_name(self, tmp_path, content):
        (tmp_path / "run.json").write_text(content)

        with pytest.raises(EvaluationError, match=r"run\.json: not a run of format 1"):
            load_run(tmp_path / "run.json")

    def test_that_do_not_exist_are_named(self, tmp_path):
        with pytest.raises(EvaluationError, match=r"absent\.json"):
            load_run(tmp_path / "absent.json")


def test_the_projects_own_gold_survives_grounding(labelled):
    """Every gold quote could be cited by a perfect engine; otherwise no engine could reach 1."""
    found = rescore(evaluate(labelled, oracle(labelled), dataset_name="labelled"))

    assert found.figure("span_strict_f1").value == 1
    assert found.figure("grounded_f1").value == 1
    assert found.overall.rejected == {}
    assert [harm.count for harm in found.harms] == [0] * len(found.harms)
