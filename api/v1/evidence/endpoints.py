"""`/v1/…/signals` and their evidence."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query

from api.days import Day
from api.evidence import points_open_to, sighting_of
from api.pages import Cursor, Limit, Page, page_of
from api.v1.evidence.schemas import EvidenceItem, SignalItem, cited, signal_item
from api.visit import ToolVisit
from scoring.facts import end_of
from store.browse import explanation_on
from store.signals import observations_of

router = APIRouter(tags=["evidence"])


@router.get("/accounts/{account_id}/signals")
def list_signals(
    visit: ToolVisit,
    account_id: Annotated[str, Path(max_length=200)],
    as_of: Annotated[Day | None, Query(description="as they could be seen by the end of this day")] = None,
    type: Annotated[str | None, Query(examples=["renewal_risk"])] = None,
    input: Annotated[str | None, Query(examples=["commercial"])] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[SignalItem]:
    """The signals of the account's current readings, latest first."""
    account = visit.account(account_id)
    points = points_open_to(visit, account.id, explanation_on(visit.connection, account.id, as_of))
    seen = [
        (o, signal)
        for o in observations_of(visit.connection, account.id)
        if (signal := o.signal if as_of is None else o.signal.until(end_of(as_of))) is not None
        and (as_of is None or o.known_at <= end_of(as_of))
    ]
    items = [signal_item(signal, account.id, o.subject, points) for o, signal in seen]
    fitting = [i for i in items if (type is None or i.type == type) and (input is None or i.input == input)]
    key = _latest_first
    page, following = page_of(sorted(fitting, key=key), key, limit, cursor)
    return Page(items=page, next=following)


@router.get("/signals/{signal_id}")
def get_signal(visit: ToolVisit, signal_id: Annotated[str, Path(max_length=200)]) -> SignalItem:
    """One signal, whether or not its reading is the current one."""
    account, sighting, _ = sighting_of(visit, signal_id)
    points = points_open_to(visit, account.id, explanation_on(visit.connection, account.id, None))
    return signal_item(sighting.signal, account.id, sighting.subject, points)


@router.get("/signals/{signal_id}/evidence")
def get_evidence(
    visit: ToolVisit,
    signal_id: Annotated[str, Path(max_length=200)],
    context: Annotated[int, Query(ge=0, le=5000, description="code points on either side")] = 200,
) -> EvidenceItem:
    """The quotes in their surroundings. Reading them is written to the audit log."""
    account, sighting, document = sighting_of(visit, signal_id)
    points = points_open_to(visit, account.id, explanation_on(visit.connection, account.id, None))
    visit.note("read_evidence", document.id, account=account.id, signal=signal_id)
    return EvidenceItem(
        signal=signal_item(sighting.signal, account.id, sighting.subject, points),
        source=document.source.value,
        title=document.title,
        origin=document.origin,
        quotes=cited(document, sighting.signal.evidence, context),
    )


def _latest_first(item: SignalItem) -> tuple[float, str]:
    return (-(item.observed_at.timestamp() if item.observed_at else 0.0), item.id)
