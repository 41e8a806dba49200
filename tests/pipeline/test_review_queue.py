"""Reviewers are asked in one order, wherever they ask, and not again about what was decided."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.harms import load_harms
from eval.review_order import harm_of
from extractor.detector import Detection, Outcome
from extractor.document import Document
from extractor.signal import Claim
from extractor.taxonomy import load_taxonomy
from pipeline.command import app
from pipeline.ingest import ingest
from pipeline.nightly import NightlyReport, read_new
from pipeline.review_queue import first_to_see
from pipeline.reviewing import decide, find_signal
from scoring.doubt import doubt
from scoring.facts import Verdict
from scoring.rulebook.loading import load_rulebooks
from store.database import Database

WORDS = ("We are asked to compare you", "Nobody answers us", "We will not renew")
TYPES = ("competitor_evaluation", "unresolved_issue", "renewal_risk")
MAIL = (
    "From: Jana Holt <jana@halden.example>\nTo: crm+halden@vendor.example\nSubject: x\nMessage-ID: <1@halden.example>\n"
    f"Date: Mon, 02 Mar 2026 09:00:00 +0000\n\n{'. '.join(WORDS)}.\n"
)


class Finds:
    """A detector that finds the first sentences, each less sure than the last, and cites one more word of each than before."""

    def __init__(self, version: int, many: int) -> None:
        self.extractor, self._longer, self._many = f"finds/{version}", version, many

    def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
        for document in documents:
            found = list(zip(TYPES, WORDS, strict=True))[: self._many]
            claims = tuple(
                Claim(kind, " ".join(words.split()[: 1 + self._longer]), 2, 0.9 - 0.1 * n, document.messages[0].id)
                for n, (kind, words) in enumerate(found)
            )
            yield Detection(document.id, Outcome.READ, claims)


@pytest.fixture
def halden(database: Database, tmp_path: Path) -> Database:
    (tmp_path / "accounts.csv").write_text(
        "account_id,name,segment,owner_email,arr,currency,email_domains\n"
        "halden,Halden,enterprise,tess@vendor.example,96000,EUR,halden.example\n"
    )
    (tmp_path / "one.eml").write_text(MAIL)
    ingest(database, [tmp_path / "accounts.csv", tmp_path / "one.eml"], ())
    return database


def asks(database: Database, second_for: str | None = None) -> list[tuple[str, str]]:
    with database.reading() as connection:
        return [(w.type, w.signal_id) for w in first_to_see(connection, most=10, second_for=second_for)]


def test_a_new_reading_asks_only_about_what_it_found_anew(halden: Database) -> None:
    """The same matters under other ids, since each quote is longer; what was said of them still holds."""
    read_new(halden, Finds(1, 2), NightlyReport(), lambda *_: None)
    first = asks(halden)
    assert [kind for kind, _ in first] == ["unresolved_issue", "competitor_evaluation"]
    with halden.transaction() as connection:
        found = find_signal(connection, first[0][1])
        decide(connection, load_rulebooks(), found, Verdict.ACCEPT, "ada", "", datetime(2026, 3, 9, tzinfo=UTC))
    read_new(halden, Finds(2, 3), NightlyReport(), lambda *_: None)
    again = asks(halden)
    assert [kind for kind, _ in again] == ["renewal_risk", "competitor_evaluation"]
    assert not {signal for _, signal in again} & {signal for _, signal in first}
    assert asks(halden, "ada") == []
    assert [kind for kind, _ in asks(halden, "ben")] == ["unresolved_issue"]


def test_the_command_line_asks_in_the_same_order(scored: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WHYRED_DATABASE_URL", scored.url)
    told = json.loads(CliRunner().invoke(app, ["review", "queue", "--json", "--most", "30"]).stdout)
    with scored.reading() as connection:
        found = first_to_see(connection, most=30)
    assert [row["id"] for row in told] == [w.signal_id for w in found]
    assert all(row["quotes"] for row in told)
    worth = [harm_of(w.type, load_harms(), load_taxonomy()) * doubt(w.severity, w.confidence) for w in found]
    assert worth == sorted(worth, reverse=True)
    assert len(found) == 30
    assert "renewal_risk" in CliRunner().invoke(app, ["review", "queue"]).stdout
