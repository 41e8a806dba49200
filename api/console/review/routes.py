"""`/review`: decide about signals one after the other, by keyboard."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Form, Query, Request
from fastapi.responses import HTMLResponse, RedirectResponse

from api.blind import open_to, parted
from api.console.evidence.deciding import wanted_of
from api.console.moved import MovedScore, moved_points, moved_words
from api.console.rendering import render
from api.console.review.page import SHOWN, Card, Done, card, review_page
from api.console.session import FormVisit, PageVisit
from api.evidence import sighting_of
from api.problems import NotFoundError
from api.reviews import Wanted, decide
from api.visit import Visit
from extractor.taxonomy import load_taxonomy
from pipeline.review_queue import first_to_see
from store.browse import sightings_in
from store.decisions import reviews_about
from store.documents import get_documents
from store.reviewing import Waiting, count_decided, count_waiting, last_decided

router = APIRouter()

SignalId = Annotated[str, Form(max_length=200)]


@router.get("/review")
def show_queue(
    request: Request,
    visit: PageVisit,
    second: Annotated[bool, Query()] = False,
    moved: MovedScore = "",
    done: Annotated[str, Query(max_length=200)] = "",
    verdict: Annotated[str, Query(max_length=20)] = "",
) -> HTMLResponse:
    """The signals to decide on next; looking at their words is written down like any look."""
    visit.caller.must("review")
    reviewer = visit.caller.name if second else None
    found = first_to_see(visit.connection, visit.caller.owners, most=SHOWN, second_for=reviewer)
    cards = _cards(visit, found)
    visit.note("read_queue", "review", documents=sorted({c.document.id for c in cards}))
    who, midnight = visit.caller.name, datetime.combine(visit.today, time.min, UTC)
    decided = count_decided(visit.connection, who, midnight)
    page = review_page(
        cards,
        count_waiting(visit.connection, visit.caller.owners, reviewer),
        decided,
        last_decided(visit.connection, visit.caller.owners, who, midnight) if decided else None,
        second=second,
    )
    return render(
        request,
        "review.html",
        visit,
        page=page,
        moved=moved_points(moved),
        done=_done(visit, done) if done else None,
        verdict=verdict,
    )


@router.post("/review")
def decide_next(
    visit: FormVisit,
    signal: SignalId,
    wanted: Annotated[Wanted, Depends(wanted_of)],
    second: Annotated[bool, Form()] = False,
) -> RedirectResponse:
    """Decide, score anew, and go on with the next."""
    moved = moved_words(decide(visit, signal, wanted).rescored)
    query = {"moved": moved, "done": signal, "verdict": wanted.verdict.value} | ({"second": "true"} if second else {})
    return RedirectResponse(f"/review?{urlencode(query)}", 303)


def _done(visit: Visit, signal_id: str) -> Done | None:
    """Who else judged it is told only to who did; None where the signal is gone since."""
    try:
        account, sighting, _ = sighting_of(visit, signal_id)
    except NotFoundError:
        return None
    said = parted(open_to(visit.caller, reviews_about(visit.connection, account.id, sighting)))
    label = load_taxonomy().by_id[sighting.signal.type].label
    return Done(signal_id, label, account.name, *said.with_and_against(visit.caller.name))


def _cards(visit: Visit, found: Sequence[Waiting]) -> list[Card]:
    """With the words of all of them read at once."""
    if not found:
        return []
    ids = sorted({w.document_id for w in found})
    documents = get_documents(visit.connection, ids)
    seen = {s.signal.id: s for each in sightings_in(visit.connection, ids).values() for s in each}
    return [
        card(w, documents[w.document_id], seen) for w in found if w.signal_id in seen and w.document_id in documents
    ]
