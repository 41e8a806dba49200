"""Baselines are engines like any other, and learn only what they are given."""

from __future__ import annotations

import pytest

from eval.baselines import Keywords, Majority, Sentiment, baselines
from eval.baselines.keywords import load_keywords
from eval.baselines.sentiment import load_feelings
from eval.run import evaluate, rescore
from extractor.detector import Outcome
from extractor.document import Exclusion, Span
from extractor.taxonomy import load_taxonomy

TAXONOMY = load_taxonomy()


def claims(engine, document):
    (detection,) = engine.detect([document])
    assert detection.outcome is Outcome.READ
    return [(c.type, c.quote) for c in detection.claims]


class TestMajority:
    def test_always_says_the_most_frequent_type_of_the_training_documents(self, sample):
        training = [
            sample("t1", "We renew.", gold=[("renewal_commitment", "We renew.", 2)]),
            sample("t2", "We renew.", gold=[("renewal_commitment", "We renew.", 2), ("advocacy", "We renew.", 1)]),
        ]
        engine = Majority.learnt(training, TAXONOMY)

        assert claims(engine, sample("d1", "Hello. This is the longest sentence.").document()) == [
            ("renewal_commitment", "This is the longest sentence.")
        ]
        assert engine.share == 1.0

    def test_says_nothing_where_nobody_may_be_quoted(self, sample):
        training = [sample("t1", "We renew.", gold=[("renewal_commitment", "We renew.", 2)])]

        assert (
            claims(Majority.learnt(training, TAXONOMY), sample("d1", messages=[("vendor", "Hello.")]).document()) == []
        )

    def test_cannot_learn_from_silence(self, sample):
        with pytest.raises(ValueError, match="no signal"):
            Majority.learnt([sample("t1", "Hello.")], TAXONOMY)


class TestKeywords:
    ENGINE = Keywords({"renewal_risk": ["won't renew"], "advocacy": ["case study"]}, TAXONOMY)

    def test_cites_the_sentence_with_the_phrase_whatever_its_typography(self, sample):
        document = sample("d1", "Thanks. We WON’T renew in May! A case study? No.").document()

        assert claims(self.ENGINE, document) == [
            ("renewal_risk", "We WON’T renew in May!"),
            ("advocacy", "A case study?"),
        ]

    def test_matches_whole_words_only(self, sample):
        assert claims(self.ENGINE, sample("d1", "A showcase studying matter.").document()) == []

    def test_leaves_out_the_vendor_and_quoted_lines(self, sample):
        document = sample("d1", messages=[("vendor", "A case study?"), ("customer", "> A case study?\nNo.")]).document()

        assert claims(self.ENGINE, document) == []

    def test_leaves_out_what_a_reader_marked(self, sample):
        from dataclasses import replace

        document = sample("d1", "A case study? No.").document()

        assert claims(self.ENGINE, replace(document, excluded=(Exclusion(Span(0, 13), "signature"),))) == []

    def test_the_shipped_list_names_every_type(self):
        assert set(load_keywords()) == set(TAXONOMY.ids)


class TestSentiment:
    def test_takes_strong_feelings_for_types(self, sample):
        document = sample(
            "d1",
            "This is a horrible, terrible disaster and I hate it. The cat sat. We love this wonderful, brilliant tool!",
        ).document()

        assert [type_ for type_, _ in claims(Sentiment(load_feelings(), TAXONOMY), document)] == [
            "escalation_tone",
            "advocacy",
        ]

    def test_the_shipped_table_names_types_that_exist(self):
        assert all(feeling.type in TAXONOMY.by_id for feeling in load_feelings())


@pytest.mark.parametrize("name", ["majority", "keywords", "sentiment"])
def test_baselines_run_on_the_test_split_and_are_far_from_right(name, test_split, train_split):
    """Were one of them good, the labels would be guessable from surface words."""
    found = rescore(evaluate(test_split, baselines(train_split, TAXONOMY)[name], dataset_name="test"))

    assert found.figure("citations_verbatim").value == 1
    assert found.figure("grounded_f1").value < 0.3
