"""`/v1/me`, `/v1/runs`, `/v1/quarantine`, `/v1/audit`: who you are, and what the machinery did."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query

from api.pages import Cursor, Limit, Page, page_of
from api.v1.system.schemas import AuditItem, HeldItem, Me, RunItem
from api.visit import ToolVisit
from store.audit import entries
from store.quarantine import held
from store.runs import all_runs

router = APIRouter(tags=["system"])


@router.get("/me")
def get_me(visit: ToolVisit) -> Me:
    """Whose key this is and what it opens."""
    return Me(name=visit.caller.name, role=visit.caller.role, owners=list(visit.caller.owners))


@router.get("/runs")
def list_runs(visit: ToolVisit, limit: Limit = 50, cursor: Cursor = None) -> Page[RunItem]:
    """What each job did, newest first."""
    visit.caller.must("operate")
    runs = [
        RunItem(id=r.id, job=r.job, started=r.started, ended=r.ended, report=dict(r.report))
        for r in all_runs(visit.connection)
    ]
    page, following = page_of(runs, lambda r: (-r.id,), limit, cursor)
    return Page(items=page, next=following)


@router.get("/quarantine")
def list_held(visit: ToolVisit, limit: Limit = 50, cursor: Cursor = None) -> Page[HeldItem]:
    """What was held back, with the reason and the accounts it might belong to."""
    visit.caller.must("operate")
    items = [
        HeldItem(id=h.id, origin=h.origin, reason=h.reason, detail=h.detail, candidates=list(h.candidates))
        for h in held(visit.connection)
    ]
    page, following = page_of(items, lambda h: (h.origin, h.reason, h.id), limit, cursor)
    return Page(items=page, next=following)


@router.get("/audit")
def list_audit(
    visit: ToolVisit,
    subject: Annotated[
        str | None, Query(description="one document, account or signal; also entries that name it beside another")
    ] = None,
    who: Annotated[str | None, Query(description="name of a key or person")] = None,
    before: Annotated[int, Query(ge=0, le=2**31 - 1, description="entries older than this id")] = 0,
    limit: Limit = 100,
) -> list[AuditItem]:
    """Who read and decided what, newest first."""
    visit.caller.must("administer")
    return [
        AuditItem(
            id=e.id,
            at=e.at,
            who=e.who,
            role=e.role,
            action=e.action,
            subject=e.subject,
            detail=dict(e.detail),
            request=e.request,
        )
        for e in entries(visit.connection, subject=subject, who=who, limit=limit, before=before)
    ]
