from __future__ import annotations

from pathlib import Path

import pytest

from extractor.document import Role, Source, Turn, compose
from extractor.grounding import ground
from extractor.signal import Claim
from extractor.taxonomy import load_taxonomy
from prompts import PromptValueError, load_prompt, prompt_references, render
from prompts.file import Example, fill

WHOLE = Path(__file__).with_name("extract_signals.v1.txt")


def test_the_first_prompt_renders_as_it_always_did() -> None:
    messages = render(load_prompt("extract_signals/v1"), {"types": "TYPES", "block": "BLOCK"})
    whole = "\n\n".join(f"=== {m.role}\n{m.content}" for m in messages) + "\n"

    assert whole == WHOLE.read_text("utf-8")


def test_all_but_the_last_message_is_the_same_for_every_document() -> None:
    prompt = load_prompt("extract_signals/v1")
    one, other = (render(prompt, {"types": "T", "block": block}) for block in ("first", "second {{types}}"))

    assert one[:-1] == other[:-1]
    assert other[-1].content.startswith("second {{types}}\n")


def test_what_a_value_holds_is_never_filled_in_again() -> None:
    assert fill("{{a}} {{b}}", {"a": "{{b}}", "b": "{{a}}"}) == "{{b}} {{a}}"


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"types": "T"}, "no value for block; it needs types, block"),
        ({"types": "T", "block": "B", "mood": "M"}, "does not know mood; it takes types, block"),
    ],
)
def test_missing_and_unknown_values_are_refused(values: dict[str, str], message: str) -> None:
    with pytest.raises(PromptValueError, match=message):
        render(load_prompt("extract_signals/v1"), values)


def examples() -> list[Example]:
    return [example for reference in prompt_references() for example in load_prompt(reference).matter.examples]


@pytest.mark.parametrize("example", examples(), ids=lambda example: example.title)
def test_every_worked_example_passes_our_own_grounding(example: Example) -> None:
    turns = [Turn(m.text, m.speaker, Role(m.role), id=m.id) for m in example.messages]
    document = compose(turns, source=Source(example.source), key="example", title=example.title)
    claims = [Claim(s.type, e.quote, s.severity, s.confidence, e.message) for s in example.signals for e in s.evidence]

    grounded = ground(claims, document, "example")

    assert not grounded.rejections
    assert {s.type for s in grounded.signals} == {s.type for s in example.signals}
    assert {s.type for s in example.signals} <= set(load_taxonomy().ids)


def test_no_example_is_taken_from_the_samples() -> None:
    samples = Path(__file__).parents[2] / "samples"
    texts = [
        path.read_text("utf-8", "replace")
        for path in samples.rglob("*")
        if path.suffix in {".jsonl", ".eml", ".vtt", ".json", ".ndjson", ".mbox"}
    ]
    sentences = [line for e in examples() for m in e.messages for line in m.text.splitlines()]

    assert len(texts) > 10
    assert [s for s in sentences if any(s in text for text in texts)] == []
