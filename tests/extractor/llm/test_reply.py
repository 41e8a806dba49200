from __future__ import annotations

import json

import pytest

from extractor.detector import Outcome
from extractor.llm.exchange import ChatReply, Finish, Tokens
from extractor.llm.reply import Reading, merged, read_reply, reply_schema
from extractor.llm.scripted import signal, signals
from extractor.signal import Claim
from extractor.taxonomy import load_taxonomy


def read(text: str) -> Reading:
    return read_reply(ChatReply(text))


class TestFourOutcomesStayApart:
    def test_signals(self) -> None:
        reading = read(signals(signal("renewal_risk", ("m1", "We leave."), severity=3, confidence=0.8)))

        assert reading == Reading(Outcome.READ, (Claim("renewal_risk", "We leave.", 3, 0.8, "m1"),))

    def test_no_signal(self) -> None:
        assert read('{"signals": []}') == Reading(Outcome.READ)

    @pytest.mark.parametrize(
        ("reply", "detail"),
        [
            (ChatReply("", refusal="I cannot help with that."), "the model declined: I cannot help with that."),
            (ChatReply("", Finish.FILTERED), "the model declined: content filter"),
            (ChatReply('{"signals": [', Finish.LENGTH, tokens=Tokens(9, 0, 7)), "truncated after 7 tokens"),
            (ChatReply('{"signals": []}', Finish.LENGTH), "truncated after 0 tokens"),
        ],
    )
    def test_refused_or_truncated(self, reply: ChatReply, detail: str) -> None:
        assert read_reply(reply) == Reading(Outcome.REFUSED, detail=detail)

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "Sure! There are no signals.",
            '{"signals": [',
            "[]",
            "null",
            '{"signal": []}',
            '{"signals": {}}',
            "[" * 5000,
            '{"signals": ["renewal_risk"]}',
            '{"signals": [{"type": "advocacy"}]}',
        ],
        ids=lambda text: text[:20],
    )
    def test_unreadable(self, text: str) -> None:
        reading = read(text)

        assert (reading.outcome, reading.claims) == (Outcome.UNREADABLE, ())
        assert reading.detail

    def test_a_loop_is_unreadable(self) -> None:
        assert read(signals(*[signal("advocacy", ("m1", "x"))] * 61)).outcome is Outcome.UNREADABLE


class TestOneBadEntryCostsItselfAlone:
    GOOD = signal("value_gap", ("m1", "No return."))

    @pytest.mark.parametrize(
        ("entry", "detail"),
        [
            ("text", "signal 2: not an object: 'text'"),
            (signal("", ("m1", "x")), "signal 2: type is ''"),
            (signal("advocacy", ("m1", "x"), severity="high"), "signal 2: advocacy: severity is 'high'"),
            (signal("advocacy", ("m1", "x"), severity=1.5), "signal 2: advocacy: severity is 1.5"),
            (signal("advocacy", ("m1", "x"), severity=True), "signal 2: advocacy: severity is True"),
            (signal("advocacy", ("m1", "x"), severity=float("inf")), "signal 2: advocacy: severity is inf"),
            (signal("advocacy", ("m1", "x"), confidence=float("nan")), "signal 2: advocacy: confidence is nan"),
            (signal("advocacy", ("m1", "x"), confidence=None), "signal 2: advocacy: confidence is None"),
            (signal("advocacy"), "signal 2: advocacy: no quote in the evidence"),
            ({**signal("advocacy"), "evidence": "x"}, "signal 2: advocacy: no quote in the evidence"),
            ({**signal("advocacy"), "evidence": [{"quote": 3}, None]}, "signal 2: advocacy: no quote in the evidence"),
        ],
    )
    def test_and_is_told(self, entry: object, detail: str) -> None:
        reading = read(json.dumps({"signals": [self.GOOD, entry]}))

        assert reading.outcome is Outcome.READ
        assert [c.type for c in reading.claims] == ["value_gap"]
        assert reading.detail == detail

    def test_what_is_well_formed_but_untrue_is_left_to_grounding(self) -> None:
        reading = read(
            signals(
                signal("health_is_green", ("m1", "x")),
                signal("advocacy", ("m99", ""), severity=99, confidence=7),
            )
        )

        assert reading.claims == (
            Claim("health_is_green", "x", 2, 0.9, "m1"),
            Claim("advocacy", "", 99, 7.0, "m99"),
        )

    def test_keys_that_nobody_asked_for_are_not_looked_at(self) -> None:
        text = json.dumps({"signals": [{**self.GOOD, "account": "other", "health": "green"}], "document_id": "other"})

        assert read(text) == read(signals(self.GOOD))


class TestClaims:
    def test_all_quotes_of_an_entry_are_one_matter_and_a_second_entry_of_the_type_another(self) -> None:
        two = signal("unresolved_issue", ("m1", "a"), ("m2", "b"))
        other = signal("unresolved_issue", ("m3", "c"))

        assert [(c.quote, c.matter) for c in read(signals(two, other)).claims] == [("a", ""), ("b", ""), ("c", "2")]

    def test_the_same_quote_twice_is_one_claim_as_sure_as_the_surer(self) -> None:
        once, twice = (signal("advocacy", ("m1", quote), confidence=c) for quote, c in (("a  b", 0.4), ("a b", 0.7)))

        assert [(c.quote, c.confidence) for c in read(signals(once, twice)).claims] == [("a b", 0.7)]

    def test_a_fence_around_the_reply_is_forgiven(self) -> None:
        assert read('```json\n{"signals": []}\n```') == Reading(Outcome.READ)


class TestWindowsOfOneDocument:
    def test_are_read_only_when_each_was(self) -> None:
        good = Reading(Outcome.READ, (Claim("advocacy", "x", 1, 0.5),))
        bad = Reading(Outcome.REFUSED, detail="truncated after 9 tokens")

        assert merged([good, bad]) == bad

    def test_fold_what_both_saw_in_their_overlap(self) -> None:
        one = Reading(Outcome.READ, (Claim("advocacy", "x", 1, 0.5, "m1"),))
        two = Reading(Outcome.READ, (Claim("advocacy", "x", 1, 0.6, "m1"), Claim("value_gap", "y", 1, 0.5, "m2")))

        assert [(c.type, c.confidence) for c in merged([one, two]).claims] == [("advocacy", 0.6), ("value_gap", 0.5)]


def test_the_schema_is_closed_at_every_level_and_names_all_types() -> None:
    schema = reply_schema(load_taxonomy().ids)
    signal_schema = schema["properties"]["signals"]["items"]
    quote = signal_schema["properties"]["evidence"]["items"]

    for level in (schema, signal_schema, quote):
        assert level["additionalProperties"] is False
        assert level["required"] == list(level["properties"])
    assert list(signal_schema["properties"]) == ["evidence", "type", "severity", "confidence"]
    assert signal_schema["properties"]["type"]["enum"] == list(load_taxonomy().ids)
    assert list(quote["properties"]) == ["message", "quote"]
