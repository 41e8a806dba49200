"""One customer's words by every way they reach us: mail, second mailbox, ticket mirror, notification, forward."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from eval.export import Exported
from extractor.detector import Detection, Outcome
from extractor.document import Document
from extractor.signal import Claim
from pipeline.command import app
from pipeline.gold import reviewed_samples
from pipeline.ingest import ingest
from pipeline.nightly import NightlyReport, read_new
from pipeline.rescore import rescore
from pipeline.review_queue import first_to_see
from pipeline.reviewing import decide, find_signal, take_back
from scoring.facts import Facts, Verdict
from scoring.rulebook.loading import load_rulebooks
from store.accounts import get_account
from store.database import Database
from store.erasure import erase_documents
from store.facts import facts_of
from store.reviewing import count_waiting

WORDS = "This is the third time I describe it and nobody answers"
BODY = f"Hello,\n\n{WORDS}.\n\nJana\n"
DAY = date(2026, 3, 31)
LATE = datetime(2026, 3, 31, 12, tzinfo=UTC)
RULES = load_rulebooks()


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


class TestReviewing:
    """Nobody is asked twice about the same words, and what is said of one of them is said of all."""

    @pytest.fixture
    def told(self, arrive: Callable[..., Facts], database: Database) -> Facts:
        facts = arrive(WAYS)
        with database.transaction() as connection:
            rescore(connection, RULES, facts.account, DAY)
        return facts

    def asked(self, database: Database, second_for: str | None = None) -> list[str]:
        with database.reading() as connection:
            found = [w.signal_id for w in first_to_see(connection, most=100, second_for=second_for)]
            assert count_waiting(connection, (), second_for) == len(found)
        return found

    def test_the_original_alone_is_asked_about(self, told: Facts, database: Database) -> None:
        assert self.asked(database) == [told.observations[0].signal.id]

    @pytest.mark.parametrize("number", range(5))
    def test_a_word_on_any_of_them_decides_all(self, told: Facts, database: Database, number: int) -> None:
        """In the queue, in the score and as labelled samples; taken back, it is as it was."""
        original = told.observations[0].signal.id
        judged = [original, *(c.observation.signal.id for c in told.copies)][number]
        with database.transaction() as connection:
            found = find_signal(connection, judged)
            rejected = decide(connection, RULES, found, Verdict.REJECT, "ada", "not about us", LATE)
        assert not [line for line in rejected.after.explanation["ledger"] if line["kind"] == "signal"]
        assert self.asked(database) == self.asked(database, "ada") == []
        assert self.asked(database, "ben") == [original]
        samples = list(reviewed_samples(database))
        assert [type(s) for s in samples] == [Exported] * len(samples)
        assert len(samples) == 5
        assert not any(s.sample.signals for s in samples if isinstance(s, Exported))
        with database.transaction() as connection:
            take_back(connection, RULES, find_signal(connection, judged), "ada", "", LATE)
        assert self.asked(database) == [original]
        assert list(reviewed_samples(database)) == []

    def test_marked_words_stay_in_the_document_they_were_marked_in(self, told: Facts, database: Database) -> None:
        with database.transaction() as connection:
            found = find_signal(connection, told.observations[0].signal.id)
            decide(connection, RULES, found, Verdict.RELABEL, "ada", "shorter", LATE, quotes=["nobody answers"])
        quotes = [
            [e.quote for signal in s.sample.signals for e in signal.evidence]
            for s in reviewed_samples(database)
            if isinstance(s, Exported)
        ]
        assert sorted(quotes) == [*([[WORDS]] * 4), ["nobody answers"]]

    def test_what_repeated_nothing_any_more_is_asked_about(self, told: Facts, database: Database) -> None:
        """The original is gone: the earliest of the rest takes its place."""
        with database.transaction() as connection:
            erase_documents(connection, [told.observations[0].signal.document_id])
            rescore(connection, RULES, told.account, DAY)
        assert len(self.asked(database)) == 1
