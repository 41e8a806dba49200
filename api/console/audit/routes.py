"""`/audit`: who read and decided what."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.console.rendering import render
from api.console.session import PageVisit
from store.audit import entries

router = APIRouter()
PAGE = 100


@router.get("/audit")
def show_audit(request: Request, visit: PageVisit, before: Annotated[int, Query(ge=0, le=2**53)] = 0) -> HTMLResponse:
    visit.caller.must("administer")
    found = entries(visit.connection, limit=PAGE, before=before)
    older = found[-1].id if len(found) == PAGE else None
    return render(request, "audit.html", visit, entries=found, older=older)
