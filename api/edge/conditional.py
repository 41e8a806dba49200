"""ETags for the API's JSON: the same answer is not sent twice."""

from __future__ import annotations

import hashlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

PREFIX = "/v1/"


class Conditional:
    """Holds a JSON answer back until it is whole, names it by its digest, and answers 304 to who has it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "GET" or not scope["path"].startswith(PREFIX):
            await self.app(scope, receive, send)
            return
        wanted = Headers(scope=scope).get("if-none-match", "")
        start: Message | None = None
        pieces: list[bytes] = []

        async def held(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                if not _is_json(message):
                    await send(message)
                return
            if start is None or not _is_json(start):
                await send(message)
                return
            pieces.append(message.get("body", b""))
            if not message.get("more_body"):
                await _answer(start, b"".join(pieces), wanted, send)

        await self.app(scope, receive, held)


async def _answer(start: Message, body: bytes, wanted: str, send: Send) -> None:
    headers = MutableHeaders(scope=start)
    tag = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers["ETag"] = tag
    headers["Cache-Control"] = "private, no-cache"
    headers["Vary"] = "Authorization"
    known = {part.strip().removeprefix("W/") for part in wanted.split(",")}
    if tag in known or "*" in known:
        start["status"], body = 304, b""
        del headers["content-length"]
        del headers["content-type"]
    await send(start)
    await send({"type": "http.response.body", "body": body})


def _is_json(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    return bool(start["status"] == 200 and headers.get("content-type", "").startswith("application/json"))
