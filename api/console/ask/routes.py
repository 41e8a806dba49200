"""`/ask`: a question in words, answered as a page. A plain form, so that it works without JavaScript."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Query, Request
from fastapi.responses import HTMLResponse

from api.asking import ask
from api.console.ask.page import ask_page
from api.console.rendering import render
from api.console.session import PageVisit
from api.indexing import index_what_lacks

router = APIRouter()


@router.get("/ask")
def show_answer(
    request: Request,
    visit: PageVisit,
    background: BackgroundTasks,
    q: Annotated[str, Query(max_length=1000)] = "",
    account: Annotated[str, Query(max_length=200)] = "",
) -> HTMLResponse:
    """What `POST /v1/ask` answers, with links to the evidence; the question alone where nothing was asked yet."""
    visit.caller.must("ask")
    question = q.strip()
    answer = ask(visit, question, account or None) if question else None
    if answer is not None:
        index_what_lacks(background, visit.app, answer)
    return render(request, "ask.html", visit, page=ask_page(question, answer))
