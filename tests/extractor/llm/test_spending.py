"""What is paid for: budgets, providers that are left alone, replies that are kept, documents longer than a window."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from extractor.detector import Outcome, Usage
from extractor.document import Role
from extractor.llm.cache import FolderCache
from extractor.llm.exchange import ChatReply
from extractor.llm.scripted import Step, signal, signals

GOOD = Step(signals(signal("unresolved_issue", ("m1", "It broke."))), cached_tokens=1000)


class TestStopping:
    def test_a_budget_in_tokens_is_never_exceeded_and_the_rest_is_skipped(
        self, server: Callable, detector: Callable, letter: Callable
    ) -> None:
        documents = [letter("It broke.", key=f"{n}") for n in range(20)]
        reader = detector(server(answer=lambda _: GOOD), budget_tokens=10_000, reply_tokens=100, concurrency=3)
        found = list(reader.detect(documents))

        read = [d for d in found if d.outcome is Outcome.READ]
        skipped = [d for d in found if d.outcome is Outcome.SKIPPED]
        assert len(read) + len(skipped) == 20
        assert reader.budget.spent_tokens == len(read) * 1260 <= 10_000
        assert len(read) >= 5
        assert "the budget is used up" in skipped[0].detail
        assert "of 10000 tokens spent" in skipped[0].detail

    def test_a_budget_in_money_as_well(self, server: Callable, detector: Callable, letter: Callable) -> None:
        documents = [letter("It broke.", key=f"{n}") for n in range(10)]
        reader = detector(server(answer=lambda _: GOOD), budget_money=0.005, reply_tokens=100)
        found = list(reader.detect(documents))

        assert {d.outcome for d in found} == {Outcome.READ, Outcome.SKIPPED}
        assert sum(d.usage.money for d in found) == pytest.approx(reader.budget.spent_money)
        assert 0.002 < reader.budget.spent_money <= 0.005

    def test_a_wrong_key_is_tried_once(self, server: Callable, detector: Callable, letter: Callable) -> None:
        scripted = server(answer=lambda _: Step(status=401))
        found = list(detector(scripted).detect([letter("x", key=f"{n}") for n in range(5)]))

        assert [d.outcome for d in found] == [Outcome.FAILED] + [Outcome.SKIPPED] * 4
        assert found[1].detail.startswith("not sent: 401")
        assert len(scripted.requests) == 1

    def test_a_dead_provider_is_left_alone_after_some_pauses(
        self, server: Callable, detector: Callable, letter: Callable, time: Any
    ) -> None:
        scripted = server(answer=lambda _: Step(status=503))
        reader = detector(scripted, attempts=2, breaker_failures=4, breaker_pauses=2, breaker_pause_seconds=100)
        found = list(reader.detect([letter("x", key=f"{n}") for n in range(40)]))

        assert len(scripted.requests) == 4 + 2
        assert len([s for s in time.slept if s > 50]) == 2
        assert found[-1].outcome is Outcome.SKIPPED
        assert "the provider failed again after 2 pauses" in found[-1].detail

    def test_a_provider_that_comes_back_is_asked_again(
        self, server: Callable, detector: Callable, letter: Callable
    ) -> None:
        scripted = server([Step(status=503)] * 4, lambda _: GOOD)
        found = list(
            detector(scripted, attempts=2, breaker_failures=4).detect([letter("x", key=f"{n}") for n in range(4)])
        )

        assert [d.outcome for d in found] == [Outcome.FAILED] * 2 + [Outcome.READ] * 2


class TestTheCache:
    def test_nothing_is_paid_for_twice(
        self, server: Callable, detector: Callable, letter: Callable, tmp_path: Path
    ) -> None:
        scripted, cache = server(answer=lambda _: GOOD), FolderCache(tmp_path)
        (first,) = detector(scripted, cache=cache).detect([letter("It broke.")])
        (second,) = detector(scripted, cache=cache).detect([letter("It broke.")])

        assert second.claims == first.claims
        assert second.usage == Usage()
        assert len(scripted.requests) == 1

    @pytest.mark.parametrize("step", [Step("nonsense"), Step(refusal="no"), Step("{", finish="length")])
    def test_only_replies_that_were_read_are_kept(
        self, server: Callable, detector: Callable, letter: Callable, tmp_path: Path, step: Step
    ) -> None:
        cache = FolderCache(tmp_path)
        list(detector(server(answer=lambda _: step), cache=cache).detect([letter("It broke.")]))
        assert list(tmp_path.rglob("*.json")) == []
        (again,) = detector(server(answer=lambda _: GOOD), cache=cache).detect([letter("It broke.")])

        assert (again.outcome, again.usage.requests) == (Outcome.READ, 1)

    def test_a_damaged_file_counts_as_absent(self, tmp_path: Path) -> None:
        cache = FolderCache(tmp_path)
        cache.put("sha256:ab12", ChatReply("x"))
        assert cache.get("sha256:ab12") == ChatReply("x")
        (tmp_path / "ab" / "ab12.json").write_text("{")

        assert cache.get("sha256:ab12") is None


class TestLongDocuments:
    def test_are_read_in_windows_whose_claims_come_together(
        self, server: Callable, detector: Callable, letter: Callable
    ) -> None:
        document = letter(*[("Jana", Role.CUSTOMER, f"Point {n}. " + "words " * 120) for n in range(12)])

        def answer(body: Mapping[str, Any]) -> Step:
            asked = body["messages"][-1]["content"]
            heard = [n for n in range(12) if f"Point {n}. " in asked]
            return Step(signals(signal("unresolved_issue", *((f"m{n + 1}", f"Point {n}.") for n in heard))))

        scripted = server(answer=answer)
        (detection,) = detector(scripted, window_tokens=1500).detect([document])

        assert len(scripted.requests) > 2
        assert detection.usage.requests == len(scripted.requests)
        assert [c.quote for c in detection.claims] == [f"Point {n}." for n in range(12)]

    def test_are_not_read_when_one_window_is_not(self, server: Callable, detector: Callable, letter: Callable) -> None:
        document = letter(*[("Jana", Role.CUSTOMER, f"Point {n}. " + "words " * 120) for n in range(12)])
        scripted = server([GOOD, Step(refusal="no")], lambda _: GOOD)
        (detection,) = detector(scripted, window_tokens=1500).detect([document])

        assert (detection.outcome, detection.claims) == (Outcome.REFUSED, ())
        assert len(scripted.requests) == 2
