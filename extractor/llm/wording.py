"""Lets a model word an answer from passages: what it writes counts as far as its citations are found, and no further."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from extractor.document import Document, Span, content_id
from extractor.grounding import Grounder
from extractor.llm.calling import Caller
from extractor.llm.exchange import ChatRequest, estimate_tokens
from extractor.llm.request import NONCE_TRIES, Nonce, random_nonce
from prompts import Prompt, PromptValueError, Shown, render, render_block

QUESTION = "question"
LONGEST = 400
"""Code points of a sentence; a longer one is no answer in a few words."""
MOST = 5
_CITATION = {"message": {"type": "string"}, "quote": {"type": "string"}}


def _closed(properties: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": dict(properties),
        "required": list(properties),
        "additionalProperties": False,
    }


SCHEMA = _closed(
    {
        "sentences": {
            "type": "array",
            "items": _closed({"citations": {"type": "array", "items": _closed(_CITATION)}, "text": {"type": "string"}}),
        }
    }
)
"""Citations stand before the text, so that a model finds words first."""


@dataclass(frozen=True, slots=True)
class Source:
    """A passage that may be cited, by its id in the question: `span` of `message` of its document."""

    document: Document
    message: str
    span: Span


@dataclass(frozen=True, slots=True)
class Cited:
    """Which source, and the stretch of its document's text that was found."""

    source: int
    span: Span


@dataclass(frozen=True, slots=True)
class Worded:
    text: str
    citations: tuple[Cited, ...]


class Wording:
    """One model and prompt. `word` is safe from several threads and never raises for a failed call."""

    def __init__(
        self,
        prompt: Prompt,
        model: str,
        caller: Callable[[], Caller],
        close: Callable[[], None] = lambda: None,
        nonce: Nonce = random_nonce,
    ) -> None:
        self.name = f"llm/{model}/{prompt.id}"
        self.close = close
        self._prompt, self._caller, self._nonce = prompt, caller, nonce

    def word(self, question: str, sources: Sequence[Source]) -> list[Worded]:
        """Sentences whose every citation was found where it claims to stand; none where the model gave nothing of use."""
        called = self._caller().call(self._request(question, sources))
        if called.reply is None or called.reply.declined:
            return []
        return [found for entry in _entries(called.reply.text) if (found := _verified(entry, sources)) is not None]

    def _request(self, question: str, sources: Sequence[Source]) -> ChatRequest:
        parts = [Shown(QUESTION, "reader", "the reader", "", (question,))]
        parts += [_shown(f"p{number}", source) for number, source in enumerate(sources, 1)]
        messages = render(self._prompt, {"block": self._block(parts)})
        tokens = sum(estimate_tokens(m.content) for m in messages) + estimate_tokens(json.dumps(SCHEMA))
        key = content_id([self.name, self._prompt.digest, question, [[s.document.id, s.span.start] for s in sources]])
        return ChatRequest(key, messages, SCHEMA, self._prompt.matter.max_reply_tokens, tokens)

    def _block(self, parts: Sequence[Shown]) -> str:
        for _ in range(NONCE_TRIES):
            try:
                return render_block("passages", "", parts, self._nonce())
            except PromptValueError as error:
                fault = error
        raise fault


def _shown(name: str, source: Source) -> Shown:
    message = source.document.message(source.message)
    speaker, role = (message.speaker, message.role.value) if message is not None else ("", "unknown")
    at = f"{message.at:%Y-%m-%d %H:%M}" if message is not None and message.at else ""
    return Shown(name, role, speaker, at, (source.span.of(source.document.text),))


def _entries(text: str) -> list[Any]:
    try:
        said = json.loads(text)
    except (ValueError, RecursionError):
        return []
    entries = said.get("sentences") if isinstance(said, dict) else None
    return entries[:MOST] if isinstance(entries, list) else []


def _verified(entry: Any, sources: Sequence[Source]) -> Worded | None:
    """One citation that does not hold makes the whole sentence doubtful, so it goes."""
    if not isinstance(entry, dict):
        return None
    text, citations = entry.get("text"), entry.get("citations")
    if not isinstance(text, str) or not 0 < len(text.strip()) <= LONGEST or not isinstance(citations, list):
        return None
    found = [_found(citation, sources) for citation in citations]
    kept = tuple(cited for cited in found if cited is not None)
    return Worded(" ".join(text.split()), kept) if kept and len(kept) == len(found) else None


def _found(citation: Any, sources: Sequence[Source]) -> Cited | None:
    """By the same grounding as any claim, inside the very passage that is named."""
    if not isinstance(citation, dict):
        return None
    name, quote = citation.get("message"), citation.get("quote")
    number = next((n for n in range(len(sources)) if name == f"p{n + 1}"), None)
    if number is None or not isinstance(quote, str):
        return None
    source = sources[number]
    place = Grounder(source.document).locate(quote, source.message, near=source.span)
    if place.reason is not None or place.span is None or not source.span.contains(place.span):
        return None
    return Cited(number, place.span)
