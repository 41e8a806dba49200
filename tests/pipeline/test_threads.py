"""Stored mails of one conversation are linked, also where they arrive in different imports."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import pytest

from pipeline.ingest import ingest
from scoring.facts import Account, Facts
from scoring.known import known_on
from store.database import Database
from store.documents import documents_with_keys
from store.signals import interactions_of

PORTFOLIO = Path(__file__).parents[2] / "samples" / "portfolio"
OURS, THEIRS = "Nadia <nadia.corvane@vendor.example>", "Torunn <torunn@aldermoor.example>"


@pytest.fixture
def export(tmp_path: Path) -> Path:
    folder = tmp_path / "export"
    folder.mkdir()
    for name in ("accounts.csv", "contacts.csv"):
        shutil.copy(PORTFOLIO / name, folder)
    return folder


def mail(number: int, sender: str, at: str, **headers: str) -> str:
    fields = {"From": sender, "To": THEIRS if sender is OURS else OURS, "Date": at, "Message-ID": f"<{number}@x>"}
    fields |= {name.replace("_", "-"): value for name, value in headers.items()}
    return "".join(f"{name}: {value}\r\n" for name, value in fields.items()) + f"\r\nWords {number}.\r\n"


QUESTION = mail(1, OURS, "Mon, 4 May 2026 09:00:00 +0000", Subject="Seats")
NOTE = mail(2, OURS, "Tue, 5 May 2026 09:00:00 +0000", Subject="Seats, again", References="<1@x>")
ANSWER = mail(3, THEIRS, "Wed, 6 May 2026 09:00:00 +0000", Subject="Re: Seats, again", In_Reply_To="<2@x>")
UNNAMED = mail(3, THEIRS, "Wed, 6 May 2026 09:00:00 +0000", Subject="AW: Seats")


def account_id(database: Database) -> str:
    with database.reading() as connection:
        return documents_with_keys(connection, ["mail:1@x"])[0].account_hint or ""


def answer_hours(database: Database) -> list[float]:
    name = account_id(database)
    account = Account(name, "A", "smb", "csm@vendor.example", 100, "EUR")
    with database.reading() as connection:
        facts = Facts(account, interactions=interactions_of(connection, name))
    return known_on(facts, date(2026, 6, 1)).answer_hours(date(2026, 5, 1), date(2026, 6, 1))


@pytest.mark.parametrize("answer", [ANSWER, UNNAMED], ids=["by reference", "by subject"])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (2, 0, 1)])
def test_a_reply_of_another_import_joins_its_thread(
    database: Database, export: Path, answer: str, order: tuple[int, ...]
) -> None:
    for number in order:
        (export / f"{number}.eml").write_text((QUESTION, NOTE, answer)[number], "utf-8", newline="")
        ingest(database, [export], ())
    with database.reading() as connection:
        found = documents_with_keys(connection, ["mail:1@x", "mail:2@x", "mail:3@x"])
    assert [d.thread for d in found] == ["mail:1@x"] * 3
    assert answer_hours(database) == [48.0]


def test_a_bridge_that_arrives_last_joins_both_ends(database: Database, export: Path) -> None:
    for name, text in (("a", QUESTION), ("c", ANSWER), ("b", NOTE)):
        (export / f"{name}.eml").write_text(text, "utf-8", newline="")
        ingest(database, [export / f"{name}.eml", export], ())
    with database.reading() as connection:
        assert {d.thread for d in documents_with_keys(connection, ["mail:1@x", "mail:3@x"])} == {"mail:1@x"}
