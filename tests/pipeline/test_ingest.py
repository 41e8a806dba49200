"""Reading files into the store: repeatable, resumable, nothing lost, nothing fatal."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from extractor.readers.mail.body import WINMAIL_NOTE
from pipeline.ingest import IngestError, ingest
from pipeline.labels import load_labels
from store.database import Database
from store.quarantine import held

PORTFOLIO = Path(__file__).parents[2] / "samples" / "portfolio"
CONTENT = (
    "accounts", "contacts", "readings", "assessments", "outcomes", "documents", "interactions", "detections",
    "signals", "evidence", "rejections", "quarantine", "snapshots", "actions",
)  # fmt: skip


def content(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every table but the job log, in a fixed order."""
    with database.reading() as connection:
        return {
            name: sorted((tuple(row) for row in connection.execute(text(f"SELECT * FROM {name}"))), key=repr)
            for name in CONTENT
        }


def test_reading_twice_changes_nothing(database: Database) -> None:
    labels = load_labels(PORTFOLIO / "labels.jsonl")
    first = ingest(database, [PORTFOLIO], (), labels=labels)
    before = content(database)
    second = ingest(database, [PORTFOLIO], (), labels=labels)
    assert (first.new, second.new, second.rows) == (160, 0, 0)
    assert content(database) == before


def test_every_gold_quote_stands_in_the_documents_as_read(database: Database) -> None:
    report = ingest(database, [PORTFOLIO], (), labels=load_labels(PORTFOLIO / "labels.jsonl"))
    assert (report.rejected, report.unmatched_labels, report.held) == (0, [], 0)


def test_the_report_counts_what_readers_had_to_mend(database: Database, tmp_path: Path) -> None:
    for name in ("accounts.csv", "contacts.csv"):
        shutil.copy(PORTFOLIO / name, tmp_path)
    head = "From: Torunn <torunn@aldermoor.example>\nDate: Wed, 20 May 2026 12:41:00 +0000\nMessage-ID: <1@x>\nMIME-Version: 1.0\n"
    parts = 'Content-Type: multipart/mixed; boundary="b"\n\n--b\n\nWords\n--b\nContent-Type: application/ms-tnef\n\nx\n--b--\n'
    (tmp_path / "a.eml").write_text(head + parts, "utf-8")
    assert ingest(database, [tmp_path], ()).notes == {WINMAIL_NOTE: 1}
    assert ingest(database, [tmp_path], ()).notes == {}


class Killed(BaseException):
    """What a kill looks like from inside: not an Exception, so nothing can catch it by mistake."""


def killed_after(files: int) -> Iterator[None]:
    for _ in range(files):
        yield
    raise Killed


@pytest.mark.parametrize("files", [0, 3, 40])
def test_a_killed_run_started_again_ends_in_the_same_content(tmp_path: Path, files: int) -> None:
    whole, broken = (Database(f"sqlite:///{tmp_path / name}.db") for name in ("whole", "broken"))
    ingest(whole, [PORTFOLIO], ())
    fuse = killed_after(files)
    with pytest.raises(Killed):
        ingest(broken, [PORTFOLIO], (), progress=lambda *_: next(fuse))
    ingest(broken, [PORTFOLIO], ())
    assert content(broken) == content(whole)
    whole.close()
    broken.close()


def test_what_cannot_be_read_or_matched_is_held_and_the_rest_goes_on(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    shutil.copytree(PORTFOLIO / "mail", folder / "mail", ignore=shutil.ignore_patterns("*.mbox", "[b-z]*"))
    for name in ("accounts.csv", "contacts.csv"):
        shutil.copy(PORTFOLIO / name, folder)
    (folder / "torn.gong.json").write_bytes(b'{"calls": [')
    (folder / "noise.bin").write_bytes(bytes(range(256)))
    (folder / "stranger.eml").write_bytes(
        b"From: Who <who@nowhere.example>\r\nTo: nadia.corvane@vendor.example\r\nSubject: Hi\r\n"
        b"Message-ID: <1@nowhere.example>\r\nDate: Wed, 12 Nov 2025 08:41:00 +0000\r\n\r\nHello, who are you?\r\n"
    )
    report = ingest(database, [folder], ())
    with database.reading() as connection:
        reasons = {row.origin: row.reason for row in held(connection)}
    assert report.documents > 10
    assert set(reasons) == {"torn.gong.json", "noise.bin", "stranger.eml"}
    assert reasons["stranger.eml"] == "unmatched"


def test_what_was_held_is_released_once_it_can_be_matched(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    shutil.copy(PORTFOLIO / "mail" / "aldermoor-e01.m1.eml", folder)
    assert ingest(database, [folder], ()).held == 1
    for name in ("accounts.csv", "contacts.csv"):
        shutil.copy(PORTFOLIO / name, folder)
    assert ingest(database, [folder], ()).new == 1
    with database.reading() as connection:
        assert held(connection) == []


def test_rows_of_an_unknown_account_are_held_by_account(database: Database, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "accounts.csv").write_text("account_id,name\na-one,One\n", "utf-8")
    (folder / "metrics.csv").write_text(
        "account_id,date,metric,value\na-one,2026-01-01,nps,9\na-two,2026-01-01,nps,9\na-one,yesterday,nps,9\n", "utf-8"
    )
    report = ingest(database, [folder], ())
    with database.reading() as connection:
        rows = {(row.origin, row.reason) for row in held(connection)}
    assert report.rows == 2
    assert rows == {("metrics.csv#a-two", "unknown_account"), ("metrics.csv#4", "broken_row")}


def test_a_path_that_is_not_there_is_named(database: Database, tmp_path: Path) -> None:
    with pytest.raises(IngestError, match=r"nothing-here: no such file or folder"):
        ingest(database, [tmp_path / "nothing-here"], ())
