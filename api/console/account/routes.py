"""`/accounts/…`: one account, and its monthly assessment."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Form, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.acting import Step
from api.assessing import assess
from api.console.account.assessing import Given
from api.console.account.comparing import compared_with
from api.console.account.page import MOST_PAPERS, PAPERS, account_page
from api.console.account.signals import chosen, signals_by_input
from api.console.actions.page import DID
from api.console.moved import MovedScore, moved_points, moved_words
from api.console.rendering import render
from api.console.session import FormVisit, PageVisit
from api.days import Day, day_from
from api.overriding import set_band
from api.problems import InvalidError
from pipeline.people import WINDOW, people_of
from scoring.explanation import Explanation
from scoring.rulebook.loading import in_force
from store.actions import actions_of, events_for
from store.browse import explanation_text, histories, papers_of
from store.facts import heard_of
from store.overrides import overrides_of
from store.presence import presence_of

router = APIRouter()


@router.get("/accounts/{account_id}")
def show_account(
    request: Request,
    visit: PageVisit,
    account_id: Annotated[str, Path(max_length=200)],
    as_of: Annotated[Day | None, Query()] = None,
    moved: MovedScore = "",
    whole: Annotated[
        str, Query(max_length=60, description="what is told to its end: `causes`, `papers`, or an input's signals")
    ] = "",
    did: Annotated[Step | None, Query()] = None,
    since: Annotated[str, Query(max_length=10, description="compare with this day")] = "",
) -> HTMLResponse:
    """The answer, and everything under it."""
    account = visit.account(account_id)
    stored = explanation_text(visit.connection, account.id, as_of)
    if stored is None:
        return render(request, "unscored.html", visit, account=account, as_of=as_of)
    latest = Explanation.model_validate_json(stored)
    found, compared = compared_with(visit, account, latest, as_of, day_from(since, "since"))
    choice = chosen(found, whole)
    known = heard_of(visit.connection, account, choice.unquoted).as_of(found.as_of)
    page = account_page(
        account,
        found,
        in_force(visit.app.rulebooks, found.as_of),
        history=histories(visit.connection, [account.id], until=found.as_of).get(account.id, []),
        signals=signals_by_input(choice, known.observations),
        people=people_of(
            known.contacts, presence_of(visit.connection, account.id, found.as_of - WINDOW, found.as_of), found.as_of
        ),
        actions=[a for a in actions_of(visit.connection, account.id) if a.opened <= found.as_of],
        events=events_for(visit.connection, account.id),
        assessments=known.assessments,
        overrides=[o for o in overrides_of(visit.connection, account.id) if o.first <= found.as_of],
        papers=papers_of(visit.connection, account.id, MOST_PAPERS + 1 if whole == "papers" else PAPERS + 1),
        day=as_of or visit.today,
        whole=whole,
    )
    now = as_of is None
    return render(
        request,
        "account.html",
        visit,
        page=page,
        as_of=as_of,
        compared=compared,
        assessing=now and visit.caller.may("assess"),
        acting=now and visit.caller.may("act"),
        moved=moved_points(moved),
        did=DID[did] if did else "",
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


@router.post("/accounts/{account_id}/overrides")
def add_override(
    visit: FormVisit,
    account_id: Annotated[str, Path(max_length=200)],
    band: Annotated[str, Form(max_length=20)],
    reason: Annotated[str, Form(max_length=500)],
    until: Annotated[str, Form(max_length=10)],
) -> RedirectResponse:
    """Set the band by hand until a day, score anew, and come back to see it."""
    account = visit.account(account_id)
    last = day_from(until, "until")
    if last is None:
        raise InvalidError("until is empty: say the last day that the band holds")
    moved = moved_words(set_band(visit, account, band, last, reason))
    return RedirectResponse(f"/accounts/{quote(account.id)}?moved={moved}#decided", 303)
