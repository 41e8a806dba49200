"""Real mails, transcripts and payloads that nobody here wrote: read without a crash, trimmed as their suites expect.

The folder is not part of the repository; without it these tests are skipped. `-s` prints the tables.
"""

# ruff: noqa: T201
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest

from extractor.document import Document, document_id
from extractor.readers import Unread, read
from extractor.readers.mail.message import read_mail
from extractor.readers.mail.spans import not_newly_written
from extractor.readers.marks import outside

CORPORA = Path(__file__).parents[4] / "shared" / "corpora"
MAILS = CORPORA / "email_fixtures" / "raw"
TRIMMER = MAILS / "discourse__email_reply_trimmer"
TALON = MAILS / "mailgun__talon"
FLOOR = 0.85

pytestmark = pytest.mark.skipif(not CORPORA.is_dir(), reason="../shared/corpora is not on this machine")


def test_every_file_is_read_or_set_aside():
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for path in sorted(p for p in CORPORA.glob("*/raw/**/*") if p.is_file()):
        suite = "/".join(path.relative_to(CORPORA).parts[i] for i in (0, 2))
        table[suite]["files"] += 1
        for item in read(path, CORPORA):
            if isinstance(item, Unread):
                table[suite][item.reason] += 1
                assert item.detail
            else:
                assert isinstance(item, Document)
                assert item.id == document_id(item)
                table[suite]["documents"] += 1
    for suite, counts in table.items():
        print(f"{suite:70} {dict(counts)}")
    assert sum(counts["documents"] for counts in table.values()) > 500


def report(suite: str, results: dict[str, bool]) -> float:
    share = sum(results.values()) / len(results)
    print(
        f"{suite}: {sum(results.values())} of {len(results)} = {share:.0%}; differ: {[n for n, ok in results.items() if not ok]}"
    )
    return share


def words(text: str) -> list[str]:
    return text.split()


def test_newly_written_text_of_the_trimmers_mails():
    """The suite keeps quotes that are answered below and forwards without comment; here both are excluded by kind."""
    results = {}
    for path in sorted((TRIMMER / "emails").iterdir()):
        text = path.read_text("utf-8").replace("\r\n", "\n")
        expected = (TRIMMER / "trimmed" / path.name).read_text("utf-8")
        results[path.name] = words(outside(text, not_newly_written(text))) == words(expected)
    assert report("email_reply_trimmer", results) >= FLOOR


def test_replies_of_each_client():
    results = {}
    for path in sorted((TALON / "standard_replies").glob("*.eml")):
        expected = path.with_name(f"{path.stem}_reply_text")
        wanted = expected.read_text("utf-8") if expected.exists() else "Hello"
        document = read_mail(path.read_bytes(), path.name)
        quotes = [e for e in document.excluded if e.why != "signature"]
        results[path.name] = words(outside(document.text, quotes)) == words(wanted)
    assert report("talon replies", results) >= FLOOR


def test_signatures():
    results = {}
    for path in sorted((TALON / "signature" / "emails").glob("*/*_body")):
        body = path.read_text("utf-8")
        marked = [line[5:] for line in body.split("\n") if line.startswith("#sig#")]
        text = re.sub(r"(?m)^#sig#", "", body)
        beside = path.with_name(path.name.replace("_body", "_signature"))
        signature = marked or (beside.read_text("utf-8").split("\n") if beside.exists() else [])
        sender = path.with_name(path.name.replace("_body", "_sender"))
        names = (sender.read_text("utf-8").strip(),) if sender.exists() else ()
        everything = words(text)
        wanted = everything[: len(everything) - len(words("\n".join(signature)))]
        results[f"{path.parent.name}/{path.name}"] = (
            words(outside(text, not_newly_written(text, names=names))) == wanted
        )
    assert report("talon signatures", results) >= FLOOR


def test_html_replies_of_each_client():
    results = {}
    for path in sorted((TALON / "html_replies").glob("*.html")):
        (document,) = read(path, TALON)
        results[path.name] = words(outside(document.text, document.excluded)) == words(
            "Hi. I am fine.\n\nThanks,\nAlex"
        )
    assert report("talon HTML replies", results) >= FLOOR
