"""Several processes at one folder of files that only one may use at a time."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from filelock import FileLock

POLL_SECONDS = 0.01


class Turns:
    """One thread of one process at a time. Whoever is about to change the folder says so first.

    It is said before the change and not after, so that a process that dies in between leaves nobody believing that
    nothing happened.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._last_change = folder / "last-change"
        self._seen: str | None = None
        self._here = threading.Lock()
        self._anywhere = FileLock(folder / "turn.lock", poll_interval=POLL_SECONDS)

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """Holds the folder; says whether somebody else changed it since our last turn, as on the first."""
        with self._here:
            self._folder.mkdir(parents=True, exist_ok=True)
            with self._anywhere:
                found = self._last_change.read_text("ascii") if self._last_change.exists() else ""
                changed, self._seen = found != self._seen, found
                yield changed

    def changing(self) -> None:
        """To be said in our turn, before each change."""
        self._seen = uuid4().hex
        self._last_change.write_text(self._seen, "ascii")
