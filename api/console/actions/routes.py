"""`/actions`: what is to do, and the forms that say what was done."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Literal
from urllib.parse import quote

from fastapi import APIRouter, Depends, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.acting import Step, Taken, act, action_seen
from api.console.actions.page import DID, PAGE, actions_page, by_urgency, task_of
from api.console.rendering import render
from api.console.session import FormVisit, PageVisit
from api.days import day_from
from api.visit import Visit
from store.actions import events_of
from store.browse import accounts_for, actions_named, pending_for
from store.standings import standings_on

router = APIRouter()
ActionId = Annotated[str, Path(max_length=200)]


@router.get("/actions")
def show_actions(
    request: Request,
    visit: PageVisit,
    owner: Annotated[str, Query(max_length=200)] = "",
    first: Annotated[int | None, Query(ge=0, le=10**6)] = None,
) -> HTMLResponse:
    """The running actions of the accounts that the reader may see; only those that are shown are read whole."""
    pending = pending_for(visit.connection, visit.caller.owners, visit.today)
    wanted = by_urgency(pending, owner, visit.today)
    begin = first or 0
    shown = wanted[begin : begin + PAGE]
    found = actions_named(visit.connection, [p.id for p in shown])
    named = {p.account_id for p in shown}
    accounts = {a.id: a for a in accounts_for(visit.connection, (), named)}
    bands = bands_of(visit, named)
    tasks = [(found[p.id], accounts[p.account_id], bands.get(p.account_id, "")) for p in shown]
    page = actions_page(pending, wanted, tasks, owner, visit.today, begin)
    return render(request, "actions.html", visit, page=page, paged=first is not None)


@router.get("/actions/{action_id}")
def show_action(request: Request, visit: PageVisit, action_id: ActionId, did: Step | None = None) -> HTMLResponse:
    """One action with its steps; `did` is the step that was just taken. The list opens it in its own place."""
    action, account = action_seen(visit, action_id)
    return render(
        request,
        "action.html",
        visit,
        task=task_of(action, account, bands_of(visit, {account.id}).get(account.id, ""), visit.today),
        events=events_of(visit.connection, action.id),
        acting=visit.caller.may("act"),
        told=DID[did] if did else "",
    )


def bands_of(visit: Visit, named: Collection[str]) -> dict[str, str]:
    """Where these accounts stand today."""
    return {key: s.band for key, s in standings_on(visit.connection, visit.today, only=named).items()}


def taken_of(
    step: Annotated[Step, Form()],
    words: Annotated[str, Form(max_length=2000)] = "",
    until: Annotated[str, Form(max_length=10)] = "",
) -> Taken:
    return Taken(step, words, day_from(until, "until"))


@router.post("/actions/{action_id}")
def take_step(
    visit: FormVisit,
    action_id: ActionId,
    taken: Annotated[Taken, Depends(taken_of)],
    back: Annotated[Literal["account", "action"], Form()] = "account",
) -> RedirectResponse:
    """Do it, and come back to where the form stood."""
    action = act(visit, action_id, taken)
    if back == "action":
        return RedirectResponse(f"/actions/{quote(action.id)}?did={taken.step}", 303)
    return RedirectResponse(f"/accounts/{quote(action.account_id)}?did={taken.step}#do-now", 303)
