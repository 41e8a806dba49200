"""Whatever happens to a store, reviewers are asked about what is in force and undecided, the most doubtful and harmful first."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from sqlalchemy import delete, event, text

from extractor.detector import Detection, Outcome
from extractor.document import Document, Role, Source, Turn, compose
from extractor.grounding import ground
from extractor.signal import Claim
from scoring.doubt import doubt
from scoring.facts import Account, Observation, Verdict, unretracted
from store.accounts import put_account
from store.asked import ask
from store.copies import original_of, put_copies
from store.database import Connection, Database
from store.decisions import Review, retraction_of, review_of, reviews_of
from store.documents import add_document
from store.erasure import erase_account, erase_documents
from store.recording import add_review, record
from store.reviewing import COUNTED, count_waiting, waiting
from store.signals import observations_of
from store.tables import asked, looks, signals

AT = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
ACCOUNTS = [Account(f"a-{n}", f"Customer {n}", "smb", f"csm{n}@vendor.example", 100, "EUR") for n in range(3)]
WEIGHTS = {"renewal_risk": 3.0, "value_gap": 2.0, "advocacy": 1.0, "no_longer_known": 1.0}
PEOPLE = ("ada", "ben")
SENTENCES = [f"Sentence number {n} says so." for n in range(8)]


def asks(
    connection: Connection, second_for: str | None = None, owners: tuple[str, ...] = (), most: int = 1000
) -> list[str]:
    found = waiting(connection, owners, WEIGHTS.__getitem__, most=most, second_for=second_for)
    return [w.signal_id for w in found]


def should_ask(connection: Connection, second_for: str | None = None, accounts: list[Account] = ACCOUNTS) -> list[str]:
    """By everything that is stored, without what is kept for the queue."""
    found = []
    for account in accounts:
        reviews = unretracted(reviews_of(connection, account.id))
        seen = observations_of(connection, account.id)
        for observation in seen:
            original = observation.signal.id
            if original_of(connection, original) is None:
                alike = [o for o in seen if original in {o.signal.id, original_of(connection, o.signal.id)}]
                judges = {r.author for r in reviews for o in alike if r.is_about(o)}
                if (not judges) if second_for is None else (judges and second_for not in judges):
                    found.append(observation)
    return [o.signal.id for o in sorted(found, key=rank, reverse=True)]


def rank(observation: Observation) -> tuple[float, float, str]:
    signal = observation.signal
    open_to_doubt = doubt(signal.severity, signal.confidence)
    return WEIGHTS[signal.type] * open_to_doubt, open_to_doubt, signal.id


def claims_in(chance: Random, document: Document) -> tuple[Claim, ...]:
    drawn = chance.sample(SENTENCES, chance.randint(0, 4))
    return tuple(
        Claim(
            chance.choice(list(WEIGHTS)), words, chance.randint(1, 3), chance.choice([0.5, 0.3, 1.0, chance.random()])
        )
        for words in drawn
        if words in document.text
    )


def read(connection: Connection, account: Account, document: Document, chance: Random, extractor: str) -> None:
    claims = claims_in(chance, document)
    outcome = chance.choice([Outcome.READ, Outcome.READ, Outcome.READ, Outcome.FAILED])
    found = ground(claims, document, extractor)
    record(connection, account.id, document, Detection(document.id, outcome, claims), extractor, found)


def mail(account: Account, number: int, version: int) -> Document:
    words = " ".join([*SENTENCES, f"Version {version}."])
    turns = [Turn(words, "Ada", Role.CUSTOMER, AT + timedelta(days=number), "ada@acme.example")]
    return compose(turns, source=Source.EMAIL, key=f"mail:{number}@{account.id}", origin="x.eml")


class Story:
    """A store to which one thing after another happens, drawn at random."""

    def __init__(self, connection: Connection, chance: Random) -> None:
        self.connection, self.chance = connection, chance
        self.now, self.documents = AT + timedelta(days=90), {account.id: dict[int, Document]() for account in ACCOUNTS}
        for account in ACCOUNTS:
            put_account(connection, account, [])

    def goes_on(self) -> None:
        self.now += timedelta(minutes=1)
        account = self.chance.choice(ACCOUNTS)
        often, seldom = [self.arrives, self.judged] * 3, [self.read_anew, self.taken_back, self.repeated, self.erased]
        self.chance.choice([*often, *seldom])(account)

    def arrives(self, account: Account) -> None:
        number, version = self.chance.randrange(4), self.chance.randrange(1000)
        document = mail(account, number, version)
        if add_document(self.connection, document, account.id, ()):
            self.documents[account.id][number] = document
            read(self.connection, account, document, self.chance, "test/1")

    def read_anew(self, account: Account) -> None:
        for document in self.documents[account.id].values():
            read(self.connection, account, document, self.chance, f"test/{self.chance.randint(1, 3)}")

    def judged(self, account: Account) -> None:
        seen = observations_of(self.connection, account.id)
        if seen:
            about, verdict = self.chance.choice(seen), self.chance.choice([Verdict.ACCEPT, Verdict.REJECT])
            said = review_of(account.id, about, verdict, self.now, self.chance.choice(PEOPLE), "so")
            add_review(self.connection, said)

    def taken_back(self, account: Account) -> None:
        said = unretracted(reviews_of(self.connection, account.id))
        if said:
            one: Review = self.chance.choice(said)
            add_review(self.connection, retraction_of(one, self.now, one.author, ""))

    def repeated(self, account: Account) -> None:
        seen = [o.signal.id for o in observations_of(self.connection, account.id)]
        self.chance.shuffle(seen)
        half = len(seen) // 2
        put_copies(self.connection, account.id, dict(zip(seen[:half][:2], seen[half:], strict=False)))

    def erased(self, account: Account) -> None:
        if self.documents[account.id]:
            _, document = self.documents[account.id].popitem()
            erase_documents(self.connection, [document.id])


@pytest.mark.parametrize("seed", range(4))
def test_after_everything_that_can_happen_the_queue_is_what_the_store_says(database: Database, seed: int) -> None:
    with database.transaction() as connection:
        story = Story(connection, Random(seed))
        held = set()
        for _ in range(60):
            story.goes_on()
            for second_for in (None, *PEOPLE):
                expected = should_ask(connection, second_for)
                assert asks(connection, second_for) == expected
                assert asks(connection, second_for, most=3) == expected[:3]
                assert count_waiting(connection, (), second_for) == len(expected)
                mine = should_ask(connection, second_for, ACCOUNTS[:2])
                owners = (ACCOUNTS[0].owner.upper(), ACCOUNTS[1].owner)
                assert asks(connection, second_for, owners, most=5) == mine[:5]
                assert count_waiting(connection, owners, second_for) == len(mine)
                held |= {second_for} if expected else set()
        assert held == {None, *PEOPLE}, "the story held something for everybody"


@pytest.fixture
def told(database: Database) -> Database:
    """Read, judged and repeated."""
    with database.transaction() as connection:
        story = Story(connection, Random(7))
        for step in [story.arrives, story.arrives, story.arrives, story.judged, story.judged, story.repeated]:
            for account in ACCOUNTS:
                step(account)
        assert asks(connection)
        assert asks(connection, "ben") or asks(connection, "ada")
    return database


def test_a_store_made_before_is_asked_about_as_well(told: Database) -> None:
    with told.transaction() as connection:
        before = [asks(connection, who) for who in (None, *PEOPLE)]
        kept = {table.name: set(connection.execute(table.select()).all()) for table in (asked, looks)}
        for statement in ("DROP TABLE looks", "DROP TABLE asked", "DROP INDEX ix_decisions_author_at"):
            connection.execute(text(statement))
        connection.execute(text("UPDATE alembic_version SET version_num = '0007'"))
    upgraded = Database(told.url)
    with upgraded.reading() as connection:
        assert [asks(connection, who) for who in (None, *PEOPLE)] == before
        assert {table.name: set(connection.execute(table.select()).all()) for table in (asked, looks)} == kept
    upgraded.close()


def test_bringing_it_up_to_date_again_changes_nothing(told: Database) -> None:
    writes: list[str] = []
    with told.transaction() as connection:
        event.listen(connection, "before_cursor_execute", lambda _c, _k, said, *_: writes.append(said))
        for account in ACCOUNTS:
            ask(connection, account.id)
    assert [said for said in writes if said.startswith(("INSERT", "UPDATE"))] == []


def test_what_was_decided_by_a_copy_that_is_erased_waits_again(database: Database) -> None:
    account, claims = ACCOUNTS[0], (Claim("value_gap", SENTENCES[0], 2, 0.5),)
    with database.transaction() as connection:
        put_account(connection, account, [])
        found = []
        for number in range(2):
            document = mail(account, number, 0)
            add_document(connection, document, account.id, ())
            grounded = ground(claims, document, "test/1")
            record(connection, account.id, document, Detection(document.id, Outcome.READ, claims), "test/1", grounded)
            found.append(grounded.signals[0])
        original, copy = found
        put_copies(connection, account.id, {copy.id: original.id})
        about = next(o for o in observations_of(connection, account.id) if o.signal == copy)
        add_review(connection, review_of(account.id, about, Verdict.ACCEPT, AT, "ada", ""))
        assert (asks(connection), asks(connection, "ben")) == ([], [original.id])
        erase_documents(connection, [copy.document_id])
        assert (asks(connection), asks(connection, "ben")) == ([original.id], [])


def test_an_account_that_goes_leaves_nothing_to_ask(told: Database) -> None:
    with told.transaction() as connection:
        for account in ACCOUNTS:
            erase_account(connection, account.id)
        assert [asks(connection, who) for who in (None, *PEOPLE)] == [[], [], []]
        assert not connection.execute(looks.select()).all()


def test_more_than_anybody_needs_to_know_is_not_counted(told: Database) -> None:
    with told.transaction() as connection:
        connection.execute(delete(asked))
        some = connection.execute(signals.select()).first()
        assert some is not None
        many = [dict(some._mapping) | {"id": f"s{n}"} for n in range(COUNTED + 10)]
        connection.execute(signals.insert(), many)
        row = {"account_id": some.account_id, "type": some.type, "doubt": 1.0, "decided": False}
        connection.execute(asked.insert(), [row | {"signal_id": one["id"]} for one in many])
        assert count_waiting(connection, ()) == COUNTED + 1


@pytest.mark.parametrize("owners", [(), (ACCOUNTS[0].owner,)])
@pytest.mark.parametrize("second_for", [None, "ben"])
def test_no_statement_reads_the_queue_or_the_signals_from_end_to_end(
    told: Database, owners: tuple[str, ...], second_for: str | None
) -> None:
    said: list[tuple[str, object]] = []
    lite = told.url.startswith("sqlite")
    with told.transaction() as connection:
        if not lite:  # a table of a few rows is read whole by any planner that may
            for setting in ("enable_seqscan", "enable_bitmapscan", "enable_sort"):
                connection.execute(text(f"SET LOCAL {setting} = off"))
        event.listen(connection, "before_cursor_execute", lambda _c, _k, what, given, *_: said.append((what, given)))
        asks(connection, second_for, owners, most=10)
        count_waiting(connection, owners, second_for)
        asked_for, explain = tuple(said), "EXPLAIN QUERY PLAN" if lite else "EXPLAIN"
        plans = [
            str(step[-1]).strip()
            for statement, given in asked_for
            for step in connection.exec_driver_sql(f"{explain} {statement}", given)  # type: ignore[arg-type]
        ]
    assert any("ix_asked_" in step for step in plans)
    whole = [s for s in plans if s.startswith(("SCAN ", "Seq Scan")) or "->  Seq Scan" in s]
    assert [s for s in whole if any(name in s for name in ("asked", "signals", "looks", "decisions"))] == []
    if not owners:
        assert [s for s in plans if "TEMP B-TREE" in s] == (["USE TEMP B-TREE FOR ORDER BY"] if lite else [])
