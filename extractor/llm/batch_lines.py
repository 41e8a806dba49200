"""The files of a batch: a line for each question, a line for each answer; and what a batch service can do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from extractor.llm.completion import ENDPOINT, read_completion, request_body
from extractor.llm.exchange import ChatReply, ChatRequest, UnavailableError
from extractor.llm.settings import LlmSettings

ENDED = frozenset({"completed", "failed", "expired", "cancelled"})
OK = 200


@dataclass(frozen=True, slots=True)
class BatchState:
    """How far a batch is; `files` hold the answers once it has ended."""

    status: str
    files: tuple[str, ...] = ()
    detail: str = ""


class BatchService(Protocol):
    """Orders, looks up and fetches batches. Raises `ChatError` and nothing else for a failed call."""

    def submit(self, lines: bytes, token: str) -> str: ...

    def find(self, token: str) -> str | None: ...

    def poll(self, batch_id: str) -> BatchState: ...

    def read(self, file_id: str) -> Sequence[str]: ...


def custom_id(key: str) -> str:
    """At most 64 characters, as the protocol wants."""
    return key.removeprefix("sha256:")


def request_line(request: ChatRequest, settings: LlmSettings) -> bytes:
    """One question."""
    body = request_body(request, settings)
    line = {"custom_id": custom_id(request.key), "method": "POST", "url": ENDPOINT, "body": body}
    return json.dumps(line).encode("ascii") + b"\n"


def read_answer(line: str) -> tuple[str, ChatReply | str]:
    """Whose answer a line is (its custom id, empty where unreadable), and the reply or what went wrong."""
    try:
        read: Any = json.loads(line)
        asked = str(read["custom_id"])
    except (ValueError, TypeError, KeyError):
        return "", "a line of the batch's answers cannot be read"
    response, error = read.get("response") or {}, read.get("error")
    if error or response.get("status_code") != OK:
        said = error or (response.get("body") or {}).get("error") or {}
        return asked, f"{response.get('status_code') or said.get('code')}: {str(said.get('message'))[:200]}"
    try:
        return asked, read_completion(response.get("body"))
    except UnavailableError as fault:
        return asked, str(fault)
