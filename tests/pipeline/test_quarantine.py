"""Whoever knows whose a held document is can say so."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

PORTFOLIO = Path(__file__).parents[2] / "samples" / "portfolio"
WHYRED = Path(sys.executable).with_name("whyred")
MAIL = (
    "From: Who <who@nowhere.example>\r\nTo: nadia.corvane@vendor.example\r\nSubject: Hi\r\n"
    "Message-ID: <1@nowhere.example>\r\nDate: Wed, 12 Nov 2025 08:41:00 +0000\r\n\r\nHello, who are you?\r\n"
)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    export = tmp_path / "export"
    export.mkdir()
    for name in ("accounts.csv", "contacts.csv"):
        shutil.copy(PORTFOLIO / name, export)
    (export / "stranger.eml").write_text(MAIL, "utf-8", newline="")
    assert whyred(tmp_path, "ingest", "export").returncode == 0
    return tmp_path


def whyred(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "WHYRED_HOME": str(home / "var")}
    return subprocess.run(
        [str(WHYRED), *arguments], cwd=home, env=environment, capture_output=True, text=True, check=False
    )


def test_an_assigned_document_leaves_the_quarantine_and_is_kept(home: Path) -> None:
    (row,) = json.loads(whyred(home, "quarantine", "--json").stdout)
    assert row["reason"] == "unmatched"
    short = row["id"].removeprefix("sha256:")[:12]
    done = whyred(home, "quarantine", "assign", short, "aldermoor")
    assert done.returncode == 0, done.stderr
    assert json.loads(whyred(home, "quarantine", "--json").stdout) == []
    assert json.loads(whyred(home, "ingest", "export", "--json").stdout)["new"] == 0
    assert json.loads(whyred(home, "quarantine", "--json").stdout) == []


def test_an_id_that_names_nothing_is_refused(home: Path) -> None:
    done = whyred(home, "quarantine", "assign", "ffff", "aldermoor")
    assert done.returncode == 2
    assert "whyred quarantine" in done.stderr
