"""Does what was asked for over HTTP: one job at a time, also those that a process before this one left waiting."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from filelock import FileLock, Timeout

from api.indexing import index_quietly
from api.visit import Clock
from pipeline.inbox import folder_of, tidy
from pipeline.intake import take_in
from pipeline.wiring import App
from store.jobs import DONE, FAILED, RUNNING, WAITING, Job, job_ended, job_started, jobs_in

LOG = logging.getLogger("whyred.api")
LOCK = "jobs.lock"
"""In the home, which all processes of a service share; the system lets go of it for a process that ends."""
LEFT = "the service ended while this job ran; send the files again, under the same Idempotency-Key if there was one"


def work_off(app: App, clock: Clock) -> None:
    """Until nothing waits. Whoever finds somebody else at it may go: they look again after they let go of the lock."""
    while _unfinished(app) and _worked(app, clock):
        index_quietly(app)


def _unfinished(app: App) -> bool:
    with app.database.reading() as connection:
        return bool(jobs_in(connection, WAITING, RUNNING))


def _worked(app: App, clock: Clock) -> bool:
    """False while another thread or process works. Otherwise nobody does, so what still runs was left by one that ended.

    It is not begun again by itself: it may be what ended the process.
    """
    app.settings.home.mkdir(parents=True, exist_ok=True)
    try:
        with FileLock(app.settings.home / LOCK, blocking=False):
            with app.database.transaction() as connection:
                for job in jobs_in(connection, RUNNING):
                    job_ended(connection, job.id, FAILED, {"reason": LEFT}, clock())
            while (waiting := _next(app)) is not None:
                _run(app, waiting, clock)
    except Timeout:
        return False
    return True


def _next(app: App) -> Job | None:
    with app.database.transaction() as connection:
        first = next(iter(jobs_in(connection, WAITING)), None)
        if first is not None:
            job_started(connection, first.id)
    return first


def _run(app: App, job: Job, clock: Clock) -> None:
    """What fails is told by the job, and its files stay in the inbox but for refused recordings."""
    report: Mapping[str, Any]
    try:
        report = asdict(take_in(app, [folder_of(app.settings.home, job.id)], account_id=job.report.get("account")))
        state = DONE
    except Exception as error:
        LOG.exception("job %s failed", job.id)
        report, state = {"reason": f"{type(error).__name__}: {error}"}, FAILED
    with app.database.transaction() as connection:
        job_ended(connection, job.id, state, report, clock())
    with app.database.transaction() as connection:
        tidy(connection, app.settings.home)
