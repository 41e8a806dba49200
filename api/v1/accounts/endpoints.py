"""`/v1/accounts`: who they are, where they stand, why, and what that rests on."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query, Response

from api.assessing import assess
from api.days import Day
from api.pages import Cursor, Limit, Page, page_of
from api.problems import InvalidError, NotScoredError
from api.v1.accounts.listing import Filter, Sort, sort_key
from api.v1.accounts.schemas import (
    AccountItem,
    ActionItem,
    AssessmentIn,
    AssessmentItem,
    Current,
    DocumentItem,
    Health,
    History,
    RejectionItem,
    Scored,
    account_item,
    current,
)
from api.visit import ToolVisit, Visit
from extractor.signal import Rejection
from pipeline.answers import rows_on, why_of
from pipeline.lookup import WrongInputError
from pipeline.portfolio import PortfolioRow, earlier_day
from scoring.explanation import Explanation
from scoring.facts import Account
from store.accounts import assessments_of
from store.browse import Point, accounts_for, explanation_text, histories, papers_of
from store.signals import numbered_rejections
from store.snapshots import Action, actions_of
from store.standings import footings_on, last_standing_day

router = APIRouter(prefix="/accounts", tags=["accounts"])

AccountId = Annotated[str, Path(max_length=200, examples=["a-sundergate"])]
AsOf = Annotated[Day | None, Query(description="the last scored day up to this one; without it, the last of all")]


@router.get("")
def list_accounts(
    visit: ToolVisit,
    band: Annotated[str | None, Query(examples=["red"])] = None,
    owner: Annotated[str | None, Query(description="e-mail address of the CSM")] = None,
    segment: str | None = None,
    q: Annotated[str | None, Query(max_length=200, description="part of the name or id")] = None,
    renews_within: Annotated[int | None, Query(ge=0, le=3650, description="days from the last scored day")] = None,
    sort: Sort = "urgency",
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[AccountItem]:
    """The accounts you may see, each with its last standing."""
    last = last_standing_day(visit.connection, None, visit.caller.owners)
    day, wanted = last or date.max, Filter(band, owner, segment, q, renews_within)
    known = footings_on(visit.connection, day, earlier_day(day), owners=visit.caller.owners)
    fitting = (footing for footing in known if wanted.fits(footing, last))
    page, following = page_of(fitting, sort_key(sort), limit, cursor)
    return Page(items=_items(visit, day, [footing.account_id for footing in page]), next=following)


@router.get("/{account_id}")
def get_account(visit: ToolVisit, account_id: AccountId) -> AccountItem:
    """One account with its last standing."""
    account = visit.account(account_id)
    return account_item(account, _row(visit, account))


@router.get("/{account_id}/health")
def get_health(visit: ToolVisit, account_id: AccountId, as_of: AsOf = None) -> Health:
    """The score as of a day, its bounds, and the ledger that sums to it."""
    account = visit.account(account_id)
    stored = Explanation.model_validate_json(_stored(visit, account, as_of))
    return Health(
        account=account.id,
        asked=as_of,
        standing=stored.after,
        inputs=stored.inputs,
        ledger=stored.ledger,
        plays=stored.plays,
        rulebook=stored.rulebook,
    )


@router.get("/{account_id}/why", response_model=Explanation)
def get_why(
    visit: ToolVisit,
    account_id: AccountId,
    as_of: AsOf = None,
    since: Annotated[Day | None, Query(description="compare with this day instead of the last other band")] = None,
) -> Response:
    """Why the account stands where it stands: the stored explanation, every cause with points and quotes."""
    account = visit.account(account_id)
    if since is None:
        return Response(_stored(visit, account, as_of), media_type="application/json")
    try:
        found = why_of(visit.connection, visit.app.rulebooks, account, as_of, since)
    except WrongInputError as error:
        raise NotScoredError(str(error)) from error
    return Response(found.model_dump_json(), media_type="application/json")


@router.get("/{account_id}/history")
def get_history(
    visit: ToolVisit,
    account_id: AccountId,
    since: Annotated[Day | None, Query(alias="from")] = None,
    until: Annotated[Day | None, Query(alias="to")] = None,
) -> History:
    """Every scored day, oldest first."""
    account = visit.account(account_id)
    if since is not None and until is not None and until < since:
        raise InvalidError(f"to {until} lies before from {since}; swap them")
    points = histories(visit.connection, [account.id], since, until).get(account.id, [])
    before: list[Point | None] = [None, *points]
    return History(account=account.id, days=[_scored(now, was) for was, now in zip(before, points, strict=False)])


@router.get("/{account_id}/rejections")
def list_rejections(
    visit: ToolVisit,
    account_id: AccountId,
    reason: Annotated[str | None, Query(examples=["quoted_history"])] = None,
    limit: Limit = 50,
    cursor: Cursor = None,
) -> Page[RejectionItem]:
    """Claims about the account's documents that were refused, with the reason."""
    account = visit.account(account_id)
    numbered = numbered_rejections(visit.connection, account.id)
    found = [(n, r) for n, r in numbered if reason is None or r.reason.value == reason]
    page, following = page_of(found, lambda pair: (pair[1].document_id, pair[1].extractor, pair[0]), limit, cursor)
    return Page(items=[rejection_item(r) for _, r in page], next=following)


