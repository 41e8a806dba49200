"""`/evaluation`: how often the engine is right."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.console.evaluation.page import evaluation_page
from api.console.rendering import render
from api.console.session import PageVisit
from eval.golden_figures import load_golden_figures
from extractor.taxonomy import load_taxonomy
from store.judged import count_signals, decisions_said, never_read, readings, refusals

router = APIRouter()


@router.get("/evaluation")
def show_evaluation(request: Request, visit: PageVisit) -> HTMLResponse:
    """Figures of labelled samples, ready-made, beside those of this store's reviewers."""
    visit.caller.must("review")
    page = evaluation_page(
        load_golden_figures(),
        load_taxonomy(),
        decisions_said(visit.connection),
        readings(visit.connection),
        count_signals(visit.connection),
        refusals(visit.connection),
        never_read=never_read(visit.connection),
        configured=visit.app.settings.engine,
    )
    return render(request, "evaluation.html", visit, page=page)
