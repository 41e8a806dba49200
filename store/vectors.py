"""Vectors of passages, in Chroma: finds what means the same. Which documents are in it, `store.indexed` knows."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from extractor.document import content_id
from store.search import Passage

BATCH = 64
"""Passages embedded at once: half a second's work of one core."""

Embed = Callable[[Sequence[str]], list[list[float]]]


class PassageIndex:
    """`embed` is handed in; `name` says by which encoder, so that two never mix. Safe to use from several threads."""

    def __init__(self, folder: Path, embed: Embed, name: str) -> None:
        self._folder = folder
        self._embed = embed
        self._name = f"passages-v2-{name}"
        self._lock = threading.Lock()
        self._opened: Any = None

    @property
    def id(self) -> str:
        """Another one when the folder was lost or the encoder changed."""
        with self._lock:
            return str(self._collection().id)

    def add(self, account_id: str, passages: Sequence[Passage]) -> None:
        """Embedding holds nobody else up; only the writing is done alone."""
        for start in range(0, len(passages), BATCH):
            some = passages[start : start + BATCH]
            vectors = self._embed([p.text for p in some])
            with self._lock:
                self._collection().upsert(
                    ids=[p.id for p in some], embeddings=vectors, metadatas=[_of(account_id)] * len(some)
                )

    def remove(self, passages: Sequence[Passage]) -> None:
        with self._lock:
            for ids in _chunks([p.id for p in passages]):
                self._collection().delete(ids=ids)

    def by_meaning(self, account_id: str, question: str, passages: Sequence[Passage], most: int) -> list[Passage]:
        """Those of the passages that are in the index and nearest to the question, best first."""
        known = {p.id: p for p in passages}
        vector = self._embed([question])
        with self._lock:
            found = self._collection().query(
                query_embeddings=vector, n_results=most, where=_of(account_id), include=["distances"]
            )
        return [known[name] for name in found["ids"][0] if name in known]

    def forget(self, account_id: str) -> None:
        """Drop an account's vectors."""
        if not self._folder.exists():
            return
        with self._lock:
            self._collection().delete(where=_of(account_id))

    def _collection(self) -> Any:
        if self._opened is None:
            import chromadb  # noqa: PLC0415  a second that only a question needs to spend
            from chromadb.config import Settings  # noqa: PLC0415

            self._folder.mkdir(parents=True, exist_ok=True)
            settings = Settings(anonymized_telemetry=False)
            client = chromadb.PersistentClient(str(self._folder), settings=settings)
            for other in client.list_collections():
                if other.name != self._name:  # of another encoder, or of an earlier release
                    client.delete_collection(other.name)
            self._opened = client.get_or_create_collection(
                self._name, embedding_function=None, metadata={"hnsw:space": "cosine"}
            )
        return self._opened


def _of(account_id: str) -> dict[str, str]:
    """The index names no account: a name deleted there may stay in its files for long."""
    return {"account": content_id(["account", account_id])}


def _chunks(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), 256):
        yield ids[start : start + 256]
