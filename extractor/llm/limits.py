"""How fast and how stubbornly a provider may be asked: pacing, a circuit breaker, and the clock both are handed."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

BURST_SECONDS = 6.0
"""Unused allowance that may be spent at once; a tenth of the minute that providers count over."""


@dataclass(frozen=True, slots=True)
class Clock:
    """Monotonic seconds, a way to wait, and the wall clock that HTTP dates refer to."""

    now: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    wall: Callable[[], float] = time.time


class Pace:
    """Requests and tokens a minute, for all threads together; a provider's wish to wait holds everybody."""

    def __init__(self, clock: Clock, requests_per_minute: float | None, tokens_per_minute: float | None) -> None:
        self._clock = clock
        self._seconds_a_request = 60 / requests_per_minute if requests_per_minute else 0.0
        self._seconds_a_token = 60 / tokens_per_minute if tokens_per_minute else 0.0
        self._lock = threading.Lock()
        self._requests_free_at = self._tokens_free_at = self._held_until = float("-inf")

    def wait(self, tokens: int) -> None:
        """Take a place for one request of so many tokens and wait for its turn."""
        turn = self._book(tokens)
        while (left := max(turn, self._held_until) - self._clock.now()) > 0:
            self._clock.sleep(left)

    def hold(self, seconds: float) -> None:
        """Nobody sends before this much time has passed."""
        with self._lock:
            self._held_until = max(self._held_until, self._clock.now() + seconds)

    def give_back(self, tokens: int) -> None:
        """Tokens that were booked and not used."""
        with self._lock:
            self._tokens_free_at -= tokens * self._seconds_a_token

    def _book(self, tokens: int) -> float:
        with self._lock:
            now = self._clock.now()
            turn = max(now, self._requests_free_at - BURST_SECONDS, self._tokens_free_at - BURST_SECONDS)
            self._requests_free_at = max(self._requests_free_at, turn) + self._seconds_a_request
            self._tokens_free_at = max(self._tokens_free_at, turn) + tokens * self._seconds_a_token
            return turn


class Breaker:
    """Stops asking a provider that is down: after some failures in a row a pause, after some pauses for good.

    Answers of any kind, even 429, are signs of life and no failures.
    """

    def __init__(self, clock: Clock, failures: int, pause_seconds: float, pauses: int) -> None:
        self._clock = clock
        self._threshold, self._pause_seconds, self._pauses = failures, pause_seconds, pauses
        self._lock = threading.Lock()
        self._failures = self._paused = 0
        self._open_until = float("-inf")
        self._barred = ""

    @property
    def barred(self) -> str:
        """Why nothing is sent any more in this run; empty while there is hope."""
        return self._barred

    def wait(self) -> None:
        """Sit out a pause."""
        while not self._barred and (left := self._open_until - self._clock.now()) > 0:
            self._clock.sleep(left)

    def worked(self) -> None:
        with self._lock:
            self._failures = self._paused = 0

    def failed(self, why: str) -> None:
        with self._lock:
            now = self._clock.now()
            if now < self._open_until:  # sent before the pause began: already counted by what opened it
                return
            self._failures += 1
            if self._failures < self._threshold:
                return
            self._failures = self._threshold - 1  # after the pause a single failure is enough
            self._paused += 1
            self._open_until = now + self._pause_seconds
            if self._paused > self._pauses:
                self._barred = f"the provider failed again after {self._pauses} pauses: {why}"

    def bar(self, why: str) -> None:
        with self._lock:
            self._barred = self._barred or why
