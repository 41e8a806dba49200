"""Vectors of passages, in Chroma: finds what means the same. Which documents are in it, `store.indexed` knows."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from extractor.document import content_id
from store.search import Passage
from store.turns import Turns

BATCH = 64
"""Passages embedded at once: half a second's work of one core."""

Embed = Callable[[Sequence[str]], list[list[float]]]


class PassageIndex:
    """`embed` is handed in; `name` says by which encoder, so that two never mix.

    Safe to use from several threads and from several processes: Chroma keeps its graph in memory and would neither see
    what another process wrote nor leave it alone, so each takes its turn and opens anew what others changed.
    """

    def __init__(self, folder: Path, embed: Embed, name: str) -> None:
        self._folder = folder
        self._embed = embed
        self._name = f"passages-v2-{name}"
        self._turns = Turns(folder)
        self._opened: Any = None

    @property
    def id(self) -> str:
        """Another one when the folder was lost or the encoder changed."""
        with self._collection() as collection:
            return str(collection.id)

    def add(self, account_id: str, passages: Sequence[Passage]) -> None:
        """Embedding holds nobody else up; only the writing is done alone."""
        for start in range(0, len(passages), BATCH):
            some = passages[start : start + BATCH]
            vectors = self._embed([p.text for p in some])
            with self._changed_collection() as collection:
                collection.upsert(ids=[p.id for p in some], embeddings=vectors, metadatas=[_of(account_id)] * len(some))

    def remove(self, passages: Sequence[Passage]) -> None:
        with self._changed_collection() as collection:
            for ids in _chunks([p.id for p in passages]):
                collection.delete(ids=ids)

    def by_meaning(self, account_id: str, question: str, passages: Sequence[Passage], most: int) -> list[Passage]:
        """Those of the passages that are in the index and nearest to the question, best first."""
        known = {p.id: p for p in passages}
        vector = self._embed([question])
        with self._collection() as collection:
            found = collection.query(
                query_embeddings=vector, n_results=most, where=_of(account_id), include=["distances"]
            )
        return [known[name] for name in found["ids"][0] if name in known]

    def forget(self, account_id: str) -> None:
        """Drop an account's vectors."""
        if not self._folder.exists():
            return
        with self._changed_collection() as collection:
            collection.delete(where=_of(account_id))

    @contextmanager
    def _collection(self) -> Iterator[Any]:
        with self._turns.taken() as changed:
            if changed or self._opened is None:
                self._opened = self._open()
            yield self._opened

    @contextmanager
    def _changed_collection(self) -> Iterator[Any]:
        with self._collection() as collection:
            self._turns.changing()
            yield collection

    def _open(self) -> Any:
        """From the files alone: Chroma would hand out again what it still has in memory of them."""
        import chromadb  # noqa: PLC0415  a second that only a question needs to spend
        from chromadb.api.shared_system_client import SharedSystemClient  # noqa: PLC0415  as above
        from chromadb.config import Settings  # noqa: PLC0415  as above

        SharedSystemClient.clear_system_cache()
        client = chromadb.PersistentClient(str(self._folder), settings=Settings(anonymized_telemetry=False))
        names = {each.name for each in client.list_collections()}
        if names != {self._name}:
            self._turns.changing()
        for other in names - {self._name}:  # of another encoder, or of an earlier release
            client.delete_collection(other)
        return client.get_or_create_collection(self._name, embedding_function=None, metadata={"hnsw:space": "cosine"})


def _of(account_id: str) -> dict[str, str]:
    """The index names no account: a name deleted there may stay in its files for long."""
    return {"account": content_id(["account", account_id])}


def _chunks(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), 256):
        yield ids[start : start + 256]
