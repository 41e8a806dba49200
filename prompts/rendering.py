"""From a prompt and values to the messages of one request: a pure function, static prefix first."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from prompts.block import Shown, render_block
from prompts.errors import PromptValueError
from prompts.file import Example, Prompt, fill

BLOCK = "block"
"""The variable of the request that holds the document between its delimiters."""

Speaker = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One message of a request to a chat model."""

    role: Speaker
    content: str


def render(prompt: Prompt, values: Mapping[str, str]) -> tuple[ChatMessage, ...]:
    """System text and worked examples, the same bytes in every request, then the request itself.

    Raises `PromptValueError` where a variable is missing or one is given that the prompt does not list.
    """
    _exactly(prompt, values)
    return (*prefix(prompt, values), ChatMessage("user", fill(prompt.request, values)))


def prefix(prompt: Prompt, values: Mapping[str, str]) -> tuple[ChatMessage, ...]:
    """What providers can cache: everything before the request, made of static values only."""
    static = {name: values[name] for name in prompt.matter.static}
    worked: list[ChatMessage] = []
    for number, example in enumerate(prompt.matter.examples, 1):
        nonce = hashlib.sha256(f"{prompt.matter.name}/{number}".encode()).hexdigest()[:12]
        shown = fill(prompt.request, {BLOCK: example_block(example, nonce)})
        worked += [ChatMessage("user", shown), ChatMessage("assistant", example.reply)]
    return (ChatMessage("system", fill(prompt.system, static)), *worked)


def example_block(example: Example, nonce: str) -> str:
    """A worked example, shown exactly as a real document is."""
    messages = [Shown(m.id, m.role, m.speaker, m.at, (m.text,)) for m in example.messages]
    return render_block(example.source, example.title, messages, nonce)


def _exactly(prompt: Prompt, values: Mapping[str, str]) -> None:
    if missing := [name for name in prompt.variables if name not in values]:
        raise PromptValueError(
            f"{prompt.id}: no value for {', '.join(missing)}; it needs {', '.join(prompt.variables)}"
        )
    if unknown := sorted(set(values) - set(prompt.variables)):
        raise PromptValueError(
            f"{prompt.id}: does not know {', '.join(unknown)}; it takes {', '.join(prompt.variables)}"
        )
