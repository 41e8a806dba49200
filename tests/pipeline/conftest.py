"""A portfolio read by its gold labels, once for all tests that only look."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from extractor.detector import Detection, Detector, Outcome
from extractor.document import Document
from pipeline.ingest import ingest
from pipeline.labels import load_labels
from pipeline.nightly import days_between, nightly
from scoring.rulebook.loading import load_rulebooks
from store.database import Database

PORTFOLIO = Path(__file__).parents[2] / "samples" / "portfolio"
FIRST, LAST = date(2025, 10, 1), date(2026, 9, 15)


class Silent:
    """A detector that reads everything and finds nothing."""

    extractor = "silent/1"

    def detect(self, documents: list[Document]) -> Iterator[Detection]:
        for document in documents:
            yield Detection(document.id, Outcome.READ)


@pytest.fixture
def silent() -> Detector:
    return Silent()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = Database(f"sqlite:///{tmp_path / 'whyred.db'}")
    yield found
    found.close()


@pytest.fixture(scope="session")
def scored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    """The sample portfolio with gold signals, every third day scored. Read it, never write to it."""
    found = Database(f"sqlite:///{tmp_path_factory.mktemp('scored') / 'whyred.db'}")
    ingest(found, [PORTFOLIO], (), labels=load_labels(PORTFOLIO / "labels.jsonl"))
    nightly(found, load_rulebooks(), Silent(), days_between(FIRST, LAST, 3))
    yield found
    found.close()


@pytest.fixture(scope="session")
def six_weeks_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The portfolio by its gold labels over the six weeks in which one account turns red, every third day scored."""
    path = tmp_path_factory.mktemp("six-weeks") / "whyred.db"
    found = Database(f"sqlite:///{path}")
    ingest(found, [PORTFOLIO], (), labels=load_labels(PORTFOLIO / "labels.jsonl"))
    nightly(found, load_rulebooks(), Silent(), days_between(date(2026, 5, 1), date(2026, 6, 12), 3))
    found.close()
    return path


@pytest.fixture
def six_weeks(six_weeks_file: Path, tmp_path: Path) -> Iterator[Database]:
    """A copy that a test may change."""
    path = tmp_path / "copy.db"
    with closing(sqlite3.connect(six_weeks_file)) as source, closing(sqlite3.connect(path)) as target:
        source.backup(target)
    found = Database(f"sqlite:///{path}")
    yield found
    found.close()
