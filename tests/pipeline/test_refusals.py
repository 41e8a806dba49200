"""Who refuses to be recorded is nowhere: not in a table, not in a file of the database, not in the index, the inbox or the log."""

from __future__ import annotations

import json
import logging
import shutil
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from sqlalchemy import text

from extractor.detector import Detector
from extractor.readers import Obstacle
from pipeline.inbox import GONE, folder_of, tidy
from pipeline.indexing import index_passages
from pipeline.intake import take_in
from pipeline.labels import load_labels
from pipeline.nightly import nightly
from pipeline.settings import Settings
from pipeline.verify import verify
from pipeline.wiring import App
from store.documents import all_documents
from store.jobs import DONE, FAILED, Job, add_job
from store.quarantine import held
from store.search import passages_of
from store.tables import metadata
from store.vectors import PassageIndex

PORTFOLIO = Path(__file__).parents[2] / "samples" / "portfolio"
ACCOUNT = "a-aldermoor"
SECRET = "We will leave for Brandwick by the end of the quarter"
REFUSAL = "I do not consent to being recorded."
MARTA, NADIA = "Marta Penhallow", "Nadia Corvane"
META = {
    "id": "call-77",
    "started_at": "2026-03-02T10:00:00Z",
    "participants": [
        {"name": MARTA, "email": "marta.penhallow@aldermoor.example", "external": True},
        {"name": NADIA, "email": "nadia.corvane@vendor.example", "external": False},
    ],
}
ZOOM = "GMT20260302-100000_Recording"


def vtt(*more: str) -> str:
    said = [(MARTA, f"{SECRET}."), (NADIA, "Thank you for telling us so early."), *((MARTA, words) for words in more)]
    cues = (
        f"00:00:{5 * n:02}.000 --> 00:00:{5 * n + 4:02}.000\n{who}: {words}\n" for n, (who, words) in enumerate(said)
    )
    return "WEBVTT\n\n" + "\n".join(cues)


def chat(*more: str) -> str:
    said = [f"Between us: {SECRET}", *more]
    return "\n".join(f"10:0{n}:00 From {MARTA} to Everyone: {line}" for n, line in enumerate(said))


