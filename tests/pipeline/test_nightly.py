"""The nightly job: idempotent, resumable, honest about what it could not read, blind to what came later."""

from __future__ import annotations

import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractor.detector import Detection, Detector, Outcome
from extractor.document import Document
from extractor.signal import Claim
from pipeline.ingest import ingest
from pipeline.labels import load_labels
from pipeline.nightly import days_between, nightly
from scoring.rulebook.loading import load_rulebooks
from store.accounts import all_accounts
from store.database import Database
from store.runs import all_runs
from store.signals import all_signals
from store.snapshots import actions_of, snapshots_of

PORTFOLIO = Path(__file__).parents[2] / "samples" / "portfolio"
DAYS = days_between(date(2026, 4, 1), date(2026, 6, 30), 14)


def kept(database: Database) -> list[object]:
    with database.reading() as connection:
        return [
            item
            for account in all_accounts(connection)
            for item in (*snapshots_of(connection, account.id), *actions_of(connection, account.id))
        ]


@pytest.fixture
def labelled(database: Database) -> Database:
    ingest(database, [PORTFOLIO], (), labels=load_labels(PORTFOLIO / "labels.jsonl"))
    return database


def test_running_it_again_changes_nothing(labelled: Database, silent: Detector) -> None:
    nightly(labelled, load_rulebooks(), silent, DAYS)
    before = kept(labelled)
    again = nightly(labelled, load_rulebooks(), silent, DAYS)
    assert (again.scored, again.opened) == (0, 0)
    assert kept(labelled) == before


class Killed(BaseException):
    """A kill seen from inside."""


def test_a_killed_run_started_again_ends_in_the_same_content(
    labelled: Database, silent: Detector, tmp_path: Path
) -> None:
    whole = Database(f"sqlite:///{tmp_path / 'whole.db'}")
    ingest(whole, [PORTFOLIO], (), labels=load_labels(PORTFOLIO / "labels.jsonl"))
    nightly(whole, load_rulebooks(), silent, DAYS)

    def fuse(doing: str, done: int, _of: int) -> None:
        if doing == "scoring" and done == 3:
            raise Killed

    with pytest.raises(Killed):
        nightly(labelled, load_rulebooks(), silent, DAYS, fuse)
    with labelled.reading() as connection:
        (stopped, *_) = all_runs(connection)
    assert stopped.ended is not None
    assert stopped.report["stopped"] == "interrupted"
    assert stopped.report["scored"] == 3 * len(DAYS)
    nightly(labelled, load_rulebooks(), silent, DAYS)
    assert kept(labelled) == kept(whole)
    whole.close()


def test_a_job_that_is_asked_to_end_says_that_it_did_not_finish(database: Database) -> None:
    code = f"""
import os, signal
from pipeline import command
from store.database import Database
from store.runs import run_of

def job():
    with run_of(Database({database.url!r}), "nightly", lambda: {{"scored": 2}}):
        os.kill(os.getpid(), signal.SIGTERM)

command.app = job
command.main()
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[2], check=False)
    assert done.returncode == 128 + signal.SIGTERM
    with database.reading() as connection:
        (run,) = all_runs(connection)
    assert run.report == {"scored": 2, "stopped": "interrupted"}


class Breaking:
    extractor = "breaking/1"

    def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
        raise RuntimeError("the model's file is gone")


def test_a_job_that_breaks_says_why(database: Database) -> None:
    ingest(database, [PORTFOLIO], ())
    with pytest.raises(RuntimeError):
        nightly(database, load_rulebooks(), Breaking(), DAYS[:1])
    with database.reading() as connection:
        (run, *_) = all_runs(connection)
    assert run.ended is not None
    assert run.report["stopped"] == "RuntimeError: the model's file is gone"


class Failing:
    """Fails at every third document and cites words that are not there in every fifth."""

    extractor = "failing/1"

    def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
        for number, document in enumerate(documents):
            if number % 3 == 0:
                yield Detection(document.id, Outcome.FAILED, detail="the reply broke off")
            elif number % 5 == 0:
                yield Detection(document.id, Outcome.READ, (Claim("value_gap", "words nobody said at all", 2, 0.9),))
            else:
                yield Detection(document.id, Outcome.READ)


def test_one_failing_document_costs_no_other_and_is_tried_again(database: Database, silent: Detector) -> None:
    ingest(database, [PORTFOLIO], ())
    report = nightly(database, load_rulebooks(), Failing(), DAYS[:1])
    assert report.unread == len(report.failures) == 54
    assert report.read == 106
    assert report.rejected > 10
    with database.reading() as connection:
        assert list(all_signals(connection)) == []
    assert nightly(database, load_rulebooks(), Failing(), DAYS[:1]).unread > 0


def test_a_document_that_arrives_late_leaves_scored_days_as_they_were(
    database: Database, silent: Detector, tmp_path: Path
) -> None:
    folder = tmp_path / "late"
    folder.mkdir()
    late = "aldermoor-e03.m2.eml"
    (folder / late).write_bytes((PORTFOLIO / "mail" / late).read_bytes())
    others = [p for p in sorted(PORTFOLIO.rglob("*")) if p.is_file() and p.name != late]
    ingest(database, others, ())
    nightly(database, load_rulebooks(), silent, DAYS)
    before = kept(database)
    assert ingest(database, [folder], ()).new == 1
    report = nightly(database, load_rulebooks(), silent, DAYS)
    assert report.revised == 0
    assert kept(database) == before


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.integers(0, 400), st.integers(1, 60))
def test_the_days_of_a_replay_begin_and_end_where_asked(first: date, length: int, every: int) -> None:
    last = first + timedelta(days=length)
    days = days_between(first, last, every)
    assert (days[0], days[-1]) == (first, last)
    assert all(0 < (b - a).days <= every for a, b in pairwise(days))
