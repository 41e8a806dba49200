"""`/`: the portfolio."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.console.portfolio.page import LOOK_BACK, Filters, portfolio_page, wanted_rows
from api.console.rendering import render
from api.console.session import PageVisit
from api.queue import WEEK, queue_on
from store.browse import histories
from store.standings import standings_on

router = APIRouter()


@router.get("/")
def show_portfolio(
    request: Request,
    visit: PageVisit,
    band: Annotated[str, Query(max_length=20)] = "",
    owner: Annotated[str, Query(max_length=200)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
    first: Annotated[int, Query(ge=0, le=10**6)] = 0,
) -> HTMLResponse:
    """The ranked queue of the accounts that the reader may see."""
    owners = visit.caller.owners
    queue = queue_on(visit.connection, owners, None)
    filters = Filters(band, owner, q.strip())
    rows, fitting = wanted_rows(queue, filters, first)
    since = queue.day - LOOK_BACK if queue.day else None
    week_ago = standings_on(visit.connection, queue.day - WEEK, owners) if queue.day else {}
    page = portfolio_page(
        queue,
        rows,
        fitting,
        {account_id: s.band for account_id, s in week_ago.items()},
        histories(visit.connection, [row.account_id for row in rows], since),
        filters,
        first,
    )
    return render(request, "portfolio.html", visit, page=page)
