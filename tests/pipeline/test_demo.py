"""The main job as a newcomer runs it: a command in an empty folder, its answer checked against the raw files."""

from __future__ import annotations

import email
import html
import json
import mailbox
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from email.message import Message
from email.policy import default
from pathlib import Path
from typing import Any

import pytest

PORTFOLIO = Path(__file__).parents[2] / "samples" / "portfolio"
WHYRED = Path(sys.executable).with_name("whyred")


def whyred(home: Path, *arguments: str, **more: Any) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "WHYRED_HOME": str(home / "var")}
    command = [str(WHYRED), *arguments]
    return subprocess.run(command, cwd=home, env=environment, capture_output=True, text=True, check=False, **more)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def answer(home: Path) -> dict[str, Any]:
    done = whyred(home, "demo", "--json")
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def quotes(node: Any) -> Iterator[dict[str, Any]]:
    """Every quote anywhere in an answer."""
    if isinstance(node, dict):
        if "quote" in node:
            yield node
        for value in node.values():
            yield from quotes(value)
    elif isinstance(node, list):
        for value in node:
            yield from quotes(value)


def raw_text(origin: str) -> str:
    """What the raw file says, read with the standard library alone and flattened."""
    name, _, part = origin.partition("#")
    path = PORTFOLIO / name
    if path.suffix == ".eml":
        texts = mail_text(email.message_from_bytes(path.read_bytes(), policy=default))
    elif path.suffix == ".mbox":
        with closing(mailbox.mbox(path)) as mails:
            texts = mail_text(email.message_from_bytes(mails[int(part) - 1].as_bytes(), policy=default))
    elif path.suffix == ".vtt":
        texts = re.sub(r"\n\n(\d+\n)?[\d:.]+ --> [\d:.]+\n(<v [^>]*>|[^:\n]*: )?", " ", path.read_text("utf-8"))
        texts = texts.replace("</v>", "")
    else:
        lines = path.read_text("utf-8").splitlines() if path.suffix == ".ndjson" else [path.read_text("utf-8")]
        texts = " ".join(text for line in lines for text in strings(json.loads(line)))
    return flat(html.unescape(texts))


def mail_text(message: Message) -> str:
    parts = [p.get_content() for p in message.walk() if p.get_content_maintype() == "text"]  # type: ignore[attr-defined]
    return " ".join(re.sub(r"<[^>]+>", " ", part) if "<p>" in part else part for part in parts)


def strings(node: Any) -> Iterator[str]:
    if isinstance(node, str):
        yield node
    elif isinstance(node, dict | list):
        for value in node.values() if isinstance(node, dict) else node:
            yield from strings(value)


def flat(text: str) -> str:
    return " ".join(text.split())


def test_every_quote_of_the_answer_stands_in_the_raw_file_it_names(answer: dict[str, Any]) -> None:
    found = list(quotes(answer["why"]))
    assert len(found) >= 3
    missing = [(q["origin"], q["quote"]) for q in found if flat(q["quote"]) not in raw_text(q["origin"])]
    assert missing == []


def test_the_answer_is_an_account_that_turned_red_and_says_why_without_remainder(answer: dict[str, Any]) -> None:
    why = answer["why"]
    assert why["after"]["band"] == "red"
    assert why["before"]["band"] != "red"
    assert why["residual"] == 0
    assert round(10 * sum(c["points"] for c in why["causes"])) == round(10 * why["change"])
    assert why["first_mover"] is not None
    assert why["plays"]
    assert len(answer["portfolio"]) == 8


def test_the_printed_page_shows_each_first_quote_with_speaker_file_and_day(home: Path, answer: dict[str, Any]) -> None:
    printed = flat(whyred(home, "demo").stdout)
    for cause in answer["why"]["causes"]:
        for quote in cause["evidence"][:1] if abs(cause["points"]) >= 1 and cause["kind"] == "appeared" else []:
            assert flat(quote["quote"]) in printed
            assert quote["speaker"] in printed
            assert quote["origin"] in printed


def test_a_second_run_changes_nothing(home: Path, answer: dict[str, Any]) -> None:
    assert json.loads(whyred(home, "demo", "--json").stdout) == answer


def test_everything_stored_derives_again(home: Path, answer: dict[str, Any]) -> None:
    assert answer["portfolio"]
    done = whyred(home, "verify", "--json")
    assert (done.returncode, json.loads(done.stdout)["faults"]) == (0, [])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["why", "sundergat"], "a-sundergate"),
        (["why", "a-sundergate", "--as-of", "yesterday"], "YYYY-MM-DD"),
        (["nightly", "--from", "2026-01-01"], "--to"),
        (["ingest", "no-such-folder"], "no-such-folder"),
        (["extract", "--dataset", "no-such.jsonl", "--out", "x"], "no-such.jsonl"),
        (["extract", "--dataset", "x", "--out", "y", "--engine", "oracle"], "oracle"),
    ],
)
def test_wrong_input_is_one_line_and_status_2(
    home: Path, answer: dict[str, Any], arguments: list[str], words: str
) -> None:
    assert answer["portfolio"]
    done = whyred(home, *arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    assert words in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
