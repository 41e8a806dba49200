"""`/v1/portfolio` and `/v1/actions`: who needs somebody first, and what is due."""

from __future__ import annotations

from collections import Counter
from typing import Annotated

from fastapi import APIRouter, Query

from api.days import Day
from api.pages import Cursor, Limit, Page, page_of
from api.queue import lines_of, place, queue_on
from api.v1.accounts.endpoints import action_item
from api.v1.accounts.schemas import ActionItem
from api.v1.portfolio.schemas import MovedItem, Portfolio
from api.visit import ToolVisit
from store.browse import actions_due, actions_named

router = APIRouter(tags=["portfolio"])


@router.get("/portfolio")
def get_portfolio(
    visit: ToolVisit,
    as_of: Annotated[Day | None, Query()] = None,
    limit: Limit = 100,
    cursor: Cursor = None,
) -> Portfolio:
    """Bands, what moved within a week, and the ranked queue."""
    queue = queue_on(visit.connection, visit.caller.owners, as_of)
    page, following = page_of(queue.ranked, place, limit, cursor)
    return Portfolio(
        day=queue.day,
        bands=dict(Counter(footing.band for footing in queue.ranked)),
        moved=[
            MovedItem(account=m.account_id, name=m.name, from_band=m.from_band, to_band=m.to_band, change=m.change)
            for m in queue.moved
        ],
        queue=lines_of(visit.connection, queue, page),
        next=following,
        unscored=list(queue.unscored),
    )


@router.get("/actions")
def list_actions(
    visit: ToolVisit,
    open: Annotated[bool, Query(description="only those still running")] = True,
    due_by: Annotated[Day | None, Query(description="due on or before this day")] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[ActionItem]:
    """Plays of every account you may see, by due day."""
    due = actions_due(visit.connection, visit.caller.owners, due_by, open_only=open)
    page, following = page_of(due, lambda d: (d.due.toordinal(), d.id), limit, cursor)
    named = actions_named(visit.connection, [d.id for d in page])
    return Page(items=[action_item(named[d.id]) for d in page if d.id in named], next=following)
