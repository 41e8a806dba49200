"""Headers that keep a browser from doing what a page did not mean, and a limit on what is taken in."""

from __future__ import annotations

from dataclasses import dataclass

from anyio import current_time, fail_after
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problems import ApiError, TooLargeError, TooSlowError, problem_response

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
"""No inline script or style, nothing from elsewhere, nobody's frame."""

HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}
MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Bounds:
    """How large a body may be, and how many seconds after the request's head all of it must be here."""

    size: int
    seconds: float


USUAL = Bounds(MIB, 30)
"""A body is read before anybody looks who sent it."""
UPLOADS = {"/v1/ingest": Bounds(64 * MIB, 600)}
"""Where files come in, from whoever may send some: as slow as 110 KB a second."""


class Guards:
    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers[name] = value
                static = scope["path"].startswith("/static/")
                headers.setdefault("Cache-Control", "public, no-cache" if static else "private, no-store")
            await send(message)

        await self.app(scope, receive, guarded)


class BodyLimit:
    """Refuses a body by its announced length, and stops reading one that grows past it unannounced or comes too slowly."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        bounds = UPLOADS.get(scope["path"], USUAL)
        announced = Headers(scope=scope).get("content-length", "")
        if announced.isdigit() and int(announced) > bounds.size:
            answer = problem_response(Request(scope), _too_large(bounds))
            await answer(scope, receive, send)
            return
        taken, whole, until = 0, False, current_time() + bounds.seconds

        async def counted() -> Message:
            nonlocal taken, whole
            if whole:
                return await receive()
            try:
                with fail_after(until - current_time()):
                    message = await receive()
            except TimeoutError as error:
                raise _too_slow(bounds) from error
            taken += len(message.get("body", b""))
            whole = not message.get("more_body", False)
            if taken > bounds.size:
                raise _too_large(bounds)
            return message

        await self.app(scope, counted, send)


def _too_large(bounds: Bounds) -> ApiError:
    fewer = "; send fewer files at once, or use `whyred ingest` on the server" if bounds is not USUAL else ""
    return TooLargeError(f"a body of more than {bounds.size // MIB} MiB is not taken here{fewer}")


def _too_slow(bounds: Bounds) -> ApiError:
    return TooSlowError(f"the body was not here after {bounds.seconds:g} seconds; send less at once")
