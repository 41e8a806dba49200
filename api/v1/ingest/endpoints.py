"""`/v1/ingest` and `/v1/jobs`: files come in, a job reads them."""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Header, Path, Request, Response
from pydantic import BaseModel, Field

from api.problems import ConflictError, NotFoundError, documented
from api.v1.ingest.uploads import Delivered
from api.v1.ingest.working import work_off
from api.visit import ToolVisit
from pipeline.inbox import folder_of
from store.database import Connection
from store.jobs import WAITING, Job, add_job, get_job, job_named, job_reopened

router = APIRouter(tags=["ingest"])

IdempotencyKey = Annotated[
    str | None,
    Header(max_length=200, description="your name for this request: made twice, it is one job", examples=["crm-8812"]),
]


class JobItem(BaseModel):
    """A job to poll. `report` counts what was read, new, and held in quarantine; of a failed job it holds the reason.

    A failed job is done again when the same files are sent under its idempotency key.
    """

    id: str
    kind: str
    state: str = Field(examples=["done"], description="waiting, running, done or failed")
    created: datetime
    ended: datetime | None
    report: dict[str, Any]


_BODY: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {
            "application/json": {"schema": {"$ref": "#/components/schemas/FilesIn"}},
            "multipart/form-data": {
                "schema": {
                    "type": "object",
                    "required": ["files"],
                    "properties": {
                        "files": {"type": "array", "items": {"type": "string", "format": "binary"}},
                        "account": {"type": "string"},
                    },
                }
            },
        },
    }
}


@router.post("/ingest", summary="Take Files In", status_code=202, responses=documented(409), openapi_extra=_BODY)
def add(
    request: Request,
    delivered: Delivered,  # before the visit: nobody has a turn while their files are on the way
    visit: ToolVisit,
    background: BackgroundTasks,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> JobItem:
    """Take files in: mails, transcripts, tickets or tables, by the same readers as `whyred ingest`."""
    visit.caller.must("ingest")
    account = visit.account(delivered.account).id if delivered.account else None
    made = Job(
        id=secrets.token_hex(12),
        kind="ingest",
        who=visit.caller.name,
        idempotency=f"{visit.caller.name}:{idempotency_key}" if idempotency_key else None,
        digest=delivered.digest,
        state=WAITING,
        created=visit.now,
        report={"account": account} if account else {},
    )
    job = _kept(visit.connection, made)
    if job.id == made.id or job_reopened(visit.connection, replace(made, id=job.id)):
        job = replace(made, id=job.id, created=job.created)
        delivered.unpack(folder_of(visit.app.settings.home, job.id))
        visit.note("ingest", job.id, files=len(delivered.files))
    background.add_task(work_off, visit.app, request.app.state.clock)
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    return _item(job)


@router.get("/jobs/{job_id}", summary="Get Job")
def get(visit: ToolVisit, job_id: Annotated[str, Path(max_length=100)]) -> JobItem:
    """How far a job is. Only who asked for it, and administrators, may know."""
    job = get_job(visit.connection, job_id)
    if job is None or (job.who != visit.caller.name and not visit.caller.may("administer")):
        raise NotFoundError(f"no job {job_id!r} of yours; `Location` of the answer to /v1/ingest names it")
    return _item(job)


def _kept(connection: Connection, made: Job) -> Job:
    """This job, or the one that came first under its name. Raises ConflictError where that brought other content."""
    if add_job(connection, made):
        return made
    known = job_named(connection, made.idempotency or "")
    if known is None or known.digest != made.digest:
        key = (made.idempotency or "").removeprefix(f"{made.who}:")
        raise ConflictError(f"idempotency key {key!r} came before with other content; use a new one")
    return known


def _item(job: Job) -> JobItem:
    return JobItem(
        id=job.id, kind=job.kind, state=job.state, created=job.created, ended=job.ended, report=dict(job.report)
    )
