"""Ordering, waiting, attaching and collecting, against the scripted batch service."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from extractor.detector import Outcome, Usage
from extractor.document import Document, Role
from extractor.llm.batch import BatchDetector
from extractor.llm.cache import FolderCache
from extractor.llm.chat import OpenAIBatches
from extractor.llm.records import BatchRecord, FileRecords, RecordsError
from extractor.llm.scripted import ScriptedServer, Step, signal, signals

GOOD = Step(signals(signal("unresolved_issue", ("m1", "It broke."))), cached_tokens=1000)


def answer(body: Mapping[str, Any]) -> Step:
    asked = body["messages"][-1]["content"]
    return Step(status=500) if "poison" in asked else Step("nonsense") if "garble" in asked else GOOD


@pytest.fixture
def documents(letter: Callable[..., Document]) -> list[Document]:
    return [letter(f"It broke. {word}", key=word) for word in ("one", "two", "three")]


@pytest.fixture
def run(
    settings: Callable, time: Any, nonce: Callable[[], str], tmp_path: Path
) -> Iterator[Callable[..., BatchDetector]]:
    """One night's run; runs of one test share records and cache."""
    services: list[OpenAIBatches] = []

    def of(server: ScriptedServer, **changed: object) -> BatchDetector:
        chosen = settings(server, **{"batch_poll_seconds": 60.0, **changed})
        services.append(OpenAIBatches(chosen))
        records, cache = FileRecords(tmp_path / "batches.json"), FolderCache(tmp_path / "replies")
        return BatchDetector(chosen, services[-1], records, cache=cache, clock=time.clock, nonce=nonce)

    yield of
    for service in services:
        service.close()


@pytest.fixture
def open_records(tmp_path: Path) -> Callable[[], tuple[BatchRecord, ...]]:
    return lambda: tuple(FileRecords(tmp_path / "batches.json").open())


def outcomes(found: list[Any]) -> list[str]:
    return [d.outcome.value for d in found]


class TestOneNight:
    def test_everything_is_ordered_at_once_and_comes_in_order_at_half_the_price(
        self, run: Callable, server: Callable, documents: list[Document], time: Any, open_records: Callable
    ) -> None:
        scripted = server(answer=answer)
        found = list(run(scripted).detect(documents))

        assert [d.document_id for d in found] == [d.id for d in documents]
        assert [[c.quote for c in d.claims] for d in found] == [["It broke."]] * 3
        assert found[0].usage == Usage(1, 1200, 1000, 60, money=pytest.approx((200 + 100 + 240) / 2e6))
        assert scripted.batches.orders == 1
        assert (scripted.batches.looks, time.slept) == (2, [60.0])
        assert open_records() == ()

    def test_a_line_holds_what_a_call_of_its_own_would_send(
        self, run: Callable, detector: Callable, server: Callable, documents: list[Document]
    ) -> None:
        batched, called = server(answer=answer), server(answer=answer)
        list(run(batched).detect(documents[:1]))
        list(detector(called).detect(documents[:1]))
        (one,), (other,) = batched.requests, called.requests
        for body in (one, other):
            del body["messages"][-1]  # its key is drawn anew

        assert {k: v for k, v in other.items() if k != "stream"} == one

    def test_large_nights_are_split(self, run: Callable, server: Callable, documents: list[Document]) -> None:
        scripted = server(answer=answer)
        found = list(run(scripted, batch_requests=2).detect(documents))

        assert outcomes(found) == ["read"] * 3
        assert scripted.batches.orders == 2

    def test_the_same_words_are_asked_and_paid_once(
        self, run: Callable, server: Callable, letter: Callable[..., Document]
    ) -> None:
        scripted = server(answer=answer)
        found = list(run(scripted).detect([letter("It broke.", key="mail"), letter("It broke.", key="mirror")]))

        assert outcomes(found) == ["read"] * 2
        assert [d.usage.requests for d in found] == [1, 0]
        assert len(scripted.requests) == 1

    def test_nothing_is_ordered_where_nothing_is_to_be_asked(
        self, run: Callable, server: Callable, letter: Callable[..., Document]
    ) -> None:
        scripted = server(answer=answer)
        (detection,) = run(scripted).detect([letter(("Tom", Role.VENDOR, "Buy more!"))])

        assert (detection.outcome, scripted.batches.orders) == (Outcome.READ, 0)


