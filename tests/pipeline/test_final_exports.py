"""Raw exports with their final values: what a past day reads off them is what was so then."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime, timedelta
from pathlib import Path

from pipeline.ingest import ingest
from scoring.facts import Facts
from scoring.tickets import OPEN_LONG
from store.accounts import all_accounts
from store.database import Database
from store.facts import facts_of

PORTFOLIO = Path(__file__).parents[2] / "samples" / "portfolio"


def exported(folder: Path, *, metrics: bool, later: dict[str, str] | None = None) -> Path:
    """The tables and tickets of the sample portfolio; what is still open in it as a `later` export would tell it."""
    folder.mkdir()
    for name in ("accounts.csv", "contacts.csv", *(["metrics.csv"] if metrics else [])):
        (folder / name).write_bytes((PORTFOLIO / name).read_bytes())
    lines = (PORTFOLIO / "tickets" / "zendesk_export.ndjson").read_text("utf-8").splitlines()
    tickets = [json.loads(line) for line in lines if line.strip()]
    tickets = [t | later if later and t["status"] != "solved" else t for t in tickets]
    (folder / "tickets.ndjson").write_text("\n".join(map(json.dumps, tickets)), "utf-8")
    return folder


def facts(folder: Path, database: Database) -> dict[str, Facts]:
    ingest(database, [folder], ())
    with database.reading() as connection:
        return {a.id: facts_of(connection, a) for a in all_accounts(connection)}


def count(found: Facts, day: date) -> float | None:
    return next((r.value for r in found.as_of(day).readings if r.metric == OPEN_LONG), None)


def test_what_tickets_tell_is_what_somebody_measured_each_month(tmp_path: Path, database: Database) -> None:
    """The sample's `metrics.csv` counts long open tickets; the tickets' own times give the same counts, but where the
    count holds tickets that the export left out."""
    found = facts(exported(tmp_path / "exports", metrics=False), database)
    with (PORTFOLIO / "metrics.csv").open(encoding="utf-8") as file:
        measured = [row for row in csv.DictReader(file) if row["metric"] == OPEN_LONG]
    seen = [(row, count(found[row["account_id"]], date.fromisoformat(row["date"]))) for row in measured]
    alike = [float(row["value"]) == (value or 0) for row, value in seen]
    assert sum(alike) / len(alike) > 0.85


def test_the_last_status_of_a_ticket_says_nothing_of_earlier_days(tmp_path: Path, database: Database) -> None:
    kept = facts(exported(tmp_path / "as-is", metrics=False), database)
    other = Database(f"sqlite:///{tmp_path / 'other.db'}")
    far = {"status": "solved", "updated_at": "2026-09-30T09:00:00+00:00"}
    solved = facts(exported(tmp_path / "solved", metrics=False, later=far), other)
    other.close()
    opened = datetime.fromisoformat("2026-05-12T06:10:00+02:00").date()
    for day in (opened + timedelta(days=n) for n in (0, 10, 20, 60)):
        assert count(solved["a-sundergate"], day) == count(kept["a-sundergate"], day)
