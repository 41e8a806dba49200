"""Which type was read as which, and what a run cost."""

from __future__ import annotations

from datetime import date

import pytest

from eval.cost import cost
from eval.figures.confusion import confusion
from eval.report.written import money
from extractor.detector import Usage
from extractor.llm.prices import PricedModel, PriceTable

TEXT = "We stopped using it. The sync broke. You may name us."


def cells(run):
    return {(c.gold, c.predicted): c.n for c in confusion(run)}


class TestConfusion:
    def test_overlapping_words_make_a_miss_and_an_alarm_one_confusion(self, sample, run_of):
        samples = [sample("d1", TEXT, gold=[("adoption_stall", "We stopped using it.", 2)])]

        run = run_of(samples, {"d1": [("unresolved_issue", "We stopped using it. The sync broke.", 2, 0.9)]})

        assert cells(run) == {("adoption_stall", "unresolved_issue"): 1}

    def test_other_words_are_a_plain_miss_and_a_plain_alarm(self, sample, run_of):
        samples = [sample("d1", TEXT, gold=[("adoption_stall", "We stopped using it.", 2)])]

        run = run_of(samples, {"d1": [("advocacy", "You may name us.", 2, 0.9)]})

        assert cells(run) == {("adoption_stall", None): 1, (None, "advocacy"): 1}

    def test_each_miss_goes_with_the_alarm_it_resembles_most(self, sample, run_of):
        gold = [("adoption_stall", "We stopped using it.", 2), ("unresolved_issue", "The sync broke.", 2)]
        samples = [sample("d1", TEXT, gold=gold)]
        claims = [
            ("value_gap", "We stopped using it. The sync", 2, 0.9),
            ("escalation_tone", "it. The sync broke.", 2, 0.9),
        ]

        assert cells(run_of(samples, {"d1": claims})) == {
            ("adoption_stall", "value_gap"): 1,
            ("unresolved_issue", "escalation_tone"): 1,
        }

    def test_hits_stand_on_the_diagonal(self, sample, run_of):
        samples = [sample(f"d{n}", TEXT, gold=[("advocacy", "You may name us.", 1)]) for n in range(3)]

        run = run_of(samples, {f"d{n}": [("advocacy", "The sync broke.", 1, 0.9)] for n in range(3)})

        assert cells(run) == {("advocacy", "advocacy"): 3}


class TestCost:
    PRICES = PriceTable(
        currency="USD",
        prices=(PricedModel(model="m-1", input=2.0, cached=1.0, output=8.0, batch=0.5, as_of=date(2026, 1, 1)),),
    )

    @pytest.fixture
    def run(self, sample, run_of):
        def build(model: str, usage: Usage):
            run = run_of([sample("d1", "x"), sample("d2", "x")], {})
            return run.model_copy(
                update={
                    "header": run.header.model_copy(update={"model": model, "seconds": 3.0}),
                    "documents": tuple(r.model_copy(update={"usage": usage}) for r in run.documents),
                }
            )

        return build

    def test_is_what_the_engine_counted(self, run):
        found = cost(run("m-1", Usage(1, 1000, 400, 100, 0.5, money=0.25)), self.PRICES)

        assert (found.requests, found.prompt_tokens, found.completion_tokens, found.cached_share) == (2, 2000, 200, 0.4)
        assert (found.money, found.money_source) == (0.5, "engine")
        assert (found.seconds, found.seconds_per_document, found.engine_seconds) == (3.0, 1.5, 1.0)

    def test_is_priced_by_the_table_where_the_engine_counted_none(self, run):
        """Of 2000 prompt tokens 800 were cached: (1200 * 2 + 800 * 1 + 200 * 8) / 1,000,000."""
        found = cost(run("m-1", Usage(1, 1000, 400, 100)), self.PRICES)

        assert found.money == pytest.approx(0.0048)
        assert money(found) == "USD 0.0048 (price table)"

    def test_of_an_unknown_model_is_unknown_and_not_nothing(self, run):
        assert money(cost(run("other", Usage(1, 1000, 0, 100)), self.PRICES)) == "unknown price"

    def test_of_an_embedded_engine_is_none(self, run):
        assert money(cost(run("", Usage(seconds=0.1)), self.PRICES)) == "none"