def put(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_text(content, "utf-8")
    return folder


def counted(texts: list[str]) -> list[list[float]]:
    """A stand-in for an encoder."""
    return [[len(t), t.count("e") + 1.0] for t in texts]


@pytest.fixture(params=["sqlite", "postgres"])
def app(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[App]:
    home = tmp_path / "home"
    if request.param == "sqlite":
        found = App(Settings(home=home))
    else:
        found = App(Settings(home=home, database_url=str(request.getfixturevalue("postgres_url"))))
    found.__dict__["passages"] = PassageIndex(home / "chroma", counted, "counted")
    tables = tmp_path / "tables"
    tables.mkdir()
    for name in ("accounts.csv", "contacts.csv"):
        shutil.copy(PORTFOLIO / name, tables)
    take_in(found, [tables])
    yield found
    found.database.close()


ON_SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
"""What no database does otherwise."""


def everything(app: App) -> str:
    """All that is kept: every row of every table, and every byte of every file."""
    said: list[str] = []
    with app.database.reading() as connection:
        for table in metadata.sorted_tables:
            rows = connection.execute(text(f"SELECT * FROM {table.name}")).all()
            said += [json.dumps(list(row), default=str, ensure_ascii=False) for row in rows]
    for path in sorted(app.settings.home.rglob("*")):
        if path.is_file():
            said.append(path.read_bytes().decode("utf-8", "replace"))
    return "\n".join(said)


def scored(app: App) -> str:
    with app.database.reading() as connection:
        rows = connection.execute(text("SELECT score, explanation FROM snapshots")).all()
    return json.dumps([list(row) for row in rows])


def signals(app: App) -> list[str]:
    with app.database.reading() as connection:
        return [row.id for row in connection.execute(text("SELECT id FROM signals"))]


def keys(app: App) -> list[str]:
    with app.database.reading() as connection:
        return sorted(document.key for _, document in all_documents(connection))


def reasons(app: App) -> dict[str, str]:
    with app.database.reading() as connection:
        return {row.origin: row.reason for row in held(connection)}


class TestLaterExport:
    def test_erases_what_was_kept_and_scored_before(
        self, app: App, tmp_path: Path, silent: Detector, caplog: pytest.LogCaptureFixture
    ) -> None:
        caplog.set_level(logging.DEBUG)
        first = put(tmp_path / "first" / "calls", {"c.vtt": vtt(), "c.meta.json": json.dumps(META)})
        found = {"type": "value_realised", "severity": 3, "evidence": [{"message": "m1", "quote": SECRET}]}
        label = {
            "id": "call-77",
            "account_id": ACCOUNT,
            "source": "transcript",
            "positions": {"m1": 1},
            "signals": [found],
        }
        (tmp_path / "labels.jsonl").write_text(json.dumps(label), "utf-8")
        assert take_in(app, [first.parent], labels=load_labels(tmp_path / "labels.jsonl")).signals == 1
        nightly(app.database, app.rulebooks, silent, [date(2026, 3, 9), date(2026, 3, 16)], announce=True)
        put(first, {"other.vtt": vtt().replace(SECRET, "All is well")})
        take_in(app, [first.parent], account_id=ACCOUNT)
        index_passages(app.database, app.passages)
        with app.database.reading() as connection:
            before = passages_of(connection, ACCOUNT)
        (signal,) = signals(app)
        assert signal in scored(app)
        later = put(tmp_path / "later" / "calls", {"c.vtt": vtt(REFUSAL), "c.meta.json": json.dumps(META)})
        report = take_in(app, [later.parent])
        assert (report.refused, report.withdrawn) == (1, [ACCOUNT])
        assert (SECRET in everything(app), SECRET in caplog.text) == (False, False)
        assert (signal in scored(app), signals(app)) == (False, [])
        assert app.passages.by_meaning(ACCOUNT, "leaving", before, 9) == []
        assert index_passages(app.database, app.passages) == 1
        assert {p.title for p in app.passages.by_meaning(ACCOUNT, "leaving", before, 9)} == {"other"}
        assert reasons(app) == {"calls/c.vtt": Obstacle.NOT_CONSENTED}
        assert verify(app.database).faults == []

    def test_stays_refused_when_the_earlier_export_comes_again(self, app: App, tmp_path: Path) -> None:
        later = put(tmp_path / "later", {"c.vtt": vtt(REFUSAL), "c.meta.json": json.dumps(META)})
        first = put(tmp_path / "first", {"c.vtt": vtt(), "c.meta.json": json.dumps(META)})
        take_in(app, [later])
        report = take_in(app, [first])
        assert (report.new, report.refused, keys(app)) == (0, 1, [])
        assert SECRET not in everything(app)


UNNAMED = json.dumps({**META, "id": None})
NAMES = {
    "by an id": ("c.transcript.vtt", "c.chat.txt", {"c.meta.json": json.dumps(META)}),
    "by Zoom's moment": (f"{ZOOM}.transcript.vtt", f"{ZOOM}newChat.txt", {f"{ZOOM}.transcript.meta.json": UNNAMED}),
    "by stem": ("c_transcript.vtt", "c_chat.txt", {}),
    "by folder": ("transcript.vtt", "chat.txt", {}),
}


@ON_SQLITE
@pytest.mark.parametrize(("transcript", "beside", "data"), NAMES.values(), ids=NAMES)
class TestCompanion:
    def take(self, app: App, folder: Path, data: dict[str, str]) -> None:
        take_in(app, [folder], account_id=None if data else ACCOUNT)

    def test_chat_beside_a_refused_transcript(
        self, app: App, tmp_path: Path, transcript: str, beside: str, data: dict[str, str]
    ) -> None:
        self.take(app, put(tmp_path / "in" / "call", {transcript: vtt(REFUSAL), beside: chat(), **data}), data)
        assert keys(app) == []
        assert SECRET not in everything(app)

    def test_transcript_beside_a_refusing_chat(
        self, app: App, tmp_path: Path, transcript: str, beside: str, data: dict[str, str]
    ) -> None:
        self.take(app, put(tmp_path / "in" / "call", {transcript: vtt(), beside: chat(REFUSAL), **data}), data)
        assert keys(app) == []
        assert SECRET not in everything(app)

    def test_chat_that_comes_later(
        self, app: App, tmp_path: Path, transcript: str, beside: str, data: dict[str, str]
    ) -> None:
        folder = put(tmp_path / "in" / "call", {transcript: vtt(REFUSAL), **data})
        self.take(app, folder, data)
        self.take(app, put(folder, {beside: chat()}), data)
        assert keys(app) == []
        assert SECRET not in everything(app)

    def test_both_are_kept_where_nobody_refuses(
        self, app: App, tmp_path: Path, transcript: str, beside: str, data: dict[str, str]
    ) -> None:
        self.take(app, put(tmp_path / "in" / "call", {transcript: vtt(), beside: chat(), **data}), data)
        with app.database.reading() as connection:
            kept = connection.execute(text("SELECT DISTINCT key, thread FROM documents WHERE NOT replaced")).all()
        assert (len(kept), len({row.thread for row in kept})) == (2, 1)


@ON_SQLITE
class TestOthers:
    def test_a_call_of_another_name_is_kept(self, app: App, tmp_path: Path) -> None:
        take_in(app, [put(tmp_path / "call", {"c.vtt": vtt(REFUSAL), "d.vtt": vtt()})], account_id=ACCOUNT)
        assert keys(app) == ["call:d"]

    def test_a_call_of_the_same_name_of_another_account_is_kept(self, app: App, tmp_path: Path) -> None:
        take_in(app, [put(tmp_path / "a" / "call", {"c.vtt": vtt()})], account_id="a-corrowby")
        take_in(app, [put(tmp_path / "b" / "call", {"c.vtt": vtt(REFUSAL)})], account_id=ACCOUNT)
        assert keys(app) == ["call:c"]


@ON_SQLITE
class TestInbox:
    def upload(self, app: App, name: str, files: dict[str, str], state: str = DONE) -> None:
        folder = put(folder_of(app.settings.home, name), files)
        take_in(app, [folder])
        with app.database.transaction() as connection:
            now = datetime(2026, 3, 3, tzinfo=UTC)
            add_job(connection, Job(name, "ingest", "tool", None, "digest", state, now, now))
            tidy(connection, app.settings.home)

    def files(self, app: App) -> list[str]:
        return sorted(p.name for p in (app.settings.home / "inbox").rglob("*") if p.is_file())

    @pytest.mark.parametrize("state", [DONE, FAILED])
    def test_a_refused_upload_is_gone(self, app: App, state: str) -> None:
        self.upload(app, "one", {"c.vtt": vtt(REFUSAL)}, state)
        assert self.files(app) == []
        assert reasons(app) == {"c.vtt": Obstacle.NOT_CONSENTED}
        assert SECRET not in everything(app)

    def test_an_earlier_upload_that_still_waited_for_its_account_is_gone(self, app: App) -> None:
        name = f"{ZOOM}.transcript.vtt"
        self.upload(app, "one", {name: vtt()})
        assert (self.files(app), list(reasons(app).values())) == ([name], ["unmatched"])
        self.upload(app, "two", {name: vtt(REFUSAL)})
        assert (self.files(app), list(reasons(app).values())) == ([], [Obstacle.NOT_CONSENTED])
        assert SECRET not in everything(app)

    def test_what_came_in_one_file_with_it_is_asked_for_again(self, app: App) -> None:
        def call(name: str, said: str) -> dict[str, object]:
            sentence = {"start": 0, "end": 9, "text": said}
            return {"callId": name, "transcript": [{"speakerId": "1", "sentences": [sentence]}]}

        both = {"callTranscripts": [call("1", f"{SECRET}. {REFUSAL}"), call("2", "Hello there.")]}
        self.upload(app, "one", {"both.json": json.dumps(both)})
        with app.database.reading() as connection:
            details = {row.reason: row.detail for row in held(connection)}
        assert details["unmatched"].endswith(GONE)
        assert self.files(app) == []
        assert SECRET not in everything(app)
