"""`/evidence/…` and `/documents/…`: the words themselves. Every look is written to the audit log."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Request
from fastapi.responses import HTMLResponse

from api.console.evidence.page import EvidencePage, evidence_page
from api.console.rendering import render
from api.console.session import PageVisit
from api.evidence import points_by_signal, sighting_of
from api.problems import NotFoundError
from api.v1.evidence.schemas import signal_item
from api.visit import Visit
from extractor.document import Document
from scoring.facts import Account
from store.browse import Sighting, explanation_on, sightings
from store.documents import get_document
from store.signals import rejections_of

router = APIRouter()


@router.get("/evidence/{signal_id}")
def show_evidence(request: Request, visit: PageVisit, signal_id: Annotated[str, Path(max_length=200)]) -> HTMLResponse:
    """One signal's quotes where they stand."""
    account, sighting, document = sighting_of(visit, signal_id)
    visit.note("read_evidence", document.id, account=account.id, signal=signal_id)
    return render(request, "evidence.html", visit, page=_page(visit, account, document, sighting))


@router.get("/documents/{document_id}")
def show_document(
    request: Request, visit: PageVisit, document_id: Annotated[str, Path(max_length=200)]
) -> HTMLResponse:
    """A whole document with everything that was found in it."""
    account = visit.account_of_document(document_id)
    document = get_document(visit.connection, document_id)
    if document is None:
        raise NotFoundError(f"no document {document_id!r}")
    visit.note("read_document", document.id, account=account.id)
    return render(request, "evidence.html", visit, page=_page(visit, account, document, None))


def _page(visit: Visit, account: Account, document: Document, wanted: Sighting | None) -> EvidencePage:
    stored = explanation_on(visit.connection, account.id, None)
    points = points_by_signal(stored)
    seen = sightings(visit.connection, document.id)
    items = [
        signal_item(s.signal, account.id, s.subject, points)
        for s in seen
        if s.current or (wanted is not None and s.signal.id == wanted.signal.id)
    ]
    refused = [r for r in rejections_of(visit.connection, account.id) if r.document_id == document.id]
    return evidence_page(account, document, seen, items, refused, wanted, (stored or {}).get("ledger", ()))
