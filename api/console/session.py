"""Who is signed in: a cookie that holds nothing but a random token, and a word that must come back with every form."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Annotated
from urllib.parse import quote, urlsplit

from fastapi import Depends, Form, Request
from starlette.exceptions import HTTPException
from starlette.responses import RedirectResponse, Response

from api.identity import caller_of
from api.problems import ForbiddenError
from api.visit import Place, Visit
from pipeline.wiring import App
from store.sessions import LIVES, session_of

COOKIE = "whyred"
LONGEST_BACK = 2000
"""Characters of a path to go back to after signing in."""
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class SignInNeededError(HTTPException):
    """Sends a browser to the sign-in page and back."""

    def __init__(self, back: str) -> None:
        super().__init__(303, "sign in first", {"Location": f"/sign-in?next={quote(local_path(back), safe='')}"})


def led_to(request: Request, path: str) -> Response:
    """The browser opens the path, also where a part of a page was asked for: that would follow a redirect unseen."""
    headers = {"Vary": "HX-Request"}
    if request.headers.get("HX-Request") == "true":
        return Response(status_code=204, headers=headers | {"HX-Redirect": path})
    return RedirectResponse(path, 303, headers)


@contextmanager
def opened_visit(request: Request) -> Iterator[Visit]:
    """One transaction of whoever is signed in. Raises SignInNeededError without a session that still holds."""
    app: App = request.app.state.wired
    now = request.app.state.clock()
    token = request.cookies.get(COOKIE, "")
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    with app.database.transaction() as connection:
        session = session_of(connection, token, now) if token else None
        if session is None:
            raise SignInNeededError(back if request.method == "GET" else "/")
        caller = caller_of(session.name, session.role, session.owners)
        yield Visit(app, connection, caller, now, request.state.request_id, request.app.state.turns, session.csrf)


def page_visit(request: Request, _place: Place) -> Iterator[Visit]:
    """A transaction for as long as the route runs."""
    with opened_visit(request) as visit:
        yield visit


PageVisit = Annotated[Visit, Depends(page_visit, scope="function")]


def same_site(request: Request) -> None:
    """Raises ForbiddenError for a form that another site's page sent; browsers say so themselves."""
    if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
        raise ForbiddenError("this form was sent from another site's page; open the console and try again")


def form_visit(request: Request, visit: PageVisit, csrf: Annotated[str, Form()] = "") -> Visit:
    """A visit that may change something. Raises ForbiddenError unless the form is one of ours."""
    same_site(request)
    if not secrets.compare_digest(csrf.encode(), visit.csrf.encode()):
        raise ForbiddenError("this form is too old or not ours; load the page again")
    return visit


FormVisit = Annotated[Visit, Depends(form_visit, scope="function")]


def give_cookie(request: Request, response: Response, token: str) -> None:
    """Only over TLS, except on this very machine, where there is none to speak of."""
    response.set_cookie(
        COOKIE,
        token,
        max_age=int(LIVES.total_seconds()),
        httponly=True,
        samesite="lax",
        secure=request.url.scheme == "https" or request.url.hostname not in _LOOPBACK,
        path="/",
    )


def local_path(wanted: str) -> str:
    """The path to go back to, or the first page for one that is too long, or could lead elsewhere."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return "/"
    short = len(wanted) <= LONGEST_BACK
    plain = wanted.startswith("/") and not wanted.startswith(("//", "/\\")) and "\\" not in wanted
    clean = all(character.isprintable() for character in wanted)
    return wanted if short and plain and clean and not parts.netloc and not parts.scheme else "/"
