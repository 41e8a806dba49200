"""The demo portfolio is read whole, and every gold quote stands where the labels say, in words that may be evidence."""

import json
from pathlib import Path

import pytest

from extractor.document import Document, Role, Span
from extractor.people import Directory, Resolution
from extractor.readers import Unread, is_table, read
from extractor.readers.tables import read_accounts, read_contacts

PORTFOLIO = Path(__file__).parents[3] / "samples" / "portfolio"
LABELS = [json.loads(line) for line in (PORTFOLIO / "labels.jsonl").read_text("utf-8").splitlines()]


@pytest.fixture(scope="module")
def directory() -> Directory:
    accounts = [a for a in read_accounts(PORTFOLIO / "accounts.csv") if not isinstance(a, Unread)]
    contacts = [c for c in read_contacts(PORTFOLIO / "contacts.csv") if not isinstance(c, Unread)]
    return Directory(accounts, contacts)


@pytest.fixture(scope="module")
def items() -> list[Document | Unread]:
    files = [p for folder in ("mail", "calls", "tickets") for p in sorted((PORTFOLIO / folder).iterdir())]
    return [item for path in files for item in read(path, PORTFOLIO)]


@pytest.fixture(scope="module")
def resolved(items: list[Document | Unread], directory: Directory) -> dict[str, Resolution]:
    return {item.key: directory.resolve(item) for item in items if isinstance(item, Document)}


def key_of(label: dict) -> list[tuple[str, str, str]]:
    """For each gold quote the document's key, the message's id and the quote."""
    found = []
    for signal in label["signals"]:
        for evidence in signal["evidence"]:
            name = evidence["message"]
            if label["source"] == "email":
                found.append((f"mail:{label['message_ids'][name].strip('<>')}", "m1", evidence["quote"]))
            elif label["source"] == "ticket":
                found.append((f"zendesk:{label['ticket_id']}", f"m{label['positions'][name]}", evidence["quote"]))
            else:
                found.append((f"call:{label['id']}", f"m{label['positions'][name]}", evidence["quote"]))
    return found


def test_nothing_of_the_portfolio_is_set_aside(items):
    assert [item for item in items if isinstance(item, Unread)] == []
    assert len({item.key for item in items}) == len(items)


@pytest.mark.parametrize("label", [pytest.param(g, id=g["id"]) for g in LABELS if g["signals"]])
def test_every_gold_quote_may_be_evidence(label, resolved):
    for key, message_id, quote in key_of(label):
        resolution = resolved[key]
        document = resolution.document
        message = document.message(message_id)
        assert message is not None
        assert quote in document.words(message)
        start = message.span.start + document.words(message).index(quote)
        span = Span(start, start + len(quote))
        assert span.of(document.text) == quote
        assert document.exclusion_at(span) is None
        assert message.role in {Role.CUSTOMER, Role.INTERNAL}
        assert resolution.account_id == label["account_id"]


def test_every_document_finds_its_account(resolved):
    assert {r.reason for r in resolved.values()} == {None}


def test_tables_are_known_by_name():
    assert is_table(PORTFOLIO / "metrics.csv")
    assert not is_table(PORTFOLIO / "labels.jsonl")


def test_the_same_bytes_give_the_same_ids(items):
    again = [i for i in read(PORTFOLIO / "mail" / "archive.mbox", PORTFOLIO) if isinstance(i, Document)]
    known = {i.key: i.id for i in items if isinstance(i, Document)}
    assert {i.key: i.id for i in again}.items() <= known.items()


def test_a_departed_sponsors_automatic_answer_is_evidence_but_no_sign_of_life(resolved, directory):
    document = resolved["mail:aldermoor-e03.m2@aldermoor.example"].document
    quote = "As of 20 March 2026 I no longer work for Aldermoor Rail Components."
    start = document.text.index(quote)
    assert document.exclusion_at(Span(start, start + len(quote))) is None
    assert "automatic answer" in document.notes
    assert directory.interactions(document) == ()
