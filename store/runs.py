"""Keeps what each job did and when; the only place that holds the wall clock."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select, update
from sqlalchemy.exc import SQLAlchemyError

from store.database import Database, StoreBusyError
from store.tables import runs

STOPPED = "stopped"
"""In a report: what kept the job from its end."""


@dataclass(frozen=True, slots=True)
class Run:
    """One job; `ended` is None for one that still runs, or that was killed outright."""

    id: int
    job: str
    started: datetime
    ended: datetime | None
    report: Mapping[str, Any]


def start_run(connection: Connection, job: str) -> int:
    result = connection.execute(runs.insert().values(job=job, started=datetime.now(UTC), report={}))
    key = result.inserted_primary_key
    assert key is not None
    return int(key[0])


def end_run(connection: Connection, run_id: int, report: Mapping[str, Any]) -> None:
    connection.execute(update(runs).where(runs.c.id == run_id).values(ended=datetime.now(UTC), report=dict(report)))


@contextmanager
def run_of(database: Database, job: str, told: Callable[[], Mapping[str, Any]]) -> Iterator[None]:
    """A job that is kept with what it did, however it ends: a fault or an interruption stands in its report."""
    with database.transaction() as connection:
        run = start_run(connection, job)
    try:
        yield
    except BaseException as error:
        why = f"{type(error).__name__}: {error}" if isinstance(error, Exception) else "interrupted"
        with (
            suppress(SQLAlchemyError, StoreBusyError),
            database.transaction() as connection,
        ):  # the store may be what failed
            end_run(connection, run, {**told(), STOPPED: why})
        raise
    with database.transaction() as connection:
        end_run(connection, run, told())


def all_runs(connection: Connection, most: int | None = None) -> list[Run]:
    """Newest first."""
    rows = connection.execute(select(runs).order_by(runs.c.id.desc()).limit(most))
    return [Run(row.id, row.job, row.started, row.ended, row.report) for row in rows]
