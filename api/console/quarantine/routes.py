"""`/quarantine`: what could not be read or matched to an account, and saying whose it is."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.console.quarantine.page import quarantine_page
from api.console.rendering import render
from api.console.session import PageVisit, form_visit, opened_visit
from api.problems import InvalidError, NotFoundError
from api.visit import Place, Visit
from pipeline.assigning import AssignError, assign
from store.browse import accounts_for
from store.quarantine import Held, held, held_named

router = APIRouter()


@router.get("/quarantine")
def show_quarantine(
    request: Request,
    visit: PageVisit,
    first: Annotated[int, Query(ge=0, le=10**6)] = 0,
    kept: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """What is held; `kept` names the account that something was just assigned to."""
    visit.caller.must("operate")
    page = quarantine_page(held(visit.connection), accounts_for(visit.connection, ()), first)
    account = visit.account(kept) if kept else None
    return render(request, "quarantine.html", visit, page=page, kept=account, assigning=visit.caller.may("ingest"))


@router.post("/quarantine/{held_id}")
def assign_held(
    request: Request,
    _place: Place,
    held_id: Annotated[str, Path(max_length=200)],
    account: Annotated[str, Form(max_length=200)],
    csrf: Annotated[str, Form()] = "",
) -> RedirectResponse:
    """Reading takes transactions of its own, so the visit that checks the form ends before, and another notes it after."""
    with opened_visit(request) as visit:
        row = _checked(request, visit, held_id, csrf)
        known = visit.account(account)
    try:
        assign(visit.app, row, known.id)
    except AssignError as error:
        raise InvalidError(str(error)) from error
    with opened_visit(request) as visit:
        visit.note("assign_held", row.id, account=known.id)
    return RedirectResponse(f"/quarantine?kept={quote(known.id)}", 303)


def _checked(request: Request, visit: Visit, held_id: str, csrf: str) -> Held:
    form_visit(request, visit, csrf)
    visit.caller.must("ingest")
    row = held_named(visit.connection, held_id)
    if row is None:
        raise NotFoundError("this is no longer held; load the quarantine again")
    return row
