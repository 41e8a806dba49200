"""`/accounts/…`: one account, and its monthly assessment."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.assessing import assess
from api.console.account.assessing import Given
from api.console.account.page import account_page
from api.console.account.people import people_of
from api.console.account.signals import signals_by_input
from api.console.moved import MovedScore, moved_points, moved_words
from api.console.rendering import render
from api.console.session import FormVisit, PageVisit
from api.days import Day
from scoring.explanation import Explanation
from scoring.rulebook.loading import in_force
from store.browse import explanation_text, histories
from store.facts import heard_of
from store.snapshots import actions_of

router = APIRouter()


@router.get("/accounts/{account_id}")
def show_account(
    request: Request,
    visit: PageVisit,
    account_id: Annotated[str, Path(max_length=200)],
    as_of: Annotated[Day | None, Query()] = None,
    moved: MovedScore = "",
    whole: Annotated[str, Query(max_length=60, description="the input whose signals are all shown")] = "",
) -> HTMLResponse:
    """The answer, and everything under it."""
    account = visit.account(account_id)
    stored = explanation_text(visit.connection, account.id, as_of)
    if stored is None:
        return render(request, "unscored.html", visit, account=account, as_of=as_of)
    found = Explanation.model_validate_json(stored)
    known = heard_of(visit.connection, account).as_of(found.as_of)
    page = account_page(
        account,
        found,
        in_force(visit.app.rulebooks, found.as_of),
        history=histories(visit.connection, [account.id], until=found.as_of).get(account.id, []),
        signals=signals_by_input(known.observations, found, whole),
        people=people_of(known.contacts, known.interactions, found.as_of),
        actions=[a for a in actions_of(visit.connection, account.id) if a.opened <= found.as_of],
        assessments=known.assessments,
    )
    assessing = as_of is None and visit.caller.may("assess")
    return render(
        request,
        "account.html",
        visit,
        page=page,
        as_of=as_of,
        assessing=assessing,
        moved=moved_points(moved),
        whole=whole,
    )


@router.post("/accounts/{account_id}/assessments")
def add_assessment(
    visit: FormVisit, account_id: Annotated[str, Path(max_length=200)], given: Given
) -> RedirectResponse:
    """Keep the month's view, score anew, and come back to see what it did."""
    account = visit.account(account_id)
    moved = moved_words(assess(visit, account, given.answers, given.comment))
    return RedirectResponse(f"/accounts/{quote(account.id)}?moved={moved}#decided", 303)
