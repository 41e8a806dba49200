"""Keeps jobs that were asked for over HTTP, so that the same request made twice is one job."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, select, update

from store.database import put
from store.tables import jobs

WAITING, RUNNING, DONE, FAILED = "waiting", "running", "done", "failed"


@dataclass(frozen=True, slots=True)
class Job:
    """`idempotency` is the caller's own name for the request, `digest` what it held.

    `report` says what was done; until then, which `account` everything is for, if one was named.
    """

    id: str
    kind: str
    who: str
    idempotency: str | None
    digest: str
    state: str
    created: datetime
    ended: datetime | None = None
    report: Mapping[str, Any] = field(default_factory=dict)


def add_job(connection: Connection, job: Job) -> bool:
    """False where a job of that id or idempotency name exists."""
    return put(connection, jobs, [{name: getattr(job, name) for name in Job.__slots__}]) == 1


def get_job(connection: Connection, job_id: str) -> Job | None:
    row = connection.execute(select(jobs).where(jobs.c.id == job_id)).first()
    return _job(row) if row is not None else None


def job_named(connection: Connection, idempotency: str) -> Job | None:
    row = connection.execute(select(jobs).where(jobs.c.idempotency == idempotency)).first()
    return _job(row) if row is not None else None


def jobs_in(connection: Connection, *states: str) -> list[Job]:
    """The oldest first."""
    query = select(jobs).where(jobs.c.state.in_(states)).order_by(jobs.c.created, jobs.c.id)
    return [_job(row) for row in connection.execute(query)]


def job_reopened(connection: Connection, job: Job) -> bool:
    """Let a job that failed wait again, for what this one is to do; False unless it failed."""
    failed = update(jobs).where(jobs.c.id == job.id, jobs.c.state == FAILED)
    return connection.execute(failed.values(state=WAITING, report=dict(job.report), ended=None)).rowcount == 1


def job_started(connection: Connection, job_id: str) -> None:
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(state=RUNNING))


def job_ended(connection: Connection, job_id: str, state: str, report: Mapping[str, Any], now: datetime) -> None:
    connection.execute(update(jobs).where(jobs.c.id == job_id).values(state=state, report=dict(report), ended=now))


def _job(row: Row[Any]) -> Job:
    return Job(**{name: getattr(row, name) for name in Job.__slots__})