class TestPartialFailures:
    def test_each_question_has_its_own_outcome(
        self, run: Callable, server: Callable, letter: Callable[..., Document], documents: list[Document]
    ) -> None:
        mixed = [documents[0], letter("poison", key="p"), letter("garble", key="g"), documents[1]]
        found = list(run(server(answer=answer)).detect(mixed))

        assert outcomes(found) == ["read", "failed", "unreadable", "read"]
        assert found[1].detail == "500: scripted status 500"

    def test_the_next_night_asks_only_for_what_is_missing(
        self, run: Callable, server: Callable, letter: Callable[..., Document], documents: list[Document]
    ) -> None:
        mixed = [*documents, letter("poison", key="p")]
        list(run(server(answer=answer)).detect(mixed))
        second = server(answer=lambda _: GOOD)
        found = list(run(second).detect(mixed))

        assert outcomes(found) == ["read"] * 4
        assert len(second.requests) == 1
        assert [d.usage.requests for d in found] == [0, 0, 0, 1]

    def test_an_expired_batch_keeps_what_was_answered(
        self, run: Callable, server: Callable, documents: list[Document]
    ) -> None:
        scripted = server(answer=answer)
        scripted.batches.ends, scripted.batches.unanswered = "expired", 1
        found = list(run(scripted).detect(documents))

        assert outcomes(found) == ["read", "read", "failed"]
        assert found[2].detail == "the batch expired without an answer"

    def test_a_rejected_batch_says_why(self, run: Callable, server: Callable, documents: list[Document]) -> None:
        scripted = server(answer=answer)
        scripted.batches.ends = "failed"
        found = list(run(scripted).detect(documents))

        assert outcomes(found) == ["failed"] * 3
        assert found[0].detail == "the batch failed without an answer: line 1 is not valid"

    def test_repeated_lines_are_paid_once(self, run: Callable, server: Callable, documents: list[Document]) -> None:
        scripted = server(answer=answer)
        scripted.batches.lines_twice = True
        reader = run(scripted)
        found = list(reader.detect(documents))

        assert [d.usage.requests for d in found] == [1, 1, 1]
        assert reader.budget.spent_tokens == 3 * 1260


class TestAfterACrash:
    def test_an_ordered_batch_is_attached_to_and_not_ordered_again(
        self, run: Callable, server: Callable, documents: list[Document], open_records: Callable
    ) -> None:
        scripted = server(answer=answer)
        early = list(run(scripted, batch_wait_seconds=0.0).detect(documents))
        assert outcomes(early) == ["skipped"] * 3
        assert "still runs; the next run collects it" in early[0].detail
        assert [r.batch_id for r in open_records()] == ["batch_1"]

        found = list(run(scripted).detect(documents))

        assert outcomes(found) == ["read"] * 3
        assert scripted.batches.orders == 1
        assert open_records() == ()

    def test_a_run_that_dies_while_it_collects_loses_nothing(
        self, run: Callable, server: Callable, documents: list[Document], open_records: Callable
    ) -> None:
        scripted = server(answer=answer)
        dying = run(scripted).detect(documents)
        next(dying)
        dying.close()
        assert len(open_records()) == 1

        assert outcomes(list(run(scripted).detect(documents))) == ["read"] * 3
        assert len(scripted.requests) == 3

    def test_an_order_whose_answer_was_lost_is_found_again(
        self, run: Callable, server: Callable, documents: list[Document], open_records: Callable
    ) -> None:
        scripted = server(answer=answer)
        scripted.batches.lose_orders = 1
        lost = list(run(scripted).detect(documents))
        assert outcomes(lost) == ["failed"] * 3
        assert [r.batch_id for r in open_records()] == [None]

        found = list(run(scripted).detect(documents))

        assert outcomes(found) == ["read"] * 3
        assert scripted.batches.orders == 1

    def test_an_order_that_never_arrived_is_placed_anew(
        self, run: Callable, server: Callable, documents: list[Document], open_records: Callable
    ) -> None:
        nobody = run(server(), base_url="http://127.0.0.1:9/v1")
        assert outcomes(list(nobody.detect(documents))) == ["failed"] * 3
        assert len(open_records()) == 1
        scripted = server(answer=answer)

        assert outcomes(list(run(scripted).detect(documents))) == ["read"] * 3
        assert scripted.batches.orders == 1
        assert open_records() == ()

    def test_new_documents_join_the_ones_that_were_ordered(
        self, run: Callable, server: Callable, documents: list[Document]
    ) -> None:
        scripted = server(answer=answer)
        list(run(scripted, batch_wait_seconds=0.0).detect(documents[:2]))
        found = list(run(scripted).detect(documents))

        assert outcomes(found) == ["read"] * 3
        assert scripted.batches.orders == 2
        assert len(scripted.requests) == 3

    def test_damaged_records_are_not_guessed_at(self, tmp_path: Path) -> None:
        (tmp_path / "batches.json").write_text(json.dumps([{"token": "x"}]))

        with pytest.raises(RecordsError, match=r"batches.json: not a list of batch records"):
            FileRecords(tmp_path / "batches.json").open()


class TestItsBudget:
    def test_what_does_not_fit_is_not_ordered(self, run: Callable, server: Callable, documents: list[Document]) -> None:
        scripted = server(answer=answer)
        reader = run(scripted, budget_tokens=5000, reply_tokens=100)
        found = list(reader.detect(documents))

        assert outcomes(found) == ["read", "read", "skipped"]
        assert "the budget is used up" in found[2].detail
        assert reader.budget.spent_tokens == 2 * 1260
