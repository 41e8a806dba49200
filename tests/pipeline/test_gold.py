"""From review to gold: undecided signals in order of worth, decided documents as labelled samples."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from eval.export import Exported, NotExported
from extractor.labelled import load_documents
from pipeline.citations import write_lines
from pipeline.gold import reviewed_samples
from pipeline.ingest import ingest
from pipeline.labels import load_labels
from pipeline.review_queue import first_to_see
from scoring.facts import Observation, Verdict
from store.database import Database
from store.decisions import retraction_of, review_of, reviews_of
from store.recording import add_review
from store.signals import observations_of

PORTFOLIO = Path(__file__).parents[2] / "samples" / "portfolio"
AT = datetime(2026, 9, 20, 9, tzinfo=UTC)
ACCOUNT = "a-sundergate"


@pytest.fixture
def labelled(database: Database) -> Database:
    ingest(database, [PORTFOLIO], (), labels=load_labels(PORTFOLIO / "labels.jsonl"))
    return database


def decide(database: Database, observation: Observation, verdict: Verdict) -> None:
    with database.transaction() as connection:
        add_review(connection, review_of(ACCOUNT, observation, verdict, AT, "rev@vendor.example", "read it twice"))


def of_one_document(database: Database, signals: int) -> list[Observation]:
    """All signals of some document that holds so many."""
    with database.reading() as connection:
        found = observations_of(connection, ACCOUNT)
    groups: dict[str, list[Observation]] = {}
    for observation in found:
        groups.setdefault(observation.signal.document_id, []).append(observation)
    return next(group for group in groups.values() if len(group) == signals)


def test_nothing_is_exported_before_anybody_decided(labelled: Database) -> None:
    assert list(reviewed_samples(labelled)) == []


def test_a_document_waits_until_its_last_signal_is_decided(labelled: Database) -> None:
    first, second = of_one_document(labelled, 2)
    decide(labelled, first, Verdict.ACCEPT)
    (waiting,) = reviewed_samples(labelled)
    assert isinstance(waiting, NotExported)
    assert "1 of 2" in waiting.reason
    decide(labelled, second, Verdict.REJECT)
    (ready,) = reviewed_samples(labelled)
    assert isinstance(ready, Exported)
    assert [s.type for s in ready.sample.signals] == [first.signal.type]
    assert [j.author for j in ready.judgements] == ["rev@vendor.example"] * 2


def test_what_is_exported_loads_as_a_labelled_sample(labelled: Database, tmp_path: Path) -> None:
    (observation,) = of_one_document(labelled, 1)
    decide(labelled, observation, Verdict.ACCEPT)
    (ready,) = reviewed_samples(labelled)
    assert isinstance(ready, Exported)
    out = tmp_path / "reviewed.jsonl"
    write_lines(out, [ready.sample.model_dump(mode="json")])
    (sample,) = load_documents(out)
    quotes = [e.quote for s in sample.signals for e in s.evidence]
    assert quotes == [e.quote for e in observation.signal.evidence]


def test_the_queue_holds_each_undecided_signal_once_and_no_decided_one(labelled: Database) -> None:
    with labelled.reading() as connection:
        before = [w.signal_id for w in first_to_see(connection, most=1000)]
    (observation,) = of_one_document(labelled, 1)
    decide(labelled, observation, Verdict.ACCEPT)
    with labelled.reading() as connection:
        after = [w.signal_id for w in first_to_see(connection, most=1000)]
    assert len(before) == len(set(before)) == 141
    assert set(before) - set(after) == {observation.signal.id}


def test_a_decision_taken_back_is_no_gold_and_its_signal_waits_again(labelled: Database) -> None:
    (observation,) = of_one_document(labelled, 1)
    decide(labelled, observation, Verdict.REJECT)
    assert [type(found) for found in reviewed_samples(labelled)] == [Exported]
    with labelled.transaction() as connection:
        (made,) = reviews_of(connection, ACCOUNT)
        add_review(connection, retraction_of(made, AT + timedelta(minutes=1), made.author, ""))
    assert list(reviewed_samples(labelled)) == []
    with labelled.reading() as connection:
        assert observation.signal.id in {w.signal_id for w in first_to_see(connection, most=1000)}
