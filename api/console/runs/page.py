"""What the runs page says: which job ran when, for how long, what it did, what failed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.runs import STOPPED, Run

PATIENCE = timedelta(hours=12)
"""How long a job that did not end may still be running: one that was killed outright leaves the same trace."""


@dataclass(frozen=True, slots=True)
class ToldRun:
    """`seconds` is None for a run that did not end, `running` if it still may; `stopped` is what kept it from its end.

    `did` are the counts that are not nothing.
    """

    id: int
    job: str
    started: datetime
    seconds: float | None
    running: bool
    stopped: str
    did: tuple[tuple[str, int], ...]
    failures: tuple[str, ...]


def told_runs(runs: Sequence[Run], now: datetime) -> list[ToldRun]:
    """`runs` come newest first: a job that was begun again later is not waited for."""
    latest = {run.job: run.id for run in reversed(runs)}
    return [
        ToldRun(
            id=run.id,
            job=run.job,
            started=run.started,
            seconds=(run.ended - run.started).total_seconds() if run.ended else None,
            running=run.ended is None and latest[run.job] == run.id and now - run.started < PATIENCE,
            stopped=str(run.report.get(STOPPED, "")),
            did=tuple((key, value) for key, value in run.report.items() if isinstance(value, int) and value),
            failures=tuple(str(failure) for failure in run.report.get("failures", ())),
        )
        for run in runs
    ]
