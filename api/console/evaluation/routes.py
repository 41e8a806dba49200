"""`/evaluation`: how often the engine is right."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.console.evaluation.page import evaluation_page
from api.console.rendering import render
from api.console.session import PageVisit
from eval.golden_figures import load_golden_figures
from extractor.taxonomy import load_taxonomy
from pipeline.screening import live_estimate
from store.browse import accounts_for
from store.judged import count_signals, decisions_said, never_read, readings, refusals
from store.runs import all_runs

router = APIRouter()


@router.get("/evaluation")
def show_evaluation(request: Request, visit: PageVisit) -> HTMLResponse:
    """Figures of labelled samples, ready-made, beside what reviewers said of the accounts that the reader may see."""
    visit.caller.must("review")
    seen = {account.id for account in accounts_for(visit.connection, visit.caller.owners)}
    page = evaluation_page(
        load_golden_figures(),
        load_taxonomy(),
        (said for said in decisions_said(visit.connection) if said.account_id in seen),
        readings(visit.connection),
        count_signals(visit.connection),
        refusals(visit.connection),
        never_read=never_read(visit.connection),
        screened=live_estimate(all_runs(visit.connection)),
        configured=visit.app.settings.engine,
    )
    return render(request, "evaluation.html", visit, page=page)
