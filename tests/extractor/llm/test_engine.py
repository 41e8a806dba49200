"""The detector against the scripted server: every misfortune has its outcome and its wait, and no document costs another."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

import pytest

from extractor.cascade import Cascade, CascadeSettings
from extractor.detector import Outcome, Usage
from extractor.grounding import ground
from extractor.llm.chat import retry_after
from extractor.llm.exchange import ChatReply
from extractor.llm.scripted import Step, busy, signal, signals
from extractor.signal import Reason

GOOD = Step(signals(signal("unresolved_issue", ("m1", "It broke."))), cached_tokens=1000)


def by_words(**steps: Step) -> Callable[[Mapping[str, Any]], Step]:
    """Answers by what the last message holds."""

    def answer(body: Mapping[str, Any]) -> Step:
        asked = body["messages"][-1]["content"]
        return next((step for words, step in steps.items() if words in asked), GOOD)

    return answer


@pytest.fixture
def outcome(server: Callable, detector: Callable, letter: Callable) -> Callable[..., Any]:
    """What one document comes to when the server answers so."""

    def of(*steps: Step, **changed: object) -> Any:
        (detection,) = detector(server(steps, lambda _: steps[-1]), **changed).detect([letter("It broke.")])
        return detection

    return of


class TestAnswers:
    def test_a_good_reply_becomes_claims_with_their_cost(self, outcome: Callable) -> None:
        detection = outcome(GOOD)

        assert (detection.outcome, [c.quote for c in detection.claims]) == (Outcome.READ, ["It broke."])
        assert detection.usage == Usage(1, 1200, 1000, 60, 0.0, pytest.approx((200 + 1000 * 0.1 + 60 * 4) / 1e6))

    def test_no_signal_is_read(self, outcome: Callable) -> None:
        assert (outcome(Step()).outcome, outcome(Step()).claims) == (Outcome.READ, ())

    @pytest.mark.parametrize(
        ("step", "expected", "detail", "requests"),
        [
            (Step(refusal="I cannot."), Outcome.REFUSED, "the model declined: I cannot.", 1),
            (Step(finish="content_filter"), Outcome.REFUSED, "the model declined: content filter", 1),
            (Step('{"signals": [{"ev', finish="length"), Outcome.REFUSED, "truncated after 60 tokens", 2),
            (Step('{"signals": [{"ev'), Outcome.UNREADABLE, "not JSON", 2),
            (Step('{"items": []}'), Outcome.UNREADABLE, "no list of signals", 2),
            (Step("I found no signals."), Outcome.UNREADABLE, "not JSON", 2),
            (Step(status=400), Outcome.FAILED, "400: ", 1),
            (Step(status=413), Outcome.FAILED, "413: ", 1),
            (Step(status=401), Outcome.FAILED, "401: ", 1),
            (Step(status=404), Outcome.FAILED, "404: ", 1),
            (Step(status=429, code="insufficient_quota"), Outcome.FAILED, "429: ", 1),
            (Step(status=500), Outcome.FAILED, "500: ", 3),
            (Step(reset=True), Outcome.FAILED, "the connection broke", 3),
            (Step(raw=b"<html>502</html>"), Outcome.FAILED, "the answer is no chat completion", 3),
            (Step(raw=b'{"choices": []}'), Outcome.FAILED, "the answer is no chat completion", 3),
            (busy("1"), Outcome.FAILED, "429: ", 3),
        ],
        ids=lambda value: getattr(value, "value", None),
    )
    def test_every_misfortune_has_its_outcome(
        self, outcome: Callable, step: Step, expected: Outcome, detail: str, requests: int
    ) -> None:
        detection = outcome(step, attempts=3)

        assert (detection.outcome, detection.usage.requests) == (expected, requests)
        assert detail in detection.detail
        assert detection.claims == ()

    @pytest.mark.parametrize("step", [Step(hang=True), Step(trickle=0.02)], ids=["hang", "slow stream"])
    def test_a_call_ends_when_its_time_is_over(self, outcome: Callable, step: Step) -> None:
        detection = outcome(step, attempts=1, timeout_seconds=0.15)

        assert (detection.outcome, detection.detail) == (Outcome.FAILED, "no reply in time (1 of 1 tries)")

    def test_what_was_billed_for_useless_replies_is_counted(self, outcome: Callable) -> None:
        assert outcome(Step("nonsense")).usage.prompt_tokens == 2 * 1200

    def test_an_unreadable_reply_is_asked_for_once_more_with_more_room(
        self, server: Callable, detector: Callable, letter: Callable
    ) -> None:
        scripted = server([Step('{"signals": [', finish="length"), GOOD])
        (detection,) = detector(scripted, reply_tokens=100).detect([letter("It broke.")])

        assert detection.outcome is Outcome.READ
        assert [r["max_completion_tokens"] for r in scripted.requests] == [100, 200]


class TestPatience:
    def test_retry_after_is_honoured_to_the_second(self, outcome: Callable, time: Any) -> None:
        assert outcome(busy("7"), busy("11"), GOOD).outcome is Outcome.READ
        assert time.slept == [7, 11]

    def test_waits_double_where_nothing_is_said(self, outcome: Callable, time: Any) -> None:
        assert outcome(Step(status=500), Step(reset=True), Step(status=503), GOOD).outcome is Outcome.READ
        first, second, third = time.slept
        assert 0.5 <= first <= 1.0
        assert (second, third) == (pytest.approx(2 * first), pytest.approx(4 * first))

    def test_a_wait_that_is_too_long_is_not_waited(self, outcome: Callable, time: Any) -> None:
        detection = outcome(busy("3600"), GOOD)

        assert (detection.outcome, time.slept) == (Outcome.FAILED, [])

    @pytest.mark.parametrize(
        ("headers", "seconds"),
        [
            ({"retry-after": "2.5"}, 2.5),
            ({"retry-after-ms": "1500", "retry-after": "9"}, 1.5),
            ({"retry-after": format_datetime(datetime.fromtimestamp(1_000_030, UTC), usegmt=True)}, 30.0),
            ({"retry-after": format_datetime(datetime.fromtimestamp(1_000, UTC), usegmt=True)}, 0.0),
            ({"retry-after": "-3"}, 0.0),
            ({"retry-after": "soon"}, None),
            ({"retry-after": "nan"}, None),
            ({}, None),
        ],
        ids=str,
    )
    def test_every_form_of_retry_after_is_understood(self, headers: dict[str, str], seconds: float | None) -> None:
        assert retry_after(headers, lambda: 1_000_000.0) == seconds

    def test_requests_keep_the_agreed_rate(
        self, server: Callable, detector: Callable, letter: Callable, time: Any
    ) -> None:
        documents = [letter("It broke.", key=f"{n}") for n in range(12)]
        list(detector(server(answer=lambda _: GOOD), requests_per_minute=60).detect(documents))

        assert time.seconds == pytest.approx(5)


class TestOneDocumentNeverCostsAnother:
    DOCUMENTS = ("one", "poison", "three", "four")

    def test_in_order_whatever_happens_to_the_second(
        self, server: Callable, detector: Callable, letter: Callable
    ) -> None:
        for poison in (Step(status=500), Step(status=400), Step(reset=True), Step("nonsense"), Step(refusal="no")):
            documents = [letter(f"It broke. {word}", key=word) for word in self.DOCUMENTS]
            found = list(detector(server(answer=by_words(poison=poison)), attempts=2, concurrency=3).detect(documents))

            assert [d.document_id for d in found] == [d.id for d in documents]
            assert [d.outcome is Outcome.READ for d in found] == [True, False, True, True]

    def test_a_fault_of_our_own_stays_with_its_document(
        self, server: Callable, detector: Callable, letter: Callable
    ) -> None:
        class BrokenCache:
            def get(self, key: str) -> None:
                return None

            def put(self, key: str, reply: ChatReply) -> None:
                if "broke" in reply.text:
                    raise OSError("disk full")

        documents = [letter("It broke."), letter("poison", key="other")]
        broken, fine = detector(server(answer=by_words(poison=Step())), cache=BrokenCache()).detect(documents)

        assert (broken.outcome, broken.detail) == (Outcome.FAILED, "OSError: disk full")
        assert fine.outcome is Outcome.READ

    def test_at_most_so_many_calls_are_under_way(self, server: Callable, detector: Callable, letter: Callable) -> None:
        gate, lock, under_way, most = threading.Barrier(3, timeout=5), threading.Lock(), [0], [0]

        def answer(_: Mapping[str, Any]) -> Step:
            with lock:
                under_way[0] += 1
                most[0] = max(most[0], under_way[0])
            gate.wait()
            with lock:
                under_way[0] -= 1
            return GOOD

        documents = [letter("It broke.", key=f"{n}") for n in range(9)]
        found = list(detector(server(answer=answer), concurrency=3).detect(documents))

        assert (len(found), most) == (9, [3])

    def test_leaving_early_sends_no_more_and_repeats_nothing(
        self, server: Callable, detector: Callable, letter: Callable
    ) -> None:
        scripted = server([GOOD], lambda _: Step(status=500))
        reader = detector(scripted, concurrency=2, attempts=50, breaker_failures=1000)
        found = reader.detect([letter("x", key=f"{n}") for n in range(50)])
        next(found)
        found.close()
        sent = len(scripted.requests)
        (late,) = reader.detect([letter("x", key="late")])

        assert sent < 60
        assert (late.outcome, late.detail) == (Outcome.SKIPPED, "not sent: the run was stopped")

    def test_taking_exactly_what_there_is_stops_nothing(
        self, server: Callable, detector: Callable, letter: Callable
    ) -> None:
        reader = detector(server(answer=lambda _: GOOD))
        for key in ("first", "second"):
            found = reader.detect([letter("It broke.", key=key)])
            assert next(found).outcome is Outcome.READ
            found.close()

    def test_it_judges_for_a_cascade_chunk_after_chunk(
        self, server: Callable, detector: Callable, letter: Callable
    ) -> None:
        reader = detector(server(answer=lambda _: GOOD))
        documents = [letter("It broke.", key=f"{n}") for n in range(7)]
        found = Cascade(reader, reader, CascadeSettings(audit=0, at_once=2)).detect(documents)

        assert [[c.quote for c in d.claims] for d in found] == [["It broke."]] * 7


class TestNearMisses:
    SAID = "The export to the warehouse has failed every single Monday since March."
    ALTERED = Step(signals(signal("unresolved_issue", ("m1", SAID.replace("has failed", "fails")))))
    EXACT = Step(signals(signal("unresolved_issue", ("m1", SAID))))

    def test_are_asked_for_once_more_with_words_of_our_own_only(
        self, server: Callable, detector: Callable, letter: Callable
    ) -> None:
        scripted, document = server([self.ALTERED, self.EXACT]), letter(self.SAID)
        (detection,) = detector(scripted).detect([document])
        grounded = ground(detection.claims, document, "llm")

        first, second = (body["messages"] for body in scripted.requests)
        assert second[:-2] == first
        assert [m["role"] for m in second[-2:]] == ["assistant", "user"]
        assert second[-2]["content"] == self.ALTERED.reply
        assert second[-1]["content"].startswith("Some quotes are not verbatim.")
        assert [e.quote for s in grounded.signals for e in s.evidence] == [self.SAID]
        assert [r.reason for r in grounded.rejections] == [Reason.NEAR_MISS]
        assert detection.usage.requests == 2

    @pytest.mark.parametrize("second", [ALTERED, Step("nonsense"), Step(refusal="no"), Step(status=400)])
    def test_are_never_evidence_and_cost_no_more_than_one_plea(
        self, server: Callable, detector: Callable, letter: Callable, second: Step
    ) -> None:
        scripted, document = server([self.ALTERED], lambda _: second), letter(self.SAID)
        (detection,) = detector(scripted, reasks=0).detect([document])
        grounded = ground(detection.claims, document, "llm")

        assert detection.outcome is Outcome.READ
        assert (grounded.signals, [r.reason for r in grounded.rejections]) == ((), [Reason.NEAR_MISS])
        assert len(scripted.requests) == 2

    def test_are_left_alone_where_the_settings_say_so(
        self, server: Callable, detector: Callable, letter: Callable
    ) -> None:
        scripted = server([self.ALTERED, self.EXACT])
        list(detector(scripted, reask_near_misses=False).detect([letter(self.SAID)]))

        assert len(scripted.requests) == 1

    def test_a_quote_that_is_nowhere_is_not_pleaded_for(
        self, server: Callable, detector: Callable, letter: Callable
    ) -> None:
        scripted = server([Step(signals(signal("advocacy", ("m1", "We adore the new dashboard."))))])
        list(detector(scripted).detect([letter(self.SAID)]))

        assert len(scripted.requests) == 1
