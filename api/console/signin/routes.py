"""Signing in with a key or a one-time link, and out."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from api.console.rendering import render
from api.console.session import COOKIE, FormVisit, give_cookie, local_path, same_site
from api.visit import Place
from pipeline.wiring import App
from store.audit import Entry, append
from store.database import Connection
from store.keys import key_of
from store.sessions import (
    end_session,
    forget_failures,
    locked_until,
    note_failure,
    open_session,
    redeem_link,
)

router = APIRouter()
SameSite = Depends(same_site)
WRONG = "This key does not work. Check for missing characters, or ask for a new one."


@router.get("/sign-in")
def sign_in_page(request: Request, next: Annotated[str, Query()] = "/") -> HTMLResponse:
    return render(request, "sign_in.html", None, fault="", back=local_path(next))


@router.post("/sign-in", dependencies=[SameSite])
def sign_in(
    request: Request, _place: Place, key: Annotated[str, Form(max_length=200)], next: Annotated[str, Form()] = "/"
) -> Response:
    """Failures are written down before the answer goes out, so this route answers instead of raising."""
    app: App = request.app.state.wired
    now: datetime = request.app.state.clock()
    subjects = _subjects(request, key)
    with app.database.transaction() as connection:
        until = locked_until(connection, subjects, now)
        if until is not None:
            return _locked(request, "sign_in.html", until - now, back=local_path(next))
        found = key_of(connection, key.strip())
        if found is None or not found.works_at(now):
            note_failure(connection, subjects, now)
            _tell(connection, request, now, "unknown", "", "sign_in_failed")
            return render(request, "sign_in.html", None, 401, fault=WRONG, back=local_path(next))
        forget_failures(connection, subjects)
        token = open_session(connection, found.name, found.role, found.owners, found.id, now)
        _tell(connection, request, now, found.name, found.role, "sign_in")
    return _signed_in(request, token, local_path(next))


@router.get("/sign-in/{link}")
def link_page(request: Request, link: Annotated[str, Path(max_length=200)]) -> HTMLResponse:
    """Opening the link uses nothing up: mail scanners open links too."""
    return render(request, "sign_in_link.html", None, link=link, fault="")


@router.post("/sign-in/{link}", dependencies=[SameSite])
def sign_in_by_link(request: Request, _place: Place, link: Annotated[str, Path(max_length=200)]) -> Response:
    app: App = request.app.state.wired
    now: datetime = request.app.state.clock()
    subjects = [_address(request)]
    with app.database.transaction() as connection:
        until = locked_until(connection, subjects, now)
        if until is not None:
            return _locked(request, "sign_in_link.html", until - now, link="")
        found = redeem_link(connection, link, now)
        if found is None:
            note_failure(connection, subjects, now)
            _tell(connection, request, now, "unknown", "", "sign_in_failed")
            fault = "This link was used already or is too old. `whyred keys link` makes another."
            return render(request, "sign_in_link.html", None, 401, link="", fault=fault)
        token = open_session(connection, found.name, found.role, found.owners, None, now)
        _tell(connection, request, now, found.name, found.role, "sign_in")
    return _signed_in(request, token, "/")


@router.post("/sign-out")
def sign_out(request: Request, visit: FormVisit) -> Response:
    end_session(visit.connection, request.cookies.get(COOKIE, ""))
    visit.note("sign_out", "console")
    response = RedirectResponse("/sign-in", 303)
    response.delete_cookie(COOKIE, path="/")
    return response


def _signed_in(request: Request, token: str, back: str) -> Response:
    response = RedirectResponse(back, 303)
    give_cookie(request, response, token)
    return response


def _locked(request: Request, template: str, left: timedelta, **shown: str) -> HTMLResponse:
    """Nothing is written down: who goes on trying neither fills the audit log nor makes it last longer."""
    minutes = max(1, round(left.total_seconds() / 60))
    fault = f"Too many failed attempts. Try again in {minutes} minutes."
    page = render(request, template, None, 429, fault=fault, **shown)
    page.headers["Retry-After"] = str(60 * minutes)
    return page


def _subjects(request: Request, key: str) -> list[str]:
    """What is locked after failures: where they come from, and the key they try."""
    parts = key.strip().split("_")
    return [_address(request), *([f"key:{parts[1]}"] if len(parts) > 2 else [])]


def _address(request: Request) -> str:
    return f"address:{request.client.host if request.client else 'unknown'}"


def _tell(connection: Connection, request: Request, now: datetime, who: str, role: str, action: str) -> None:
    append(connection, Entry(now, who, role, action, "console", {"from": _address(request)}, request.state.request_id))
