"""Replies kept by what was asked, so that nothing is paid for twice and a run that stopped goes on where it was."""

from __future__ import annotations

import json
import os
import tempfile
from pathlib import Path
from typing import Protocol

from pydantic import TypeAdapter, ValidationError

from extractor.llm.exchange import ChatReply

_REPLY = TypeAdapter(ChatReply)


class ReplyCache(Protocol):
    """Only replies that could be read are put; safe to use from several threads."""

    def get(self, key: str) -> ChatReply | None: ...

    def put(self, key: str, reply: ChatReply) -> None: ...


class NoCache:
    """Remembers nothing."""

    def get(self, key: str) -> ChatReply | None:  # noqa: ARG002  the protocol's names
        return None

    def put(self, key: str, reply: ChatReply) -> None:
        """Forget it."""


class FolderCache:
    """One JSON file a reply; written whole or not at all. A file that cannot be read counts as absent."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, key: str) -> ChatReply | None:
        try:
            return _REPLY.validate_json(self._path(key).read_bytes())
        except (OSError, ValidationError):
            return None

    def put(self, key: str, reply: ChatReply) -> None:
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(dir=path.parent, suffix=".tmp")
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(_REPLY.dump_python(reply, mode="json"), file)
        Path(unfinished).replace(path)

    def _path(self, key: str) -> Path:
        name = key.removeprefix("sha256:")
        return self._folder / name[:2] / f"{name}.json"
