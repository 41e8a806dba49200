"""`/quarantine`: what could not be read or matched to an account, and what to do about it."""

from __future__ import annotations

from collections import Counter

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from api.console.rendering import render
from api.console.session import PageVisit
from store.quarantine import held

router = APIRouter()


@router.get("/quarantine")
def show_quarantine(request: Request, visit: PageVisit) -> HTMLResponse:
    visit.caller.must("operate")
    rows = held(visit.connection)
    reasons = Counter(row.reason for row in rows).most_common()
    return render(request, "quarantine.html", visit, rows=rows, reasons=reasons)
