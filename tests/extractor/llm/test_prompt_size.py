from __future__ import annotations

import json
import sys
from collections.abc import Callable

import bpe_openai
import pytest

from extractor.document import Document
from extractor.llm.exchange import estimate_tokens
from extractor.llm.reply import reply_schema
from extractor.llm.request import MESSAGE_TOKENS, Asker, types_text
from extractor.taxonomy import load_taxonomy
from prompts import load_prompt, prompt_references, render

REAL = ("o200k_base", "cl100k_base")


def counter(encoding: str) -> Callable[[str], int]:
    tokens = bpe_openai.get_encoding(encoding)
    return lambda text: len(tokens.encode(text))


def test_the_tokenizer_is_the_real_one() -> None:
    assert bpe_openai.get_encoding("o200k_base").encode("hello world") == [24912, 2375]
    assert bpe_openai.get_encoding("cl100k_base").encode("hello world") == [15339, 1917]


@pytest.mark.parametrize("reference", [r for r in prompt_references() if "types" in load_prompt(r).variables])
@pytest.mark.parametrize("encoding", REAL)
def test_the_whole_taxonomy_fits_the_prompt_files_own_limit(
    reference: str, encoding: str, capsys: pytest.CaptureFixture[str]
) -> None:
    count, prompt, taxonomy = counter(encoding), load_prompt(reference), load_taxonomy()
    schema = json.dumps(reply_schema(taxonomy.ids), separators=(",", ":"))
    messages = render(prompt, {"types": types_text(taxonomy), "block": ""})
    words = sum(count(m.content) + MESSAGE_TOKENS for m in messages)

    with capsys.disabled():
        sys.stdout.write(
            f"\n{reference}: {words} {encoding} tokens besides the document, {count(schema)} for the schema\n"
        )
    assert len(taxonomy.types) == 17
    assert words + count(schema) <= prompt.matter.max_prompt_tokens <= 1500


def test_the_estimate_is_never_below_the_real_count(letter: Callable[..., Document], settings: Callable) -> None:
    texts = [
        letter("The export failed again. " * 40),
        letter("Die Schnittstelle ist ausgefallen. " * 40),
        letter("导出又失败了。" * 40),
    ]
    for document in texts:
        (request,) = Asker(load_prompt("extract_signals/v1"), load_taxonomy(), settings()).requests(document)
        words = "".join(m.content for m in request.messages)
        assert estimate_tokens(words) >= counter("o200k_base")(words)
