"""The audit's estimate over past nights, kept by the run log."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime

import pytest
from typer.testing import CliRunner

from extractor.cascade import Cascade, CascadeSettings
from extractor.detector import Detection, Outcome
from extractor.document import Document, Role, Source, Turn, compose
from extractor.signal import Claim
from pipeline.command import app
from pipeline.nightly import nightly
from pipeline.screening import live_estimate
from scoring.facts import Account
from scoring.rulebook.loading import load_rulebooks
from store.accounts import put_account
from store.database import Database
from store.documents import add_document
from store.runs import Run, all_runs

NIGHT = datetime(2026, 5, 1, tzinfo=UTC)
COUNTS = {"skipped": 80, "windowed": 20, "whole": 100, "documents": 200, "tokens_sent": 600, "tokens_whole": 1000}


class Hears:
    """Claims its word wherever it stands."""

    def __init__(self, name: str, word: str) -> None:
        self.extractor, self._word = name, word

    def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
        for document in documents:
            claims = tuple(
                Claim("value_gap", self._word, 2, 0.9, m.id)
                for m in document.messages
                if self._word in document.words(m)
            )
            yield Detection(document.id, Outcome.READ, claims)


def night(number: int, *, audited: int, lost: int, signals: int = 100, extractor: str = "cascade/a+b") -> Run:
    counts = {"audited": audited, "audited_found": lost + 1, "audited_lost": lost, "signals": signals, **COUNTS}
    return Run(number, "nightly", NIGHT, NIGHT, {"screening": {"extractor": extractor, **counts}})


def test_losses_in_the_audit_are_carried_over_to_what_nobody_read() -> None:
    """Two nights spared 200, of which 10 were audited with 1 loss: 190 unread hold 19, of 219 in all."""
    found = live_estimate([night(2, audited=5, lost=1), night(1, audited=5, lost=0)])
    assert found is not None
    assert (found.runs, found.spared, found.audited, found.saved) == (2, 200, 10, pytest.approx(0.4))
    assert found.lost == pytest.approx(19 / 219)
    # the exact Poisson interval of one event is 0.0253 to 5.572
    assert (found.low, found.high) == (
        pytest.approx(0.0253 * 19 / (200 + 0.0253 * 19), rel=1e-3),
        pytest.approx(5.572 * 19 / (200 + 5.572 * 19), rel=1e-3),
    )


def test_no_loss_in_a_small_sample_is_not_none_at_all() -> None:
    few, many = (live_estimate([night(1, audited=n, lost=0)]) for n in (2, 50))
    assert few is not None
    assert many is not None
    assert few.lost == many.lost == 0
    assert few.high is not None
    assert many.high is not None
    assert few.high > many.high > 0


def test_without_an_audit_or_a_cascade_nothing_is_claimed() -> None:
    assert live_estimate([Run(1, "nightly", NIGHT, NIGHT, {"read": 3})]) is None
    found = live_estimate([night(1, audited=0, lost=0)])
    assert found is not None
    assert (found.lost, found.high) == (None, None)
    assert "too few to say" in str(found)


def test_another_cascade_begins_anew() -> None:
    found = live_estimate([night(2, audited=5, lost=0), night(1, audited=5, lost=3, extractor="cascade/old+b")])
    assert found is not None
    assert (found.runs, found.audited_lost) == (1, 0)


def test_a_night_by_the_cascade_keeps_its_audit_where_the_operator_sees_it(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything spared is audited here: one document holds what the screen did not hear."""
    with database.transaction() as connection:
        put_account(connection, Account("acme", "Acme", "smb", "csm@vendor.example", 1, "EUR"), [])
        for key, said in (("a", "All is fine."), ("b", "It is useless."), ("c", "It is worthless.")):
            document = compose([Turn(said, "Jana", Role.CUSTOMER, at=NIGHT)], source=Source.EMAIL, key=key, origin=key)
            add_document(connection, document, "acme", ())
    cascade = Cascade(Hears("screen", "worthless"), Hears("judge", "useless"), CascadeSettings(audit=1.0))
    nightly(database, load_rulebooks(), cascade, [date(2026, 5, 2)])
    with database.reading() as connection:
        found = live_estimate(all_runs(connection))
    assert found is not None
    assert (found.documents, found.spared, found.audited, found.audited_found, found.audited_lost) == (3, 2, 2, 1, 1)

    monkeypatch.setenv("WHYRED_DATABASE_URL", database.url)
    assert json.loads(CliRunner().invoke(app, ["screening", "--json"]).stdout)["audited_lost"] == 1
    assert "missed 1 of 1 signals" in CliRunner().invoke(app, ["runs"]).stdout
