from __future__ import annotations

import threading
from typing import Any

import pytest

from extractor.llm.budget import Budget, BudgetError, Hold
from extractor.llm.exchange import Tokens
from extractor.llm.limits import BURST_SECONDS, Breaker, Pace
from extractor.llm.prices import FREE, Price, load_prices


class TestPace:
    def test_lets_a_burst_through_and_then_keeps_the_rate(self, time: Any) -> None:
        pace = Pace(time.clock, 60, None)
        for _ in range(20):
            pace.wait(0)

        assert time.seconds == pytest.approx(19 - BURST_SECONDS)

    def test_counts_tokens_as_well(self, time: Any) -> None:
        pace = Pace(time.clock, None, 6000)
        for _ in range(5):
            pace.wait(1000)

        assert time.seconds == pytest.approx(4 * 10 - BURST_SECONDS)

    def test_gives_unused_tokens_back(self, time: Any) -> None:
        pace = Pace(time.clock, None, 6000)
        for _ in range(5):
            pace.wait(1000)
            pace.give_back(900)

        assert time.seconds == 0

    def test_holds_everybody_when_the_provider_wants_it(self, time: Any) -> None:
        pace = Pace(time.clock, None, None)
        pace.hold(30)
        pace.wait(1)

        assert time.slept == [30]

    def test_without_limits_never_waits(self, time: Any) -> None:
        pace = Pace(time.clock, None, None)
        for _ in range(100):
            pace.wait(10_000)

        assert time.slept == []


class TestBreaker:
    def breaker(self, time: Any) -> Breaker:
        return Breaker(time.clock, failures=3, pause_seconds=30, pauses=2)

    def fail(self, breaker: Breaker, times: int) -> None:
        for _ in range(times):
            breaker.failed("503")

    def test_pauses_after_failures_in_a_row(self, time: Any) -> None:
        breaker = self.breaker(time)
        self.fail(breaker, 2)
        breaker.wait()
        assert time.slept == []
        self.fail(breaker, 1)
        breaker.wait()
        assert time.slept == [30]

    def test_forgets_failures_with_any_success(self, time: Any) -> None:
        breaker = self.breaker(time)
        self.fail(breaker, 2)
        breaker.worked()
        self.fail(breaker, 2)
        breaker.wait()

        assert time.slept == []

    def test_after_a_pause_one_failure_is_enough_and_after_the_last_it_stays_open(self, time: Any) -> None:
        breaker = self.breaker(time)
        self.fail(breaker, 3)
        for _ in range(2):
            assert not breaker.barred
            breaker.wait()
            self.fail(breaker, 1)

        assert breaker.barred == "the provider failed again after 2 pauses: 503"
        breaker.wait()
        assert time.slept == [30, 30]

    def test_failures_of_calls_under_way_when_it_opened_do_not_count_twice(self, time: Any) -> None:
        breaker = self.breaker(time)
        self.fail(breaker, 10)

        assert not breaker.barred

    def test_keeps_the_first_reason_it_was_barred_for(self, time: Any) -> None:
        breaker = self.breaker(time)
        breaker.bar("401")
        breaker.bar("404")

        assert breaker.barred == "401"


class TestBudget:
    PRICE = Price(input=2.0, cached=1.0, output=10.0, batch=0.5)

    def test_refuses_what_could_exceed_it_and_stays_closed(self) -> None:
        budget = Budget(tokens=1000)
        hold = budget.reserve(400, 200)
        assert hold == Hold(600, 0.0)
        budget.settle(hold, Tokens(400, 0, 100))

        assert budget.reserve(400, 200) is None
        assert budget.reserve(1, 1) is None
        assert budget.closed
        assert budget.left() == "500 of 1000 tokens spent"

    def test_counts_money_by_the_price(self) -> None:
        budget = Budget(money=0.01, price=self.PRICE)
        hold = budget.reserve(1000, 500)
        assert hold is not None
        assert hold.money == pytest.approx((1000 * 2 + 500 * 10) / 1e6)
        budget.settle(hold, Tokens(1000, 600, 100))
        assert budget.spent_money == pytest.approx((400 * 2 + 600 * 1 + 100 * 10) / 1e6)

        assert budget.reserve(5000, 0) is None
        assert budget.left() == "0.0024 of 0.0100 in money spent"

    def test_charges_a_lost_call_in_full(self) -> None:
        budget = Budget(tokens=1000)
        hold = budget.reserve(400, 200)
        assert hold is not None
        budget.forfeit(hold)

        assert budget.spent_tokens == 600

    def test_waits_for_calls_under_way_before_it_closes(self) -> None:
        budget = Budget(tokens=1000)
        first = budget.reserve(400, 400)
        assert first is not None
        got: list[Hold | None] = []
        other = threading.Thread(target=lambda: got.append(budget.reserve(300, 300)))
        other.start()
        budget.settle(first, Tokens(300, 0, 50))
        other.join(5)

        assert got == [Hold(600, 0.0)]

    def test_a_budget_in_money_needs_a_price(self) -> None:
        with pytest.raises(BudgetError, match="needs the model's price"):
            Budget(money=1.0)

    def test_batches_cost_their_share(self) -> None:
        assert Budget(price=self.PRICE).cost(Tokens(1000, 0, 100), batch=True) == pytest.approx(0.0015)

    def test_without_limits_never_closes(self) -> None:
        budget = Budget(price=FREE)

        assert budget.reserve(10**9, 10**9) is not None
        assert budget.left() == "no budget set"


class TestPrices:
    def test_a_dated_snapshot_costs_what_its_model_does(self) -> None:
        table = load_prices()

        assert table.price("gpt-4o-mini-2024-07-18") == table.price("gpt-4o-mini") != table.price("gpt-4o")

    @pytest.mark.parametrize("model", ["somebody-elses", "gpt-5-pro", "gpt-5.4", "gpt", "my-gpt-4o"])
    def test_another_model_has_no_price(self, model: str) -> None:
        assert load_prices().price(model) is None

    def test_a_name_stands_once(self) -> None:
        names = [line.model for line in load_prices().prices]

        assert len(set(names)) == len(names)

    def test_every_line_is_sensible(self) -> None:
        for line in load_prices().prices:
            assert 0 < line.cached < line.input < line.output
