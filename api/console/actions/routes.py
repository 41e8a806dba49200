"""`/actions`: what is to do, and the forms that say what was done."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.acting import Step, Taken, act
from api.console.actions.page import actions_page
from api.console.rendering import render
from api.console.session import FormVisit, PageVisit
from api.days import day_from
from store.browse import accounts_for, actions_for

router = APIRouter()


@router.get("/actions")
def show_actions(
    request: Request,
    visit: PageVisit,
    owner: Annotated[str, Query(max_length=200)] = "",
    first: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> HTMLResponse:
    """The running actions of the accounts that the reader may see."""
    owners = visit.caller.owners
    accounts = {a.id: a for a in accounts_for(visit.connection, owners)}
    running = actions_for(visit.connection, owners, running_on=visit.today)
    page = actions_page([a for found in running.values() for a in found], accounts, owner, visit.today, first)
    return render(request, "actions.html", visit, page=page)


def taken_of(
    step: Annotated[Step, Form()],
    words: Annotated[str, Form(max_length=2000)] = "",
    until: Annotated[str, Form(max_length=10)] = "",
) -> Taken:
    return Taken(step, words, day_from(until, "until"))


@router.post("/actions/{action_id}")
def take_step(
    visit: FormVisit, action_id: Annotated[str, Path(max_length=200)], taken: Annotated[Taken, Depends(taken_of)]
) -> RedirectResponse:
    """Do it, and come back to the account."""
    action = act(visit, action_id, taken)
    return RedirectResponse(f"/accounts/{quote(action.account_id)}?did={taken.step}#do-now", 303)
