"""Concurrent clients that keep their connections, in a process of their own: little more than sockets and a clock."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from dataclasses import dataclass


class WrongAnswerError(RuntimeError):
    """A request was not answered with 200; the message says with what."""


@dataclass(frozen=True, slots=True)
class Load:
    """`paths` are asked once each, by so many clients at a time, with the same headers."""

    port: int
    paths: tuple[str, ...]
    headers: tuple[tuple[str, str], ...]
    clients: int


@dataclass(frozen=True, slots=True)
class Answered:
    """Seconds of each answer, seconds of all, processor seconds that the clients themselves took, bytes received."""

    latencies: tuple[float, ...]
    seconds: float
    own: float
    size: int


def drive(load: Load) -> Answered:
    """Raises WrongAnswerError for anything but 200."""
    return asyncio.run(_drive(load))


async def _drive(load: Load) -> Answered:
    waiting = iter(load.paths)
    began, processor = time.perf_counter(), time.process_time()
    found = await asyncio.gather(*(_client(load, waiting) for _ in range(load.clients)))
    answers = [answer for each in found for answer in each]
    return Answered(
        tuple(seconds for seconds, _ in answers),
        time.perf_counter() - began,
        time.process_time() - processor,
        sum(size for _, size in answers),
    )


async def _client(load: Load, waiting: Iterator[str]) -> list[tuple[float, int]]:
    """Ask what nobody has asked yet, one after the other over one connection."""
    reader, writer = await asyncio.open_connection("127.0.0.1", load.port)
    rest = "".join(f"{name}: {value}\r\n" for name, value in (("Host", "localhost"), *load.headers))
    answers = []
    for path in waiting:
        began = time.perf_counter()
        writer.write(f"GET {path} HTTP/1.1\r\n{rest}\r\n".encode())
        size = await _answer(reader, path)
        answers.append((time.perf_counter() - began, size))
    writer.close()
    await writer.wait_closed()
    return answers


async def _answer(reader: asyncio.StreamReader, path: str) -> int:
    """The size of the body, read to its end."""
    head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
    fields = dict(line.lower().split(": ", 1) for line in head[1:] if line)
    body = await reader.readexactly(int(fields["content-length"]))
    if " 200 " not in head[0]:
        raise WrongAnswerError(f"{path}: {head[0]}: {body[:300].decode('utf-8', 'replace')}")
    return len(body)
