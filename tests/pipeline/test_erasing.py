"""What was erased is nowhere: no table, no file of the database, no index, no inbox; and what others said still stands."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from extractor.erasing.person import NOBODY
from extractor.erasing.traces import STAND_IN
from pipeline.command import is_fault_of_the_input
from pipeline.commands.erasing import erase_command
from pipeline.engines import make_detector
from pipeline.erasing import ErasureError, clean_up, digest_of, erase_account, erase_person
from pipeline.indexing import index_passages
from pipeline.ingest import ingest
from pipeline.labels import load_labels
from pipeline.nightly import nightly
from pipeline.settings import Settings
from pipeline.verify import verify
from pipeline.wiring import App
from scoring.facts import Verdict, unretracted
from store.accounts import all_accounts, get_account
from store.asked import ask
from store.audit import broken_seals, entries
from store.database import Database
from store.decisions import retraction_of, review_of, reviews_of
from store.documents import all_documents
from store.quarantine import held
from store.recording import add_review
from store.signals import observations_of
from store.snapshots import snapshots_of
from store.tables import asked, looks, metadata
from store.vectors import PassageIndex

PORTFOLIO = Path(__file__).parents[2] / "samples" / "portfolio"
ADDRESS, NAME, ACCOUNT = "marta.penhallow@aldermoor.example", "Marta Penhallow", "a-aldermoor"
ON_SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)
"""What no database does otherwise."""
DAYS = [date(2026, 3, 1), date(2026, 9, 15)]


def counted(texts: list[str]) -> list[list[float]]:
    """A stand-in for an encoder: what is said, in three numbers."""
    return [[len(t), t.count("e") + 1.0, t.count(" ") + 1.0] for t in texts]


@pytest.fixture(scope="module")
def sqlite_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("kept")
    fill(App(Settings(home=home)))
    return home


@pytest.fixture(params=["sqlite", "postgres"])
def app(request: pytest.FixtureRequest, sqlite_home: Path, tmp_path: Path) -> Iterator[App]:
    home = tmp_path / "home"
    if request.param == "sqlite":
        shutil.copytree(sqlite_home, home)
        found = App(Settings(home=home))
    else:
        found = App(Settings(home=home, database_url=str(request.getfixturevalue("postgres_url"))))
        fill(found)
    found.__dict__["passages"] = PassageIndex(home / "chroma", counted, "counted")
    index_passages(found.database, found.passages)
    yield found
    found.database.close()


def fill(app: App) -> None:
    ingest(app.database, [PORTFOLIO], (), labels=load_labels(PORTFOLIO / "labels.jsonl"))
    nightly(app.database, app.rulebooks, make_detector("local", app.settings), DAYS, announce=True)
    app.database.close()


def everything(app: App) -> str:
    """All that is kept: the rows as a dump would hold them, and every byte of every file."""
    said: list[str] = []
    with app.database.reading() as connection:
        for table in metadata.sorted_tables:
            rows = connection.execute(text(f"SELECT * FROM {table.name}")).all()
            said += [table.name, *(json.dumps(list(row), default=str, ensure_ascii=False) for row in rows)]
            said += [str(row) for row in rows]
    for path in sorted(app.settings.home.rglob("*")):
        said.append(path.name)
        if path.is_file():
            said.append(path.read_bytes().decode("utf-8", "replace"))
    return "\n".join(said).casefold()


def own_words(app: App, address: str) -> list[str]:
    """Long lines that only this person wrote."""
    lines: dict[str, set[str | None]] = {}
    with app.database.reading() as connection:
        for _, document in all_documents(connection):
            for message in document.messages:
                for line in document.words(message).splitlines():
                    lines.setdefault(line.strip(), set()).add(message.address)
    return [line for line, by in lines.items() if by == {address} and len(line) > 25]


def signals_of(app: App, account: str) -> dict[tuple[str, str], list[str]]:
    """Quotes with who said them, by matter."""
    with app.database.reading() as connection:
        found = observations_of(connection, account)
    return {(o.subject, o.signal.extractor): [f"{e.speaker}: {e.quote}" for e in o.signal.evidence] for o in found}


def erase(app: App, wanted: str, account: str | None = None, names: tuple[str, ...] = ()):
    with app.database.transaction() as connection:
        done = erase_person(connection, app.rulebooks, app.settings.home, wanted, names, account)
    clean_up(app, done)
    return done


class TestAPerson:
    def test_is_nowhere_any_more_and_the_words_of_others_still_stand(self, app: App) -> None:
        words, before = own_words(app, ADDRESS), signals_of(app, ACCOUNT)
        theirs = {s for s, quotes in before.items() if all(q.startswith(f"{NAME}: ") for q in quotes)}
        assert len(words) > 10
        assert theirs
        with app.database.reading() as connection:
            others = {a: snapshots_of(connection, a) for a in ("a-ostlere", "a-sundergate")}
        assert all(trace.casefold() in everything(app) for trace in (ADDRESS, NAME, words[0]))
        done = erase(app, ADDRESS)
        assert (done.signals, done.accounts) == (len(theirs), (ACCOUNT,))
        kept = everything(app)
        for trace in (ADDRESS, NAME, "penhallow", *words):
            assert trace.casefold() not in kept, trace
        after = signals_of(app, ACCOUNT)
        assert after.keys() == before.keys() - theirs
        for subject, quotes in after.items():
            for quote in quotes:
                assert quote in before[subject] or STAND_IN in quote
        assert verify(app.database).faults == []
        with app.database.reading() as connection:
            assert others == {a: snapshots_of(connection, a) for a in others}
            assert [s.day for s in snapshots_of(connection, ACCOUNT)] == DAYS
            speakers = {m.speaker for a, d in all_documents(connection) if a == ACCOUNT for m in d.messages}
        assert NOBODY in speakers

    @ON_SQLITE
    def test_scores_are_those_of_a_store_that_reads_the_same_without_them(self, app: App) -> None:
        """Scoring what is left anew finds nothing to correct."""
        erase(app, ADDRESS)
        report = nightly(app.database, app.rulebooks, make_detector("local", app.settings), DAYS)
        assert (report.scored, report.revised) == (0, 0)

    @ON_SQLITE
    def test_twice_is_told(self, app: App) -> None:
        erase(app, ADDRESS)
        with pytest.raises(ErasureError, match="nobody is known") as fault:
            erase(app, ADDRESS)
        assert is_fault_of_the_input(fault.value)

    @ON_SQLITE
    def test_by_name_within_an_account(self, app: App) -> None:
        erase(app, NAME, ACCOUNT)
        assert "penhallow" not in everything(app)

    @ON_SQLITE
    def test_a_name_alone_may_be_many_people(self, app: App) -> None:
        for wanted, account in ((NAME, None), ("Marta", ACCOUNT)):
            with pytest.raises(ErasureError, match="may be many people"):
                erase(app, wanted, account)

    @ON_SQLITE
    def test_who_owns_accounts_must_hand_them_over_first(self, app: App) -> None:
        with pytest.raises(ErasureError, match="another owner first"):
            erase(app, "nadia.corvane@vendor.example")

    @ON_SQLITE
    def test_decisions_follow_the_words_they_were_about(self, app: App) -> None:
        with app.database.transaction() as connection:
            found = observations_of(connection, ACCOUNT)
            for observation in found:
                at = datetime(2026, 9, 1, tzinfo=UTC)
                made = review_of(ACCOUNT, observation, Verdict.REJECT, at, "r", "told by Marta")
                add_review(connection, made)
                add_review(connection, retraction_of(made, at + timedelta(days=1), "r", "Marta was right"))
        done = erase(app, ADDRESS)
        with app.database.reading() as connection:
            left, reviews = observations_of(connection, ACCOUNT), reviews_of(connection, ACCOUNT)
        assert len(reviews) == 2 * len(left) == 2 * (len(found) - done.signals)
        assert {r.signal_id for r in reviews} == {o.signal.id for o in left}
        assert {r.reason for r in reviews} == {f"told by {STAND_IN}", f"{STAND_IN} was right"}
        assert unretracted(reviews) == []

    @ON_SQLITE
    @pytest.mark.parametrize("judged", [True, False])
    def test_reviewers_are_asked_about_what_is_left(self, app: App, *, judged: bool) -> None:
        """As if it had been read without them in the first place; nothing that was decided waits again."""
        with app.database.transaction() as connection:
            for number, observation in enumerate(observations_of(connection, ACCOUNT)):
                if judged and number % 2:
                    said = review_of(ACCOUNT, observation, Verdict.ACCEPT, datetime(2026, 9, 1, tzinfo=UTC), "ada", "")
                    add_review(connection, said)
        erase(app, ADDRESS)
        with app.database.transaction() as connection:
            kept = [connection.execute(table.select()).all() for table in (asked, looks)]
            for table in (looks, asked):
                connection.execute(table.delete())
            for account in all_accounts(connection):
                ask(connection, account.id)
            anew = [connection.execute(table.select()).all() for table in (asked, looks)]
        assert [set(rows) for rows in kept] == [set(rows) for rows in anew]
        assert [bool(rows) for rows in kept] == [True, judged]


class TestAnAccount:
    def test_is_nowhere_any_more(self, app: App) -> None:
        home = app.settings.home
        waiting = home / "inbox" / "j1" / "late.eml"
        waiting.parent.mkdir(parents=True)
        waiting.write_text(f"From: Marta <x@y.example>\nSubject: for {ADDRESS}\n\nhello\n")
        (home / "replies" / "ab").mkdir(parents=True)
        (home / "replies" / "ab" / "r.json").write_text('{"text": "Aldermoor Foundries"}')
        ingest(app.database, [waiting.parent], ())
        with app.database.reading() as connection:
            account = get_account(connection, ACCOUNT)
            assert account is not None
            assert held(connection)
        words = own_words(app, ADDRESS)
        with app.database.transaction() as connection:
            done = erase_account(connection, home, account)
        clean_up(app, done)
        kept = everything(app)
        for trace in (ACCOUNT, account.name, "aldermoor.example", NAME, *words):
            assert trace.casefold() not in kept, trace
        assert not waiting.exists()
        assert done.subject == digest_of("account", ACCOUNT)
        assert verify(app.database).faults == []


def test_the_command_asks_twice_and_logs_a_digest(
    sqlite_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "home"
    shutil.copytree(sqlite_home, home)
    monkeypatch.setenv("WHYRED_HOME", str(home))
    with pytest.raises(ValueError, match="repeat"):
        erase_command(person=ADDRESS, account=None, name=None, confirm="")
    erase_command(person=ADDRESS, account=None, name=None, confirm=ADDRESS, author="ada", json=True)
    assert json.loads(capsys.readouterr().out)["subject"] == digest_of("person", ADDRESS)
    with closing(Database(f"sqlite:///{home / 'whyred.db'}")) as database, database.reading() as connection:
        (entry,) = entries(connection)
        assert (entry.who, entry.action, entry.subject) == ("ada", "erase_person", digest_of("person", ADDRESS))
        assert "penhallow" not in str(entry)
        assert list(broken_seals(connection)) == []
