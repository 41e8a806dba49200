"""From a document to the questions that are asked about it: windows, their untrusted blocks, and content keys."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from extractor.document import Document, Span, content_id
from extractor.llm.exchange import ChatRequest, TokenCounter, estimate_tokens
from extractor.llm.reply import reply_schema
from extractor.llm.settings import LlmSettings
from extractor.llm.windows import Window, windows
from extractor.taxonomy import Taxonomy
from prompts import ChatMessage, LeftOut, Prompt, PromptValueError, Shown, render, render_block

Nonce = Callable[[], str]

NONCE_TRIES = 8
MESSAGE_TOKENS = 4
"""What a chat format spends around each message."""


def random_nonce() -> str:
    """48 random bits: nobody can write them into a document before they are drawn."""
    return secrets.token_hex(6)


class Asker:
    """Makes the requests for documents; pure but for the nonce, which is handed in."""

    def __init__(
        self,
        prompt: Prompt,
        taxonomy: Taxonomy,
        settings: LlmSettings,
        count: TokenCounter = estimate_tokens,
        nonce: Nonce = random_nonce,
    ) -> None:
        self._prompt, self._taxonomy, self._settings = prompt, taxonomy, settings
        self._count, self._nonce = count, nonce
        self._types = types_text(taxonomy)
        self._schema = reply_schema(taxonomy.ids)
        self._schema_tokens = count(json.dumps(self._schema))
        self._fixed = {
            "prompt": prompt.digest,
            "taxonomy": taxonomy.digest,
            "schema": content_id(self._schema),
            "model": settings.model,
            "temperature": settings.temperature,
            "repeat": settings.repeat,
        }

    @property
    def reply_tokens(self) -> int:
        return self._settings.reply_tokens or self._prompt.matter.max_reply_tokens

    def requests(self, document: Document) -> tuple[ChatRequest, ...]:
        """One request a window; none where the document holds no words that may be cited."""
        if not self._can_be_cited(document):
            return ()
        found = windows(document, self._count, self._settings.window_tokens, self._settings.overlap_messages)
        return tuple(self._request(document, window) for window in found)

    def correction(self, request: ChatRequest, reply: str) -> ChatRequest | None:
        """The same question with the model's reply and a plea for verbatim quotes; None where the prompt has none."""
        plea = self._prompt.again
        if not plea:
            return None
        added = (ChatMessage("assistant", reply), ChatMessage("user", plea))
        tokens = request.prompt_tokens + sum(self._count(m.content) + MESSAGE_TOKENS for m in added)
        key = content_id([request.key, reply, plea])
        return replace(request, key=key, messages=(*request.messages, *added), prompt_tokens=tokens)

    def _request(self, document: Document, window: Window) -> ChatRequest:
        shown = tuple(shown_messages(document, window))
        block = self._block(document, shown)
        messages = render(self._prompt, {"types": self._types, "block": block})
        tokens = sum(self._count(m.content) + MESSAGE_TOKENS for m in messages) + self._schema_tokens
        asked = {"source": document.source, "title": document.title, "messages": [_plain(s) for s in shown]}
        key = content_id({**self._fixed, "document": content_id(asked)})
        return ChatRequest(key, messages, self._schema, self.reply_tokens, tokens)

    def _block(self, document: Document, shown: tuple[Shown, ...]) -> str:
        for _ in range(NONCE_TRIES):
            try:
                return render_block(document.source, document.title, shown, self._nonce())
            except PromptValueError as error:
                fault = error
        raise fault

    def _can_be_cited(self, document: Document) -> bool:
        return any(
            part.strip()
            for message in document.messages
            if message.role in self._taxonomy.speakers
            for part in _parts(document, message.span)
            if isinstance(part, str)
        )


def types_text(taxonomy: Taxonomy) -> str:
    """The whole taxonomy, a line a type."""
    return "\n".join(f"{t.id} {t.effect} {t.meaning}" for t in taxonomy.types)


def shown_messages(document: Document, window: Window) -> Iterator[Shown]:
    """What the model sees of each message; excluded stretches are named and left out, so that nobody quotes them."""
    for piece in window:
        message = piece.message
        speaker = f"{message.speaker}, {message.job_title}" if message.job_title else message.speaker
        yield Shown(
            id=message.id,
            role=message.role,
            speaker=speaker,
            at=message.at.strftime("%Y-%m-%d %H:%M") if message.at else "",
            parts=tuple(_parts(document, piece.span)),
            part_of_long=f"part {piece.part} of {piece.parts}" if piece.parts > 1 else "",
        )


def _parts(document: Document, span: Span) -> Iterator[str | LeftOut]:
    """The words of a stretch between its exclusions, in order."""
    at = span.start
    for exclusion in document.excluded:
        start, end = max(exclusion.span.start, at), min(exclusion.span.end, span.end)
        if start >= end:
            continue
        if words := document.text[at:start].strip("\r\n"):
            yield words
        yield LeftOut(exclusion.why)
        at = end
    if words := document.text[at : span.end].strip("\r\n"):
        yield words


def _plain(shown: Shown) -> list[Any]:
    parts = [["left out", p.why] if isinstance(p, LeftOut) else p for p in shown.parts]
    return [shown.id, shown.role, shown.speaker, shown.at, shown.part_of_long, parts]
