"""What the runs page says: which job ran when, for how long, what it did, what failed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from store.runs import Run


@dataclass(frozen=True, slots=True)
class ToldRun:
    """`seconds` is None for a run that did not end; `did` are the counts that are not nothing."""

    id: int
    job: str
    started: datetime
    seconds: float | None
    did: tuple[tuple[str, int], ...]
    failures: tuple[str, ...]


def told_runs(runs: Iterable[Run]) -> list[ToldRun]:
    return [
        ToldRun(
            id=run.id,
            job=run.job,
            started=run.started,
            seconds=(run.ended - run.started).total_seconds() if run.ended else None,
            did=tuple((key, value) for key, value in run.report.items() if isinstance(value, int) and value),
            failures=tuple(str(failure) for failure in run.report.get("failures", ())),
        )
        for run in runs
    ]
