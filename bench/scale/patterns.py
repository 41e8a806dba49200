"""A few accounts made by the product's own code: the patterns that a large store repeats.

Their documents hold the quotes of the sample portfolio's labels; each quote is grounded, scored and explained as the
nightly job does it, so that snapshots and explanations are as large and as varied as real ones.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from random import Random

from extractor.detector import Detection, Outcome
from extractor.document import Document, Participant, Role, Source, Took, Turn, compose
from extractor.grounding import ground
from extractor.people import interactions
from extractor.signal import Claim
from pipeline.engines import make_detector
from pipeline.labels import LABELS, load_labels
from pipeline.nightly import nightly
from pipeline.settings import Settings
from scoring.facts import Account, Assessment, Contact, Reading
from scoring.rulebook.loading import load_rulebooks
from scoring.rulebook.model import Rulebook
from store.accounts import put_account, put_assessment, put_readings
from store.database import Connection, Database
from store.documents import add_document
from store.recording import record
from store.versions import put_contacts

LAST = date(2026, 6, 30)
DAYS = tuple(LAST - timedelta(days=n) for n in (91, 28, 7, 0))
"""Scored days: a quarter ago, and what the portfolio compares with; each keeps about 100 kB an account."""
SPOKEN_OVER = 360
"""Days over which an account's documents are spread."""
A_DOCUMENT = 2
"""Quotes in a document; with the few that grounding refuses, somewhat fewer signals."""
LABELLED = Path(__file__).parents[2] / "samples" / "portfolio" / "labels.jsonl"
SEGMENTS = ("enterprise", "mid_market", "smb")
ROLES = ("sponsor", "champion", "budget_owner", "admin", "user", "user")


def pattern_id(number: int) -> str:
    return f"a-pattern{number:04d}"


def pattern_name(number: int) -> str:
    return f"Pattern{number:04d} Holding"


def pattern_owner(number: int) -> str:
    return f"pattern{number:04d}.owner@vendor.example"


def make_patterns(database: Database, accounts: int, signals: int) -> None:
    """Fill an empty store with so many accounts of exactly so many signals each, scored on every one of `DAYS`."""
    rulebooks = load_rulebooks()
    quotes = [(s.type, s.severity, e.quote) for line in load_labels(LABELLED) for s in line.signals for e in s.evidence]
    for number in range(accounts):
        with database.transaction() as connection:
            _keep_account(connection, number, signals, quotes, rulebooks[-1])
    nightly(database, rulebooks, make_detector("local", Settings()), DAYS)


def _keep_account(
    connection: Connection, number: int, signals: int, quotes: list[tuple[str, int, str]], rulebook: Rulebook
) -> None:
    chance = Random(number)  # noqa: S311  made-up data, no secret
    account = Account(
        pattern_id(number),
        pattern_name(number),
        SEGMENTS[number % len(SEGMENTS)],
        pattern_owner(number),
        chance.randint(8, 400) * 1000,
        "EUR",
        LAST + timedelta(days=chance.randint(5, 360)),
        LAST - timedelta(days=700),
        chance.randint(20, 800),
        "Logistics",
    )
    people = [
        Contact(f"person{n}@{account.id}.example", f"Person {n} of {number}", role, role.replace("_", " ").title())
        for n, role in enumerate(ROLES)
    ]
    put_account(connection, account, [f"{account.id}.example"])
    put_contacts(connection, account.id, people)
    weeks = [LAST - timedelta(days=7 * n) for n in range(26)]
    measured = [Reading(m.metric, day, float(chance.randint(0, 100))) for m in rulebook.metrics for day in weeks]
    put_readings(connection, [(account.id, reading) for reading in measured])
    for month in range(6):
        answers = {rule.id: chance.choice(list(rule.answers)) for rule in rulebook.assessments}
        put_assessment(connection, account.id, Assessment(LAST - timedelta(days=30 * month), account.owner, answers))
    kept, place = 0, 0
    while kept < signals:
        drawn = [
            (kind, severity, f"{quote} ({place}.{severity})")  # nobody says the same words twice: copies do not count
            for kind, severity, quote in chance.sample(quotes, min(A_DOCUMENT, signals - kept))
        ]
        at = datetime.combine(LAST - timedelta(days=chance.randint(0, SPOKEN_OVER)), datetime.min.time(), UTC)
        document = _mail(account, chance.choice(people), place, at + timedelta(hours=chance.randint(7, 18)), drawn)
        kept += _keep_document(connection, account.id, document, drawn)
        place += 1


def _mail(account: Account, sender: Contact, place: int, at: datetime, drawn: list[tuple[str, int, str]]) -> Document:
    words = " ".join(["Thank you for the call on Tuesday.", *(quote for _, _, quote in drawn), "More when we speak."])
    return compose(
        [Turn(words, sender.name, Role.CUSTOMER, at, sender.address, sender.job_title)],
        source=Source.EMAIL,
        key=f"mail:{place}@{account.id}.example",
        title=f"Our meeting, point {place}",
        account_hint=account.id,
        participants=(Participant("Owner", account.owner, Role.VENDOR, Took.RECEIVED),),
        origin=f"mail/{account.id}-{place}.eml",
    )


def _keep_document(
    connection: Connection, account_id: str, document: Document, drawn: list[tuple[str, int, str]]
) -> int:
    claims = tuple(
        Claim(kind, quote, severity, 1.0, document.messages[0].id, str(n))
        for n, (kind, severity, quote) in enumerate(drawn)
    )
    found = ground(claims, document, LABELS)
    add_document(connection, document, account_id, interactions(document))
    record(connection, account_id, document, Detection(document.id, Outcome.READ, claims), LABELS, found)
    return len(found.signals)
