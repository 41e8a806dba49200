"""Nothing that a document says may change what is asked, or become evidence that it is not."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from extractor.document import Document, Exclusion, Role, Source, Span, Turn, compose
from extractor.grounding import ground
from extractor.llm.engine import LlmDetector
from extractor.llm.exchange import ChatRequest
from extractor.llm.request import Asker
from extractor.llm.scripted import ScriptedServer, Step, signal, signals
from extractor.normal import folded
from extractor.taxonomy import load_taxonomy
from prompts import load_prompt

HONEST = "The export has failed every Monday since March."
CASES = yaml.safe_load(Path(__file__).with_name("hostile.yaml").read_text("utf-8"))
EXCLUDED = ("signature", "disclaimer", "quoted_history")
CONTROL = re.compile(
    r"<[|｜]|<(/?)(s|bos|eos|pad|think|system|doc|tool_call|start_of_turn|end_of_turn)\b|\[/?INST\]|<<SYS"
)

UNPRINTABLE = {"tag-characters", "control-characters", "surrogate"}
"""Cases whose point is that some characters are not shown."""

ids = pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])


def written(case: dict) -> Document:
    text = case["text"] * case.get("times", 1)
    excluded = []
    for why in EXCLUDED:
        if why in case:
            start = len(text) + 1
            text = f"{text}\n{case[why]}"
            excluded.append(Exclusion(Span(start, len(text)), why))
    first = Turn(text, case.get("speaker", "Jana Holt"), Role(case.get("role", "customer")), excluded=tuple(excluded))
    second = Turn(HONEST, "Piet Aas", Role.CUSTOMER)
    return compose([first, second], source=Source.EMAIL, key=case["id"], title=case.get("title", "Re: export"))


@pytest.fixture
def asked(settings: Callable, nonce: Callable[[], str]) -> Callable[[Document], ChatRequest]:
    asker = Asker(load_prompt("extract_signals/v1"), load_taxonomy(), settings(), nonce=nonce)

    def ask(document: Document) -> ChatRequest:
        (request,) = asker.requests(document)
        return request

    return ask


def test_the_suite_has_at_least_forty_documents() -> None:
    assert len({case["id"] for case in CASES}) == len(CASES) >= 40


@ids
def test_instructions_examples_and_schema_are_those_of_any_document(case: dict, asked: Callable) -> None:
    hostile = asked(written(case))
    harmless = asked(written({"id": "harmless", "text": "Hello."}))

    assert [m.role for m in hostile.messages] == [m.role for m in harmless.messages]
    assert hostile.messages[:-1] == harmless.messages[:-1]
    assert hostile.schema == harmless.schema
    assert hostile.reply_tokens == harmless.reply_tokens


@ids
def test_only_the_drawn_key_opens_ends_and_heads(case: dict, asked: Callable) -> None:
    content = asked(written(case)).messages[-1].content
    lines = content.split("\n")
    key = lines[0].removeprefix("<doc ").removesuffix(">")

    assert lines[0] == f"<doc {key}>"
    assert lines[-2:] == [f"</doc {key}>", "Report the signals of this document."]
    marks = [line for line in lines if key in line]
    heads = [line for line in marks if re.match(rf"\[{key} m\d+ \| ", line)]
    gaps = [line for line in marks if line.startswith(f"[{key} left out: ")]
    assert len(heads) == 2
    assert len(gaps) == sum(why in case for why in EXCLUDED)
    assert len(marks) == 2 + len(heads) + len(gaps)


@ids
def test_nothing_in_the_document_is_a_control_token_or_a_delimiter(case: dict, asked: Callable) -> None:
    lines = asked(written(case)).messages[-1].content.split("\n")
    inside = "\n".join(lines[1:-2])

    assert not CONTROL.search(inside)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u2028-\u202e\ud800-\udfff\U000e0000-\U000e007f]", inside)
    inside.encode("utf-8")


@ids
def test_excluded_words_are_not_shown_and_the_honest_message_is(case: dict, asked: Callable) -> None:
    content = asked(written(case)).messages[-1].content

    assert f"\n{HONEST}\n" in content
    for why in EXCLUDED:
        if why in case:
            assert case[why] not in content


@pytest.mark.parametrize("case", [c for c in CASES if c["id"] not in UNPRINTABLE], ids=lambda case: case["id"])
def test_what_the_model_sees_still_says_the_same_words(case: dict, asked: Callable) -> None:
    shown = asked(written(case)).messages[-1].content

    assert folded(case["text"].strip()) in folded(shown)


@ids
def test_a_model_that_obeys_changes_nothing(
    case: dict, server: Callable[..., ScriptedServer], detector: Callable[..., LlmDetector]
) -> None:
    document = written(case)
    honest = signal("unresolved_issue", ("m2", HONEST))
    obeyed = [signal(named, (message, quote), severity=3) for named, message, quote in case.get("obeys", [])]
    reply = case.get("reply") or signals(honest, *obeyed)

    (detection,) = detector(server(answer=lambda _: Step(reply=reply))).detect([document])
    grounded = ground(detection.claims, document, "llm")

    says_honest = "reply" not in case or case.get("honest", False)
    expected = (["unresolved_issue"] if says_honest else []) + case.get("stands", [])
    assert sorted(s.type for s in grounded.signals) == sorted(expected)
    assert len(grounded.rejections) == len(detection.claims) - len(expected)
    for found in grounded.signals:
        assert found.document_id == document.id
        assert found.severity <= 3
        assert found.confidence <= 1
        for evidence in found.evidence:
            assert evidence.span.of(document.text) == evidence.quote
            assert evidence.role is Role.CUSTOMER
