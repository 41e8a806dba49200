"""One customer's words by every way they reach us: mail, second mailbox, ticket mirror, notification, forward."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from extractor.detector import Detection, Outcome
from extractor.document import Document
from extractor.signal import Claim
from pipeline.command import app
from pipeline.ingest import ingest
from pipeline.nightly import NightlyReport, read_new
from scoring.facts import Facts
from store.accounts import get_account
from store.database import Database
from store.facts import facts_of

WORDS = "This is the third time I describe it and nobody answers"
BODY = f"Hello,\n\n{WORDS}.\n\nJana\n"
DAY = date(2026, 3, 31)


class Finds:
    """A detector that finds the words wherever they stand, quoted, forwarded or written."""

    extractor = "finds/1"

    def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
        for document in documents:
            claims = tuple(
                Claim("unresolved_issue", WORDS, 2, 0.9, m.id) for m in document.messages if WORDS in document.words(m)
            )
            yield Detection(document.id, Outcome.READ, claims)


def mail(
    body: str, *, sender: str = "Jana Holt <jana@halden.example>", hour: int = 9, day: int = 2, name: str = ""
) -> str:
    identity = f"Message-ID: <{name}@halden.example>\n" if name else ""
    return (
        f"From: {sender}\nTo: Tess <tess@vendor.example>, crm+halden@vendor.example\nSubject: Import fails\n{identity}"
        f"Date: Mon, {day:02} Mar 2026 {hour:02}:00:00 +0000\n\n{body}"
    )


def ticket(at: str) -> str:
    users = [
        {"id": 1, "name": "Holt, Jana", "email": "jana@halden.example", "role": "end-user"},
        {"id": 2, "name": "Tess", "email": "tess@vendor.example", "role": "agent"},
    ]
    comments = [{"id": 9, "author_id": 1, "public": True, "created_at": at, "plain_body": BODY}]
    return json.dumps(
        {"id": 48211, "subject": "Import fails", "requester_id": 1, "created_at": at, "users": users, "comments": comments}
    )  # fmt: skip


FORWARD = f"Please look.\n\n---------- Forwarded message ---------\nFrom: Jana Holt <jana@halden.example>\nDate: Mon, 2 Mar 2026 09:00:00 +0000\nSubject: Import fails\nTo: Tess <tess@vendor.example>\n\n{BODY}"
NOTIFIED = f"Jana Holt commented on ticket 48211:\n\n{WORDS}.\n"
WAYS = {
    "original.eml": mail(BODY, name="original"),
    "mailbox.eml": mail(BODY),
    "gateway.eml": mail(BODY, name="rewritten-by-a-gateway"),
    "ticket.ndjson": ticket("2026-03-02T09:04:00Z"),
    "notified.eml": mail(NOTIFIED, sender="Vendor support <support@vendor.example>", hour=10, name="notified"),
    "forwarded.eml": mail(FORWARD, sender="Per Aas <per@halden.example>", hour=11, name="forwarded"),
}


@pytest.fixture
def arrive(database: Database, tmp_path: Path) -> Callable[..., Facts]:
    """Files come in the given order, each read by a run of its own; the facts as of the end of the month."""
    folder = tmp_path / "in"
    folder.mkdir()
    (folder / "accounts.csv").write_text(
        "account_id,name,segment,owner_email,arr,currency,email_domains\n"
        "halden,Halden,enterprise,tess@vendor.example,96000,EUR,halden.example\n"
    )
    ingest(database, [folder], ())

    def arrive(files: dict[str, str]) -> Facts:
        for name, content in files.items():
            (folder / name).write_text(content)
            report = ingest(database, [folder / name], ())
            assert (report.new, report.held) == (1, 0), name
            read_new(database, Finds(), NightlyReport(), lambda *_: None)
        with database.reading() as connection:
            account = get_account(connection, "halden")
            assert account is not None
            return facts_of(connection, account).as_of(DAY)

    return arrive


@pytest.mark.parametrize("turned", [False, True], ids=["as they happened", "the other way round"])
def test_every_way_together_gives_one_signal_and_lists_the_rest(
    arrive: Callable[..., Facts], database: Database, monkeypatch: pytest.MonkeyPatch, *, turned: bool
) -> None:
    facts = arrive(dict(reversed(WAYS.items())) if turned else WAYS)
    (observation,) = facts.observations
    assert observation.signal.evidence[0].quote == WORDS
    assert observation.source.value == "email"
    assert len(facts.copies) == 4

    monkeypatch.setenv("WHYRED_DATABASE_URL", database.url)
    told = CliRunner().invoke(app, ["copies", "halden", "--as-of", DAY.isoformat(), "--json"])
    assert {row["original"] for row in json.loads(told.stdout)} == {observation.signal.id}
    assert "ticket.ndjson#ticket 48211" in told.stdout
    shown = CliRunner().invoke(app, ["copies", "halden", "--as-of", DAY.isoformat()])
    assert shown.stdout.count(WORDS) == 4


@pytest.mark.parametrize("name", ["mailbox.eml", "gateway.eml", "ticket.ndjson"])
def test_the_only_instance_counts_whichever_way_it_came(arrive: Callable[..., Facts], name: str) -> None:
    assert len(arrive({name: WAYS[name]}).observations) == 1


def test_the_same_complaint_a_week_later_is_a_second_one(arrive: Callable[..., Facts]) -> None:
    facts = arrive({"original.eml": WAYS["original.eml"], "again.eml": mail(BODY, day=9, name="again")})
    assert (len(facts.observations), facts.copies) == (2, ())
