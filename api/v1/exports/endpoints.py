"""Exports and erasure: an account's data out as one document, the queue as a table, an account gone for good."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Annotated

from fastapi import APIRouter, BackgroundTasks, Path, Query, Response

from api.problems import InvalidError
from api.queue import lines_of, queue_on
from api.v1.accounts.endpoints import (
    get_account,
    get_history,
    list_account_actions,
    list_assessments,
    rejection_item,
)
from api.v1.documents.schemas import DocumentText, document_text
from api.v1.exports.schemas import (
    AccountExport,
    ActionStep,
    BandSet,
    Erased,
    Metric,
    Outcome,
    Part,
    Person,
    TicketTimes,
)
from api.v1.reviews.schemas import review_items
from api.visit import ToolVisit, Visit
from pipeline import erasing
from pipeline.erasing import ErasureError, clean_up, erase_account, erase_person
from scoring.explanation import Explanation
from store.accounts import outcomes_of, readings_of
from store.actions import events_for
from store.browse import explanation_on, papers_of, sightings_in
from store.decisions import reviews_of
from store.documents import get_documents
from store.overrides import overrides_of
from store.signals import interactions_of, rejections_of
from store.versions import contacts_of, tickets_of

router = APIRouter(tags=["exports"])
AccountId = Annotated[str, Path(max_length=200)]
AT_ONCE = 500
"""Lines of the table, or documents, that are read together; all come from the one transaction, so from the same night."""
COLUMNS = (
    "account_id",
    "name",
    "segment",
    "owner",
    "arr",
    "currency",
    "day",
    "band",
    "score",
    "low",
    "high",
    "coverage",
    "change",
    "days_to_renewal",
    "next_play",
    "due",
    "sentence",
)


@router.get("/portfolio.csv", response_class=Response, responses={200: {"content": {"text/csv": {}}}})
def portfolio_table(visit: ToolVisit) -> Response:
    """The ranked queue as a table for a spreadsheet. Written to the audit log."""
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(COLUMNS)
    queue = queue_on(visit.connection, visit.caller.owners, None)
    for first in range(0, len(queue.ranked), AT_ONCE):
        for row in lines_of(visit.connection, queue, queue.ranked[first : first + AT_ONCE]):
            table.writerow([_cell(getattr(row, name)) for name in COLUMNS])
    visit.note("export_portfolio", "portfolio", accounts=len(queue.ranked))
    disposition = {"Content-Disposition": 'attachment; filename="portfolio.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=disposition)


@router.get("/accounts/{account_id}/export")
def export(visit: ToolVisit, account_id: AccountId) -> AccountExport:
    """Everything kept of an account. Written to the audit log."""
    visit.caller.must("export")
    account = visit.account(account_id)
    connection, name = visit.connection, account.id
    stored = explanation_on(connection, name, None)
    steps = events_for(connection, name).values()
    found = AccountExport(
        account=get_account(visit, name),
        people=[Person.model_validate(c) for c in contacts_of(connection, name)],
        metrics=[Metric.model_validate(r) for r in readings_of(connection, name)],
        tickets=[TicketTimes.model_validate(t) for t in tickets_of(connection, name)],
        outcomes=[Outcome.model_validate(o) for o in outcomes_of(connection, name)],
        why=Explanation.model_validate(stored) if stored is not None else None,
        history=get_history(visit, name).days,
        assessments=list_assessments(visit, name),
        overrides=[BandSet.model_validate(o) for o in overrides_of(connection, name)],
        actions=list_account_actions(visit, name),
        action_steps=[ActionStep.model_validate(step) for each in steps for step in each],
        reviews=review_items(reviews_of(connection, name), visit.caller),
        rejections=[rejection_item(r) for r in rejections_of(connection, name)],
        interactions=[Part.model_validate(i) for i in interactions_of(connection, name)],
        documents=list(_documents(visit, name)),
    )
    visit.note("export", name, documents=sorted(d.id for d in found.documents))
    return found


def _documents(visit: Visit, account_id: str) -> Iterator[DocumentText]:
    """Newest first, with what cites them, many read at once."""
    ids = [paper.id for paper in papers_of(visit.connection, account_id)]
    for first in range(0, len(ids), AT_ONCE):
        some = ids[first : first + AT_ONCE]
        texts, seen = get_documents(visit.connection, some), sightings_in(visit.connection, some)
        yield from (document_text(texts[name], account_id, seen.get(name, [])) for name in some)


@router.delete("/accounts/{account_id}")
def erase(
    visit: ToolVisit,
    background: BackgroundTasks,
    account_id: AccountId,
    confirm: Annotated[str, Query(max_length=300, description="the account's name, as a guard against slips")] = "",
) -> Erased:
    """Erase an account with all its documents, signals, scores and decisions. Only the audit log remembers that."""
    visit.caller.must("administer")
    account = visit.account(account_id)
    if confirm != account.name:
        raise InvalidError(f"confirm = {confirm!r}: repeat the account's name, {account.name!r}, to erase it for good")
    done = erase_account(visit.connection, visit.app.settings.home, account)
    return _done(visit, background, "erase_account", done)


@router.delete("/people/{person}")
def erase_one(
    visit: ToolVisit,
    background: BackgroundTasks,
    person: Annotated[str, Path(max_length=300, description="e-mail address, or full name", examples=["a@b.example"])],
    name: Annotated[list[str] | None, Query(max_length=10, description="other names they go by")] = None,
    account: Annotated[str | None, Query(max_length=200, description="account, where only a name is known")] = None,
    confirm: Annotated[str, Query(max_length=300, description="the address or name again, against slips")] = "",
) -> Erased:
    """Erase a person from all accounts: their words, name and address, and what rested on their words."""
    visit.caller.must("administer")
    account_id = visit.account(account).id if account else None
    if confirm != person:
        raise InvalidError(f"confirm = {confirm!r}: repeat {person!r} to erase this person for good")
    home = visit.app.settings.home
    try:
        done = erase_person(visit.connection, visit.app.rulebooks, home, person, name or (), account_id)
    except ErasureError as error:
        raise InvalidError(str(error)) from error
    return _done(visit, background, "erase_person", done)


def _done(visit: Visit, background: BackgroundTasks, action: str, done: erasing.Erased) -> Erased:
    """The log keeps that it was done and how much it was, never of whom."""
    counts = {"documents": done.documents, "messages": done.messages, "signals": done.signals}
    visit.note(action, done.subject, **counts)
    background.add_task(clean_up, visit.app, done)
    elsewhere = [str(path) for path in done.elsewhere]
    return Erased(subject=done.subject, rows=done.rows, **counts, elsewhere=elsewhere)


def _cell(value: object) -> object:
    """Text that a spreadsheet would take for a formula is kept text."""
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value
