"""Says whose a held document is: it is read again from its file and kept with that account."""

from __future__ import annotations

from pathlib import Path

from extractor.readers import Obstacle
from pipeline.ingest import IngestError
from pipeline.intake import take_in
from pipeline.wiring import App
from store.quarantine import Held, release


class AssignError(ValueError):
    """A held document that cannot be kept; the message names it and the remedy."""


def assign(app: App, row: Held, account_id: str) -> None:
    """The next nightly run extracts from it. Raises AssignError, and the document stays held."""
    if row.reason == Obstacle.NOT_CONSENTED:
        raise AssignError(f"{row.origin}: somebody refused to be recorded; nothing of it may be kept")
    try:
        report = take_in(app, [Path(row.path)], account_id=account_id, only=row.origin)
    except IngestError as error:
        raise AssignError(f"{row.origin}: its file is gone ({error}); ingest it again from where it is") from error
    if not report.new:
        raise AssignError(f"{row.origin}: still not readable ({row.reason}); mend the file and ingest it again")
    with app.database.transaction() as connection:
        release(connection, row.id)
