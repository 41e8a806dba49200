"""`/runs`: the machinery's diary."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.console.rendering import render
from api.console.runs.page import told_runs
from api.console.session import PageVisit
from store.runs import all_runs

router = APIRouter()
MOST = 100


@router.get("/runs")
def show_runs(request: Request, visit: PageVisit) -> HTMLResponse:
    """While one may be running, the page asks for its table again by itself."""
    visit.caller.must("operate")
    runs = told_runs(all_runs(visit.connection, MOST), visit.now)
    return render(request, "runs.html", visit, runs=runs, running=any(run.running for run in runs))
