"""What can go wrong, as RFC 9457 problem documents.

ApiError
├── MalformedError        400
├── UnauthorizedError     401
├── ForbiddenError        403
├── NotFoundError         404
│   ├── UnknownAccountError
│   └── NotScoredError
├── TooSlowError          408
├── ConflictError         409
├── TooLargeError         413
├── InvalidError          422
├── TooManyError          429
└── UnavailableError      503

The class is the wire code: `UnknownAccountError` is `/problems/unknown-account`.
"""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"


class ApiError(HTTPException):
    """A fault with a status, a title, and what to do about it in `detail`; `page` is the same for who reads a page."""

    status: ClassVar[int] = 500
    title: ClassVar[str] = "Internal error"

    def __init__(self, detail: str, headers: dict[str, str] | None = None, *, page: str = "", **more: Any) -> None:
        super().__init__(self.status, detail, headers)
        self.page = page or detail
        self.more = more


class MalformedError(ApiError):
    """The request's body cannot be read at all."""

    status = 400
    title = "The request cannot be read"


class UnauthorizedError(ApiError):
    """No key came with the request, or one that does not work."""

    status = 401
    title = "A working key is needed"

    def __init__(self, detail: str, **more: Any) -> None:
        super().__init__(detail, {"WWW-Authenticate": 'Bearer realm="whyred"'}, **more)


class ForbiddenError(ApiError):
    """The key works, its role does not reach this."""

    status = 403
    title = "Not for this role"


class NotFoundError(ApiError):
    """Nothing of that name exists, or it belongs to an account that the caller may not see."""

    status = 404
    title = "Not found"


class UnknownAccountError(NotFoundError):
    """No account of that name that the caller may see; close names are offered in `candidates`."""

    title = "No such account"


class NotScoredError(NotFoundError):
    """The account has no scored day in the asked period."""

    title = "Not scored yet"


class ConflictError(ApiError):
    """The request contradicts what is already there."""

    status = 409
    title = "Conflict"


class TooSlowError(ApiError):
    """The request's body did not come in time; what was sent of it is forgotten."""

    status = 408
    title = "Too slow"

    def __init__(self, detail: str, **more: Any) -> None:
        super().__init__(detail, {"Connection": "close"}, **more)


class TooLargeError(ApiError):
    """More bytes, files or parts than are taken at once."""

    status = 413
    title = "Too large"


class InvalidError(ApiError):
    """A value says what it cannot say; `errors` lists each with its place."""

    status = 422
    title = "A value is wrong"


class TooManyError(ApiError):
    """Too many failed attempts; `Retry-After` says when to come back."""

    status = 429
    title = "Too many attempts"


class UnavailableError(ApiError):
    """Something that this needs does not answer just now; `Retry-After` says when to come back."""

    status = 503
    title = "Not available just now"


class Fault(BaseModel):
    """One wrong value and where it stands."""

    where: str = Field(examples=["query.as_of"])
    message: str = Field(examples=["Input should be a valid date in the format YYYY-MM-DD"])
    value: str = Field(default="", examples=["last tuesday"])


class Problem(BaseModel):
    """RFC 9457. `type` can be opened: it says what the problem means."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "/problems/unknown-account",
                    "title": "No such account",
                    "status": 404,
                    "detail": "no account 'sundergaet'; did you mean a-sundergate?",
                    "instance": "/v1/accounts/sundergaet",
                    "request_id": "3f0c8d5e9b1a4c77",
                    "candidates": ["a-sundergate"],
                }
            ]
        }
    )

    type: str
    title: str
    status: int
    detail: str
    instance: str
    request_id: str
    errors: list[Fault] | None = None
    candidates: list[str] | None = None


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The `responses` of a route that may answer with these problems, besides those every route may."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in sorted({400, 401, 403, 404, 405, 408, 413, 422, 503, *statuses})
    }


def code_of(kind: type[ApiError]) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "-", kind.__name__.removesuffix("Error")).lower()


def kinds() -> dict[str, type[ApiError]]:
    """Every problem by its code."""
    found: dict[str, type[ApiError]] = {}
    waiting = [ApiError]
    while waiting:
        kind = waiting.pop()
        found[code_of(kind)] = kind
        waiting.extend(kind.__subclasses__())
    return found


def problem_of(request: Request, error: HTTPException) -> Problem:
    """The document for our own errors and for those of the framework (unknown path, wrong method)."""
    if isinstance(error, ApiError):
        type_, title, more = f"/problems/{code_of(type(error))}", error.title, error.more
    else:
        type_, title, more = "about:blank", HTTPStatus(error.status_code).phrase, {}
    return Problem(
        type=type_,
        title=title,
        status=error.status_code,
        detail=_detail(request, error),
        instance=request.url.path,
        request_id=getattr(request.state, "request_id", ""),
        **more,
    )


def problem_response(request: Request, error: HTTPException) -> JSONResponse:
    body = problem_of(request, error).model_dump(mode="json", exclude_none=True)
    return JSONResponse(body, error.status_code, dict(error.headers or {}), MEDIA_TYPE)


def problem_on_page(request: Request, error: HTTPException) -> Problem:
    """The same for people, who know neither paths nor keys."""
    told = problem_of(request, error)
    if isinstance(error, ApiError):
        return told.model_copy(update={"detail": error.page})
    if error.status_code == HTTPStatus.NOT_FOUND:
        return told.model_copy(update={"detail": "There is no page at this address."})
    return told


def _detail(request: Request, error: HTTPException) -> str:
    if isinstance(error, ApiError):
        return str(error.detail)
    if error.status_code == HTTPStatus.NOT_FOUND:
        return f"nothing is served at {request.url.path}; /v1/openapi.json lists what is"
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = (error.headers or {}).get("Allow") or (error.headers or {}).get("allow", "")
        return f"{request.method} is not served at {request.url.path}; served are {allowed or 'other methods'}"
    return str(error.detail)
