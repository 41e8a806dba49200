"""`/`: the portfolio."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query, Request
from fastapi.responses import HTMLResponse

from api.console.portfolio.page import LOOK_BACK, ORDERS, PAGE, Filters, Order, fitting_of, portfolio_page
from api.console.rendering import render
from api.console.session import PageVisit
from api.queue import lines_of, queue_on
from store.browse import histories

router = APIRouter()


@router.get("/")
def show_portfolio(
    request: Request,
    visit: PageVisit,
    band: Annotated[str, Query(max_length=20)] = "",
    owner: Annotated[str, Query(max_length=200)] = "",
    q: Annotated[str, Query(max_length=200)] = "",
    moved: Annotated[str, Query(pattern="^1?$")] = "",
    sort: Order = Order.URGENCY,
    first: Annotated[int | None, Query(ge=0, le=10**6)] = None,
) -> HTMLResponse:
    """The queue of the accounts that the reader may see; only the lines that are shown are read whole."""
    queue = queue_on(visit.connection, visit.caller.owners, None)
    filters = Filters(band, owner, q.strip(), bool(moved), sort)
    fitting, begin = fitting_of(queue, filters), first or 0
    rows = lines_of(visit.connection, queue, fitting[begin : begin + PAGE])
    since = queue.day - LOOK_BACK if queue.day else None
    past = histories(visit.connection, [row.account_id for row in rows], since)
    page = portfolio_page(queue, rows, len(fitting), past, filters, begin, visit.today)
    return render(request, "portfolio.html", visit, page=page, orders=ORDERS, paged=first is not None)
