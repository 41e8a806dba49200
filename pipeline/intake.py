"""Takes files in for an app: reads them into the store, and leaves nothing anywhere of what must not be kept."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from pipeline import inbox
from pipeline.erasing import leave_no_copies
from pipeline.ingest import IngestReport, Progress, ingest
from pipeline.labels import LabelLine
from pipeline.rescore import rescore_all
from pipeline.wiring import App
from store.accounts import get_account
from store.database import Connection


def take_in(
    app: App,
    paths: Sequence[Path],
    *,
    account_id: str | None = None,
    only: str | None = None,
    labels: Sequence[LabelLine] | None = None,
    progress: Progress = lambda *_: None,
) -> IngestReport:
    """As `ingest`; where a recording was refused, index, inbox and the database's files forget it too."""

    def rescore(connection: Connection, account: str) -> None:
        known = get_account(connection, account)
        if known is not None:
            rescore_all(connection, app.rulebooks, known)

    report = ingest(
        app.database,
        paths,
        app.settings.own_domain_names,
        account_id=account_id,
        only=only,
        labels=labels,
        progress=progress,
        rescore=rescore,
    )
    if report.refused:
        with app.database.transaction() as connection:
            inbox.tidy(connection, app.settings.home)
        leave_no_copies(app, report.withdrawn)
    return report
