"""Who computes now: a process computes one thing at a time, and threads that contend for it make all of them slower."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import TypeVar, TypeVarTuple

from anyio import CapacityLimiter, Semaphore, from_thread, to_thread

from store.database import AT_ONCE

COMPUTING = 2
"""Requests with a turn: one computes while another waits for the database or for its thread."""
ASIDE = 8
"""Requests that may wait for somebody else before they have a turn, in threads that nobody else needs."""

Given = TypeVarTuple("Given")
Found = TypeVar("Found")


class Turns:
    """A request waits outside the threads until a connection is free and it is its turn.

    It goes from thread to thread and keeps its connection meanwhile. Were requests to wait for connections in threads,
    those that have one would find no thread to go on in, and nobody would ever be done.
    """

    def __init__(self) -> None:
        self._places = Semaphore(AT_ONCE)
        self._turns = Semaphore(COMPUTING)
        self._aside = CapacityLimiter(ASIDE)

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        async with self._places, self._turns:
            yield

    async def aside(self, call: Callable[[*Given], Found], *given: *Given) -> Found:
        """Without place or turn: what may take long and computes next to nothing."""
        return await to_thread.run_sync(call, *given, limiter=self._aside)

    @contextmanager
    def passed_on(self) -> Iterator[None]:
        """In the thread of a request that has its turn: let others go on while it waits for somebody else's answer."""
        from_thread.run_sync(self._turns.release)
        try:
            yield
        finally:
            from_thread.run(self._turns.acquire)
