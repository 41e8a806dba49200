"""`/evidence/…` and `/documents/…`: the words themselves. Every look is written to the audit log."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Depends, Path, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.console.evidence.deciding import deciding, fits, wanted_of
from api.console.evidence.page import EvidencePage, evidence_page
from api.console.moved import MovedScore, moved_points, moved_words
from api.console.rendering import render
from api.console.session import FormVisit, PageVisit
from api.evidence import points_open_to, sighting_of
from api.problems import NotFoundError
from api.reviews import Wanted, decide
from api.v1.evidence.schemas import signal_item
from api.visit import Visit
from extractor.document import Document, Span
from scoring.facts import Account, end_of
from store.browse import Sighting, explanation_on, sightings
from store.copies import original_of
from store.decisions import reviews_about
from store.documents import get_document
from store.signals import observations_of, rejections_of

router = APIRouter()


@router.get("/evidence/{signal_id}")
def show_evidence(
    request: Request,
    visit: PageVisit,
    signal_id: Annotated[str, Path(max_length=200)],
    moved: MovedScore = "",
) -> HTMLResponse:
    """One signal's quotes where they stand."""
    account, sighting, document = sighting_of(visit, signal_id)
    visit.note("read_evidence", document.id, account=account.id, signal=signal_id)
    may = visit.caller.may("review") and sighting.current
    return render(
        request,
        "evidence.html",
        visit,
        page=_page(visit, account, document, sighting),
        deciding=deciding(reviews_about(visit.connection, account.id, sighting), visit.caller, may=may),
        moved=moved_points(moved),
    )


@router.post("/evidence/{signal_id}/reviews")
def add_review(
    visit: FormVisit, signal_id: Annotated[str, Path(max_length=200)], wanted: Annotated[Wanted, Depends(wanted_of)]
) -> RedirectResponse:
    """Decide, score anew, and come back to see what it did."""
    fits(sighting_of(visit, signal_id).document, wanted)
    moved = moved_words(decide(visit, signal_id, wanted).rescored)
    return RedirectResponse(f"/evidence/{quote(signal_id)}?moved={moved}#decided", 303)


@router.get("/documents/{document_id}")
def show_document(
    request: Request,
    visit: PageVisit,
    document_id: Annotated[str, Path(max_length=200)],
    at: Annotated[str, Query(max_length=40, pattern=r"^([0-9]{1,9}-[0-9]{1,9})?$")] = "",
) -> HTMLResponse:
    """A whole document with everything that was found in it; `at` marks the words that somebody came for."""
    account = visit.account_of_document(document_id)
    document = get_document(visit.connection, document_id)
    if document is None:
        raise NotFoundError(f"no document {document_id!r}")
    visit.note("read_document", document.id, account=account.id)
    page = _page(visit, account, document, None, _asked(at, document))
    return render(request, "evidence.html", visit, page=page, deciding=None, moved=())


def _asked(at: str, document: Document) -> Span | None:
    """None for words that the document does not have."""
    start, _, end = at.partition("-")
    return Span(int(start), int(end)) if at and int(start) < int(end) <= len(document.text) else None


def _page(
    visit: Visit, account: Account, document: Document, wanted: Sighting | None, asked: Span | None = None
) -> EvidencePage:
    stored = explanation_on(visit.connection, account.id, None)
    points = points_open_to(visit, account.id, stored)
    seen = sightings(visit.connection, document.id)
    items = [
        signal_item(s.signal, account.id, s.subject, points)
        for s in seen
        if s.current or (wanted is not None and s.signal.id == wanted.signal.id)
    ]
    refused = [r for r in rejections_of(visit.connection, account.id) if r.document_id == document.id]
    ledger = (stored or {}).get("ledger", ())
    if wanted is None:
        return evidence_page(account, document, seen, items, refused, None, ledger, asked)
    original = original_of(visit.connection, wanted.signal.id)
    came = _came_later(visit, account, wanted, date.fromisoformat(stored["as_of"]) if stored else None)
    return evidence_page(account, document, seen, items, refused, wanted, ledger, asked, original, came)


def _came_later(visit: Visit, account: Account, wanted: Sighting, scored: date | None) -> date | None:
    """The day that it became known, where that was after the last scored one."""
    known = [o.known_at for o in observations_of(visit.connection, account.id, [wanted.signal.id])]
    return next((at.date() for at in known if scored is None or at > end_of(scored)), None)
