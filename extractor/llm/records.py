"""What a run must remember of its batches, so that one that stopped is picked up and never ordered twice."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from pydantic import TypeAdapter, ValidationError


@dataclass(frozen=True, slots=True)
class BatchRecord:
    """One batch that was ordered. `batch_id` is None from just before the order until the provider has answered.

    `token` is sent along with the order, so that a batch whose answer was never seen can be found again.
    """

    token: str
    keys: tuple[str, ...]
    batch_id: str | None = None


class BatchRecords(Protocol):
    """`keep` replaces the record of the same token; `drop` forgets it."""

    def open(self) -> Sequence[BatchRecord]: ...

    def keep(self, record: BatchRecord) -> None: ...

    def drop(self, token: str) -> None: ...


class RecordsError(ValueError):
    """The file of batch records cannot be read; the message names it."""


_RECORDS = TypeAdapter(tuple[BatchRecord, ...])


class FileRecords:
    """All records in one JSON file, replaced whole. For one run at a time."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def open(self) -> Sequence[BatchRecord]:
        try:
            return _RECORDS.validate_json(self._path.read_bytes())
        except FileNotFoundError:
            return ()
        except ValidationError as error:
            raise RecordsError(f"{self._path}: not a list of batch records; move it away to order anew") from error

    def keep(self, record: BatchRecord) -> None:
        self._write((*(r for r in self.open() if r.token != record.token), record))

    def drop(self, token: str) -> None:
        self._write(tuple(r for r in self.open() if r.token != token))

    def _write(self, records: tuple[BatchRecord, ...]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        handle, unfinished = tempfile.mkstemp(dir=self._path.parent, suffix=".tmp")
        with os.fdopen(handle, "wb") as file:
            file.write(_RECORDS.dump_json(records))
        Path(unfinished).replace(self._path)
