"""Keeps what each job did and when; the only place that holds the wall clock."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, select, update

from store.tables import runs


@dataclass(frozen=True, slots=True)
class Run:
    """One job; `ended` is None for one that was killed or still runs."""

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


def all_runs(connection: Connection, most: int | None = None) -> list[Run]:
    """Newest first."""
    rows = connection.execute(select(runs).order_by(runs.c.id.desc()).limit(most))
    return [Run(row.id, row.job, row.started, row.ended, row.report) for row in rows]
