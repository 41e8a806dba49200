from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Iterator

import pytest

from extractor.document import Document, Role, Source, Turn, compose
from extractor.llm.chat import OpenAIChat
from extractor.llm.engine import LlmDetector
from extractor.llm.limits import Clock
from extractor.llm.prices import Price
from extractor.llm.scripted import ScriptedServer
from extractor.llm.settings import LlmSettings

PRICE = Price(input=1.0, cached=0.1, output=4.0, batch=0.5)


class FakeTime:
    """Seconds pass only by sleeping."""

    def __init__(self) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []
        self._lock = threading.Lock()
        self.clock = Clock(now=lambda: self.seconds, sleep=self._sleep, wall=lambda: self.seconds)

    def _sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self.seconds += seconds


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def nonce() -> Callable[[], str]:
    """Nonces that differ and repeat from run to run."""
    numbers = itertools.count(1)
    return lambda: f"{next(numbers):012x}"


@pytest.fixture
def letter() -> Callable[..., Document]:
    """A mail of one customer message, or of `(speaker, role, text)` for each message."""

    def write(*said: str | tuple[str, Role, str], key: str = "letter", title: str = "Re: export") -> Document:
        turns = [Turn(s, "Jana Holt", Role.CUSTOMER) if isinstance(s, str) else Turn(s[2], s[0], s[1]) for s in said]
        return compose(turns, source=Source.EMAIL, key=key, title=title)

    return write


@pytest.fixture
def settings() -> Callable[..., LlmSettings]:
    def of(server: ScriptedServer | None = None, **changed: object) -> LlmSettings:
        given = {
            "model": "scripted",
            "base_url": server.url if server else "http://127.0.0.1:9/v1",
            "timeout_seconds": 5.0,
            "price": PRICE,
            "concurrency": 1,
        }
        return LlmSettings(**{**given, **changed})

    return of


@pytest.fixture
def detector(
    settings: Callable[..., LlmSettings], time: FakeTime, nonce: Callable[[], str]
) -> Iterator[Callable[..., LlmDetector]]:
    """A detector against the scripted server, with a clock that never really waits."""
    chats: list[OpenAIChat] = []

    def of(server: ScriptedServer, *, cache: object = None, **changed: object) -> LlmDetector:
        chosen = settings(server, **changed)
        chats.append(OpenAIChat(chosen))
        return LlmDetector(chosen, chats[-1], clock=time.clock, nonce=nonce, cache=cache)

    yield of
    for chat in chats:
        chat.close()


@pytest.fixture
def server() -> Iterator[Callable[..., ScriptedServer]]:
    """Servers that are closed when the test ends."""
    running: list[ScriptedServer] = []

    def start(*args: object, **kwargs: object) -> ScriptedServer:
        running.append(ScriptedServer(*args, **kwargs).__enter__())
        return running[-1]

    yield start
    for one in running:
        one.__exit__()
