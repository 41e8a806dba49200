"""Documents come back as they went in; a later export of the same thing takes the place of the earlier."""

from __future__ import annotations

from datetime import UTC, datetime

from extractor.detector import Detection, Outcome
from extractor.document import Document, Exclusion, Participant, Role, Source, Span, Took, Turn, compose
from extractor.grounding import ground
from extractor.signal import Claim, Interaction
from scoring.facts import Account
from store.accounts import put_account
from store.database import Connection, Database
from store.documents import add_document, documents_with_keys, get_document, unread_documents
from store.recording import record
from store.signals import interactions_of, observations_of, rejections_of

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ACME = Account("a-acme", "Acme", "smb", "csm@vendor.example", 100, "EUR")


def ticket(*texts: str) -> Document:
    turns = [
        Turn(text, "Ada İnce 👩‍💻", Role.CUSTOMER, AT, "ada@acme.example", "COO", (Exclusion(Span(0, 2), "signature"),))
        for text in texts
    ]
    seen = (Participant("Bo", None, Role.UNKNOWN, Took.RECEIVED),)
    return compose(turns, source=Source.TICKET, key="zendesk:1", title="é", participants=seen, origin="t.ndjson#1")


def keep(connection: Connection, document: Document) -> bool:
    put_account(connection, ACME, [])
    seen = Interaction(document.id, "ada@acme.example", "Ada", Role.CUSTOMER, Took.WROTE, AT)
    return add_document(connection, document, "a-acme", [seen])


def test_a_document_comes_back_whole(database: Database) -> None:
    document = ticket("It broke again.", "Still – 你好 – broken.")
    with database.transaction() as connection:
        assert keep(connection, document)
        assert not keep(connection, document)
        found = get_document(connection, document.id)
    assert found is not None
    assert found.messages == document.messages
    assert (found.text, found.excluded, found.participants) == (document.text, document.excluded, document.participants)


def test_a_later_export_takes_the_place_of_the_earlier(database: Database) -> None:
    first, second = ticket("It broke again."), ticket("It broke again.", "Fixed, thanks!")
    with database.transaction() as connection:
        keep(connection, first)
        keep(connection, second)
        assert [d.id for d in documents_with_keys(connection, ["zendesk:1"])] == [second.id]
        assert [i.document_id for i in interactions_of(connection, "a-acme")] == [second.id]


def test_a_reading_is_kept_with_evidence_and_refusals(database: Database) -> None:
    document = ticket("It broke again.")
    claims = (Claim("unresolved_issue", "broke again", 2, 0.75), Claim("value_gap", "nobody said this", 1, 0.5))
    found = ground(claims, document, "test/1")
    with database.transaction() as connection:
        keep(connection, document)
        assert [d.id for d in unread_documents(connection, ["test/1"])] == [document.id]
        record(connection, "a-acme", document, Detection(document.id, Outcome.READ, claims), "test/1", found)
        assert unread_documents(connection, ["test/1"]) == []
        assert [d.id for d in unread_documents(connection, ["test/2"])] == [document.id]
        observations = observations_of(connection, "a-acme")
        refusals = list(rejections_of(connection, "a-acme"))
    assert [o.signal for o in observations] == list(found.signals)
    assert [o.subject for o in observations] == ["zendesk:1#unresolved_issue#1"]
    assert refusals == list(found.rejections)


def test_a_newer_extractor_takes_the_place_of_the_older(database: Database) -> None:
    document = ticket("It broke again.")
    claim = Claim("unresolved_issue", "broke again", 2, 0.75)
    with database.transaction() as connection:
        keep(connection, document)
        for extractor in ("test/1", "test/2"):
            found = ground((claim,), document, extractor)
            record(connection, "a-acme", document, Detection(document.id, Outcome.READ, (claim,)), extractor, found)
        assert [o.signal.extractor for o in observations_of(connection, "a-acme")] == ["test/2"]


def test_a_failed_reading_leaves_the_earlier_one_in_force(database: Database) -> None:
    document = ticket("It broke again.")
    claim = Claim("unresolved_issue", "broke again", 2, 0.75)
    found = ground((claim,), document, "test/1")
    with database.transaction() as connection:
        keep(connection, document)
        record(connection, "a-acme", document, Detection(document.id, Outcome.READ, (claim,)), "test/1", found)
        nothing = ground((), document, "test/2")
        record(connection, "a-acme", document, Detection(document.id, Outcome.FAILED, detail="x"), "test/2", nothing)
        assert [o.signal.extractor for o in observations_of(connection, "a-acme")] == ["test/1"]
        assert [d.id for d in unread_documents(connection, ["test/2"])] == [document.id]
