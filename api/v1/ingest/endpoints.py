"""`/v1/ingest` and `/v1/jobs`: files come in, a job reads them."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, BackgroundTasks, Header, Response
from fastapi import Path as InPath
from pydantic import BaseModel, Field

from api.indexing import index_quietly
from api.problems import ConflictError, NotFoundError, documented
from api.v1.ingest.uploads import Delivered
from api.visit import ToolVisit
from extractor.document import content_id
from pipeline.inbox import folder_of, tidy
from pipeline.intake import take_in
from pipeline.wiring import App
from store.jobs import DONE, FAILED, WAITING, Job, add_job, get_job, job_ended, job_named, job_started

LOG = logging.getLogger("whyred.api")
router = APIRouter(tags=["ingest"])

IdempotencyKey = Annotated[
    str | None,
    Header(max_length=200, description="your name for this request: made twice, it is one job", examples=["crm-8812"]),
]


class JobItem(BaseModel):
    """A job to poll. `report` counts what was read, new, and held in quarantine."""

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
    delivered: Delivered,
    visit: ToolVisit,
    background: BackgroundTasks,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> JobItem:
    """Take files in: mails, transcripts, tickets or tables, by the same readers as `whyred ingest`.

    Delivered first, then the visit: nobody has a turn while their files are on the way.
    """
    visit.caller.must("ingest")
    account = visit.account(delivered.account).id if delivered.account else None
    name = f"{visit.caller.name}:{idempotency_key}" if idempotency_key else None
    digest = delivered.digest
    known = job_named(visit.connection, name) if name else None
    if known is not None and known.digest != digest:
        raise ConflictError(f"idempotency key {idempotency_key!r} came before with other content; use a new one")
    job = known or Job(
        id=content_id([visit.request_id, digest, visit.now.isoformat()]).removeprefix("sha256:")[:24],
        kind="ingest",
        who=visit.caller.name,
        idempotency=name,
        digest=digest,
        state=WAITING,
        created=visit.now,
    )
    if known is None:
        folder = folder_of(visit.app.settings.home, job.id)
        delivered.unpack(folder)
        add_job(visit.connection, job)
        visit.note("ingest", job.id, files=len(delivered.files))
        background.add_task(_run, visit.app, job, folder, account, visit.now)
    response.headers["Location"] = f"/v1/jobs/{job.id}"
    return _item(job)


@router.get("/jobs/{job_id}", summary="Get Job")
def get(visit: ToolVisit, job_id: Annotated[str, InPath(max_length=100)]) -> JobItem:
    """How far a job is. Only who asked for it, and administrators, may know."""
    job = get_job(visit.connection, job_id)
    if job is None or (job.who != visit.caller.name and not visit.caller.may("administer")):
        raise NotFoundError(f"no job {job_id!r} of yours; `Location` of the answer to /v1/ingest names it")
    return _item(job)


def _run(app: App, job: Job, folder: Path, account_id: str | None, now: datetime) -> None:
    """Runs after the answer; what fails is told by the job, and its files stay in the inbox but for refused recordings."""
    with app.database.transaction() as connection:
        job_started(connection, job.id)
    report: Mapping[str, Any]
    try:
        report = asdict(take_in(app, [folder], account_id=account_id))
        state = DONE
    except Exception as error:
        LOG.exception("job %s failed", job.id)
        report, state = {"reason": f"{type(error).__name__}: {error}"}, FAILED
    with app.database.transaction() as connection:
        job_ended(connection, job.id, state, report, now)
        tidy(connection, app.settings.home)
    index_quietly(app)


def _item(job: Job) -> JobItem:
    return JobItem(
        id=job.id, kind=job.kind, state=job.state, created=job.created, ended=job.ended, report=dict(job.report)
    )
