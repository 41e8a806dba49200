"""A chat server on loopback that behaves as it is told: well, slowly, wrongly or not at all.

It ships as product code, so that whoever wires the engine can see what each misfortune comes to. It speaks the chat
completions and batch protocols over plain HTTP; nothing leaves the machine.
"""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from extractor.llm.scripted_batches import Batches, Response

LONGEST_HANG_SECONDS = 30.0
"""A hanging reply ends when the server closes; this only bounds a forgotten one."""


@dataclass(frozen=True, slots=True)
class Step:
    """How one request is answered.

    `reply` is the model's text; `status` other than 200 makes it an error message. `trickle` sends the body a byte at
    a time with so many seconds between; `hang` never answers; `reset` breaks the connection; `raw` replaces the body.
    """

    reply: str = '{"signals": []}'
    status: int = 200
    code: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    finish: str = "stop"
    refusal: str | None = None
    prompt_tokens: int = 1200
    cached_tokens: int = 0
    completion_tokens: int = 60
    trickle: float = 0.0
    hang: bool = False
    reset: bool = False
    raw: bytes | None = None


Answer = Callable[[Mapping[str, Any]], Step]


def signals(*entries: Mapping[str, Any]) -> str:
    """A reply that keeps to the schema."""
    return json.dumps({"signals": list(entries)}, ensure_ascii=False)


def signal(
    type: str, *quotes: tuple[str, str], severity: Any = 2, confidence: Any = 0.9, **more: Any
) -> dict[str, Any]:
    """One entry of a reply; quotes are (message id, words)."""
    evidence = [{"message": message, "quote": quote} for message, quote in quotes]
    return {"evidence": evidence, "type": type, "severity": severity, "confidence": confidence, **more}


def busy(seconds: str = "1") -> Step:
    return Step(status=429, headers={"Retry-After": seconds}, code="rate_limit_exceeded")


class ScriptedServer:
    """A context manager. `steps` are used up in order, then `answer` speaks for every further request.

    `requests` holds each chat request's body as it came, batch lines included.
    """

    def __init__(self, steps: Iterable[Step] = (), answer: Answer | None = None) -> None:
        self._steps = list(steps)
        self._answer = answer or (lambda _: Step())
        self._lock = threading.Lock()
        self.closing = threading.Event()
        self.requests: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.batches = Batches(self._completed)
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"scripted": self}))
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)

    @property
    def url(self) -> str:
        """The base URL for a client."""
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()

    def step(self, body: dict[str, Any], headers: Mapping[str, str]) -> Step:
        """What comes next for this request."""
        with self._lock:
            self.requests.append(body)
            self.headers.append({name.lower(): value for name, value in headers.items()})
            step = self._steps.pop(0) if self._steps else None
        return step or self._answer(body)

    def _completed(self, body: dict[str, Any]) -> Response:
        """The answer to one line of a batch."""
        step = self.step(body, {})
        return Response(step.status, completion(body, step))


def completion(body: Mapping[str, Any], step: Step) -> dict[str, Any]:
    """The JSON body of an answer."""
    if step.status != 200:
        return {"error": {"message": f"scripted status {step.status}", "type": "scripted", "code": step.code or None}}
    message = {"role": "assistant", "content": None if step.refusal else step.reply, "refusal": step.refusal}
    return {
        "id": "chatcmpl-scripted",
        "object": "chat.completion",
        "created": 0,
        "model": body.get("model", "scripted"),
        "choices": [{"index": 0, "message": message, "finish_reason": step.finish, "logprobs": None}],
        "usage": {
            "prompt_tokens": step.prompt_tokens,
            "completion_tokens": step.completion_tokens,
            "total_tokens": step.prompt_tokens + step.completion_tokens,
            "prompt_tokens_details": {"cached_tokens": step.cached_tokens},
        },
    }


class _Handler(BaseHTTPRequestHandler):
    """One connection; `scripted` is set on the subclass that each server makes."""

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True  # head and body go out apart, which else costs 40 ms an answer
    scripted: ScriptedServer

    def do_GET(self) -> None:
        self._send(self.scripted.batches.get(self.path))

    def do_POST(self) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if not self.path.endswith("/chat/completions"):
            self._send(self.scripted.batches.post(self.path, content))
            return
        body = json.loads(content)
        step = self.scripted.step(body, dict(self.headers.items()))
        if step.reset:
            # a linger of zero makes the close a reset instead of an orderly end
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.close_connection = True
        elif step.hang:
            self.scripted.closing.wait(LONGEST_HANG_SECONDS)
            self.close_connection = True
        else:
            self._send(Response(step.status, completion(body, step), step.raw), step.headers, step.trickle)

    def _send(self, answer: Response, headers: Mapping[str, str] | None = None, trickle: float = 0.0) -> None:
        content = answer.content
        self.send_response(answer.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        size = 1 if trickle else max(len(content), 1)
        try:
            for start in range(0, len(content), size):
                self.wfile.write(content[start : start + size])
                if trickle and self.scripted.closing.wait(trickle):
                    return
        except OSError:  # the client has had enough, which is what these steps are for
            self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Stay silent; `requests` tells what came."""
