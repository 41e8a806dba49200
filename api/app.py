"""The application: routes, what stands before and after them, how faults are told."""

from __future__ import annotations

import functools
import gc
import logging
import re
import threading
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.staticfiles import StaticFiles

from api.console import console_router
from api.console.rendering import ROOM, make_templates, render
from api.console.session import SignInNeededError, led_to, opened_visit
from api.edge.conditional import Conditional
from api.edge.guards import BodyLimit, Guards
from api.edge.heads import Heads
from api.edge.metrics import Measured, Metrics
from api.edge.names import RequestIds
from api.oidc.bearer import make_bearer
from api.operating import router as operating
from api.problems import (
    ApiError,
    Fault,
    InvalidError,
    MalformedError,
    Problem,
    UnavailableError,
    problem_on_page,
    problem_response,
)
from api.turns import Turns
from api.v1 import v1_router
from api.v1.ingest.uploads import FilesIn
from api.v1.ingest.working import work_off
from api.visit import Clock, wall_clock
from pipeline.wiring import App, wire
from store.database import StoreBusyError, UnkeepableTextError

LOG = logging.getLogger("whyred.api")
TOOLS = ("/v1/", "/healthz", "/readyz", "/metrics", "/problems/")
"""Paths that never answer with a page."""
AGAIN = 2
"""Seconds after which to come back to a store that others were writing to."""
SHOWN = 200
"""Characters of a wrong value that are told back."""
TOLD = 20
"""Faults of one request that are listed."""
NO_OBJECT = "this is no JSON object; send one, with the header Content-Type: application/json"


def create_app(wired: App | None = None, clock: Clock = wall_clock) -> FastAPI:
    """The whole application over one wiring; without one, over the settings of the environment."""
    app = FastAPI(
        title="whyred",
        version="1",
        summary="Why did this account turn red? Every point of a score, with verbatim evidence.",
        openapi_url="/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
        lifespan=_settled,
    )
    app.state.wired = wired or wire()
    app.state.clock = clock
    app.state.bearer = make_bearer(rules) if (rules := app.state.wired.settings.bearer) else None
    app.state.turns = Turns()
    app.state.metrics = Metrics()
    app.include_router(operating)
    app.state.templates = make_templates()
    app.include_router(v1_router())
    app.include_router(console_router())
    app.mount("/static", StaticFiles(directory=ROOM / "static"))
    app.add_exception_handler(HTTPException, _told)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(UnkeepableTextError, _unkeepable)
    app.add_exception_handler(StoreBusyError, _busy)
    app.add_exception_handler(Exception, _unexpected)
    app.add_middleware(Conditional)
    app.add_middleware(Heads)
    app.add_middleware(BodyLimit)
    app.add_middleware(Measured, metrics=app.state.metrics)
    app.add_middleware(Guards)
    app.add_middleware(RequestIds)
    app.openapi = lambda: _document(app)  # type: ignore[method-assign]
    return app


@asynccontextmanager
async def _settled(app: FastAPI) -> AsyncIterator[None]:
    """What stands when the service begins stays until it ends: the collector has only to look at what requests make.

    Jobs that an earlier process left are taken up meanwhile.
    """
    gc.collect()
    gc.freeze()
    left = threading.Thread(target=work_off, args=(app.state.wired, app.state.clock))
    left.start()
    yield
    left.join()


def _told(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    if isinstance(error, SignInNeededError):
        return led_to(request, (error.headers or {})["Location"])
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        error.headers = {"Allow": ", ".join(_served(request))}
    return _answer(request, error)


def _served(request: Request) -> list[str]:
    """Every method of a path: the router knows only those of the first route that fits."""
    paths: dict[str, dict[str, Any]] = request.app.openapi()["paths"]
    fitting = [p for p in paths if re.fullmatch(re.sub(r"\\{\w+\\}", "[^/]+", re.escape(p)), request.url.path)]
    served = {method.upper() for path in fitting for method in paths[path]} or {"GET", "POST"}
    return sorted(served | {"HEAD"} if "GET" in served else served)


def _invalid(request: Request, error: Exception) -> Response:
    assert isinstance(error, RequestValidationError)
    found = error.errors()
    faults = [_fault(each) for each in found[:TOLD]]
    first = faults[0]
    if any(fault["type"] == "json_invalid" for fault in found):
        return _answer(request, MalformedError(f"the body is no JSON: {first.message}", errors=faults))
    said = f"{first.where} = {first.value!r}: {first.message}" if first.value else f"{first.where}: {first.message}"
    more = f"; and {len(found) - len(faults)} more faults that are not listed" if len(found) > len(faults) else ""
    name = first.where.rpartition(".")[2].replace("_", " ")
    page = f"{first.value!r} cannot be {name}: {first.message}" if first.value else f"{name}: {first.message}"
    return _answer(request, InvalidError(said + more, errors=faults, page=page))


def _fault(found: Mapping[str, Any]) -> Fault:
    """In the words of those who sent it: what came as no JSON is still bytes, and knows no fields."""
    where, value = ".".join(str(part) for part in found["loc"]), found.get("input", "")
    told = value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
    return Fault(
        where=_tellable(where),
        message=NO_OBJECT if found["type"] == "model_attributes_type" else _tellable(str(found["msg"])),
        value="" if found["type"] == "missing" else _tellable(told[:SHOWN]),
    )


def _tellable(text: str) -> str:
    """JSON can spell half of a surrogate pair, UTF-8 cannot: it is told back as it was spelled."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


def _unkeepable(request: Request, error: Exception) -> Response:
    return _answer(request, InvalidError(str(error)))


def _busy(request: Request, error: Exception) -> Response:
    return _answer(request, UnavailableError(str(error), {"Retry-After": str(AGAIN)}))


def _unexpected(request: Request, error: Exception) -> Response:
    LOG.error("request %s failed", request.state.request_id, exc_info=error)
    return _answer(request, ApiError("something broke here; the log holds it under this request id"))


def _answer(request: Request, error: HTTPException) -> Response:
    """A page for people, a problem document for tools."""
    if request.url.path.startswith(TOOLS) or "text/html" not in request.headers.get("accept", ""):
        return problem_response(request, error)
    page = _page_of(request, error)
    page.headers.update(error.headers or {})
    return page


def _page_of(request: Request, error: HTTPException) -> Response:
    """With the way to the other pages for who is signed in; when the store itself may be what failed, without."""
    told = functools.partial(
        render, request, "error.html", status=error.status_code, problem=problem_on_page(request, error)
    )
    if error.status_code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return told(None)
    try:
        with opened_visit(request) as visit:
            return told(visit)
    except SignInNeededError:
        return told(None)


def _document(app: FastAPI) -> dict[str, Any]:
    """OpenAPI 3.1, with our problem document where the framework would describe its own."""
    if app.openapi_schema is None:
        document = get_openapi(
            title=app.title, version=app.version, summary=app.summary, routes=app.routes, openapi_version="3.1.0"
        )
        schemas = document.setdefault("components", {}).setdefault("schemas", {})
        for model in (Problem, FilesIn):
            schema = model.model_json_schema(ref_template="#/components/schemas/{model}")
            schemas |= schema.pop("$defs", {}) | {model.__name__: schema}
        for name in ("HTTPValidationError", "ValidationError"):
            schemas.pop(name, None)
        app.openapi_schema = document
    return app.openapi_schema