@router.get("/{account_id}/documents")
def list_documents(
    visit: ToolVisit, account_id: AccountId, limit: Limit = 50, cursor: Cursor = None
) -> Page[DocumentItem]:
    """What was read of the account, newest first, without the texts."""
    account = visit.account(account_id)
    items = [
        DocumentItem(
            id=p.id,
            account=p.account_id,
            source=p.source,
            title=p.title,
            thread=p.thread,
            origin=p.origin,
            first_at=p.first_at,
            last_at=p.last_at,
            replaced=p.replaced,
        )
        for p in papers_of(visit.connection, account.id)
    ]
    page, following = page_of(items, lambda d: (-(d.last_at.timestamp() if d.last_at else 0.0), d.id), limit, cursor)
    return Page(items=page, next=following)


@router.get("/{account_id}/actions")
def list_account_actions(visit: ToolVisit, account_id: AccountId) -> list[ActionItem]:
    """Every play that was opened for the account, oldest first."""
    account = visit.account(account_id)
    return [action_item(a) for a in actions_of(visit.connection, account.id)]


@router.get("/{account_id}/assessments")
def list_assessments(visit: ToolVisit, account_id: AccountId) -> list[AssessmentItem]:
    """The CSM's monthly views, oldest first."""
    account = visit.account(account_id)
    return [
        AssessmentItem(day=a.day, author=a.author, answers=dict(a.answers), comment=a.comment)
        for a in assessments_of(visit.connection, account.id)
    ]


@router.post("/{account_id}/assessments", status_code=201)
def add_assessment(visit: ToolVisit, account_id: AccountId, body: AssessmentIn) -> Current:
    """Keep today's view of the account; it is scored at once."""
    account = visit.account(account_id)
    assess(visit, account, body.answers, body.comment)
    row = _row(visit, account)
    assert row is not None, "it was scored just now"
    return current(row)


def action_item(action: Action) -> ActionItem:
    return ActionItem(
        id=action.id,
        account=action.account_id,
        play=action.play,
        label=action.label,
        band=action.band,
        owner=action.owner,
        opened=action.opened,
        due=action.due,
        closed=action.closed,
        opened_by=action.opened_by,
    )


def _items(visit: Visit, day: date, ids: Sequence[str]) -> list[AccountItem]:
    """These accounts whole, in the order given, each with its standing up to the day."""
    accounts = {account.id: account for account in accounts_for(visit.connection, (), ids)}
    rows = {row.account_id: row for row in rows_on(visit.connection, day, (), ids)}
    return [account_item(accounts[i], rows.get(i)) for i in ids if i in accounts]


def _row(visit: Visit, account: Account) -> PortfolioRow | None:
    """The account's line of the queue; None for one that was never scored."""
    last = last_standing_day(visit.connection, None, visit.caller.owners)
    return next(iter(rows_on(visit.connection, last, (), [account.id])), None) if last is not None else None


def _stored(visit: Visit, account: Account, as_of: date | None) -> str:
    """The stored explanation as JSON. Raises NotScoredError where there is none."""
    found = explanation_text(visit.connection, account.id, as_of)
    if found is None:
        until = f" up to {as_of}" if as_of else ""
        raise NotScoredError(f"{account.id} has no scored day{until}; `whyred nightly` scores one")
    return found


def _scored(now: Point, was: Point | None) -> Scored:
    return Scored(
        day=now.day,
        score=now.points / 10,
        band=now.band,
        coverage=now.coverage / 10,
        change=(now.points - was.points) / 10 if was is not None else None,
    )


def rejection_item(rejection: Rejection) -> RejectionItem:
    claim = rejection.claim
    return RejectionItem(
        document=rejection.document_id,
        type=claim.type,
        quote=claim.quote,
        severity=claim.severity,
        confidence=claim.confidence,
        message=claim.message,
        reason=rejection.reason.value,
        detail=rejection.detail,
        extractor=rejection.extractor,
    )
