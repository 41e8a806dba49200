"""Whoever has no score is told why, and what to do about it; a count of one is said as one."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.command import app, is_fault_of_the_input

ACCOUNTS = """account_id,name,segment,industry,arr,currency,owner_email,contract_start,renewal_date,email_domains,licensed_seats
a-kestermere,Kestermere Water,smb,Water,100,EUR,o@vendor.example,2025-09-15,2026-09-01,kestermere.example,10
a-ostlere,Ostlere Services,smb,Facilities,100,EUR,o@vendor.example,2025-09-15,2027-01-31,ostlere.example,10
"""
METRICS = "account_id,date,metric,value\na-kestermere,2026-09-01,active_users,9\n"
STRANGER = "Subject: Hi\r\nMessage-ID: <1@nowhere.example>\r\nDate: Wed, 12 Nov 2025 08:41:00 +0000\r\n\r\nHello, who is it?\r\n"


@pytest.fixture(autouse=True)
def export(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the accounts alone, not yet read."""
    monkeypatch.setenv("WHYRED_HOME", str(tmp_path / "var"))
    monkeypatch.setenv("WHYRED_TODAY", "2026-09-11")
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "accounts.csv").write_text(ACCOUNTS, "utf-8")
    return folder


def told(*arguments: str) -> str:
    """What is printed on both outputs; an error of the input as its one line."""
    done = CliRunner().invoke(app, list(arguments))
    if done.exception is not None and not isinstance(done.exception, SystemExit):
        assert is_fault_of_the_input(done.exception), done.exception
        return str(done.exception)
    return " ".join(done.output.split())


def test_no_account_at_all_asks_for_them() -> None:
    assert "no account is known: run `whyred ingest PATH`" in told("portfolio")


def test_accounts_of_which_nothing_is_known_are_named_with_what_they_lack(export: Path) -> None:
    assert "2 table rows new or changed" in told("ingest", str(export))
    told("nightly")
    said = told("portfolio")
    assert "nothing is known of a-kestermere, a-ostlere: ingest mails, calls, tickets or metrics" in said
    assert "nothing is known of it: ingest mails" in told("why", "kestermere")


def test_those_that_await_a_nightly_run_are_told_apart(export: Path) -> None:
    told("ingest", str(export))
    (export / "metrics.csv").write_text(METRICS, "utf-8")
    assert "2 files: 0 documents (0 new), 1 table row new or changed" in told("ingest", str(export))
    said = told("portfolio")
    assert "not scored yet: a-kestermere; run `whyred nightly`" in said
    assert "nothing is known of a-ostlere: ingest" in said
    assert "run `whyred nightly` for one" in told("why", "kestermere")


def test_a_scored_portfolio_still_names_who_has_no_score(export: Path) -> None:
    (export / "metrics.csv").write_text(METRICS, "utf-8")
    told("ingest", str(export))
    assert "1 day scored" in told("nightly")
    said = told("portfolio")
    assert "10 d ago" in said
    assert "nothing is known of a-ostlere" in said
    assert "a-kestermere" not in said


def test_what_is_held_without_an_address_says_so(export: Path) -> None:
    (export / "stranger.eml").write_text(STRANGER, "utf-8", newline="")
    told("ingest", str(export))
    said = told("quarantine")
    assert "no address stands in it" in said
    assert "belongs to no" not in said
