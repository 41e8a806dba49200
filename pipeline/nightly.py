"""The nightly job: read what is new, score every account on each asked day, keep snapshot, explanation, actions.

Each document and each account's day is one transaction, so a killed run loses at most what it was doing; started
again, it passes over what is done and ends in the same content.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from multiprocessing import get_context
from typing import Any

from extractor.detector import Detector, Outcome
from extractor.document import Document
from extractor.grounding import ground
from pipeline.keeping import announce_structure, keep
from pipeline.labels import LABELS
from pipeline.screening import screening_of
from pipeline.snapshot import basis_of, first_day, score_day, standing_of
from scoring.facts import Account
from scoring.rulebook.loading import in_force
from scoring.rulebook.model import Rulebook
from store.accounts import all_accounts, hold_account
from store.database import Database
from store.documents import account_of, unread_documents
from store.facts import facts_of, origins_of
from store.overrides import overrides_of
from store.recording import record
from store.runs import run_of
from store.snapshots import actions_of, snapshots_of

LONGEST_CATCH_UP = 31
"""Days back that a run makes good by itself."""

Progress = Callable[[str, int, int], None]
"""Told what is being done, how much of it is done, and how much there is."""


@dataclass(slots=True)
class NightlyReport:
    """What a run did. Nothing is dropped without a number here: what failed is listed by `whyred runs`."""

    read: int = 0
    unread: int = 0
    signals: int = 0
    rejected: int = 0
    scored: int = 0
    unchanged: int = 0
    revised: int = 0
    opened: int = 0
    failures: list[str] = field(default_factory=list)
    screening: dict[str, Any] | None = None


def days_between(first: date, last: date, every: int) -> list[date]:
    """Every `every` days from the first, and the last day itself."""
    days = [first + timedelta(days=n) for n in range(0, (last - first).days + 1, every)]
    return days if days and days[-1] == last else [*days, last]


def missed_nights(last: date | None, today: date) -> list[date]:
    """Days since the last scored one that nobody scored, at most the last month's: older ones want a replay."""
    if last is None:
        return []
    first = max(last + timedelta(days=1), today - timedelta(days=LONGEST_CATCH_UP))
    return [first + timedelta(days=n) for n in range((today - first).days)]


def nightly(
    database: Database,
    rulebooks: tuple[Rulebook, ...],
    detector: Detector,
    days: Sequence[date],
    progress: Progress = lambda *_: None,
    workers: int = 1,
    *,
    announce: bool = False,
) -> NightlyReport:
    """Run the job for the days, oldest first; accounts are scored by so many processes.

    `announce` puts band crossings and opened actions into the outbox; a replay of the past keeps quiet.
    """
    report = NightlyReport()
    with run_of(database, "nightly", lambda: asdict(report)):
        read_new(database, detector, report, progress)
        report.screening = screening_of(detector, report.signals)
        with database.reading() as connection:
            known = all_accounts(connection)
        for number, scored in enumerate(_scored(database, known, rulebooks, sorted(days), workers, announce)):
            progress("scoring", number, len(known))
            report.scored += scored.scored
            report.unchanged += scored.unchanged
            report.revised += scored.revised
            report.opened += scored.opened
        progress("scoring", len(known), len(known))
        if announce and days:
            with database.transaction() as connection:
                announce_structure(connection, in_force(rulebooks, max(days)), max(days))
    return report


def read_new(database: Database, detector: Detector, report: NightlyReport, progress: Progress) -> None:
    """Detect and ground what no current reading covers; each document is kept as soon as it is done."""
    with database.reading() as connection:
        if not unread_documents(connection, [LABELS]):
            return
        documents = unread_documents(connection, [LABELS, detector.extractor])
    for number, document in enumerate(_recorded(database, detector, documents, report), 1):
        progress("reading documents", number, len(documents))
        del document


def _recorded(
    database: Database, detector: Detector, documents: Sequence[Document], report: NightlyReport
) -> Iterator[Document]:
    for document, detection in zip(documents, detector.detect(documents), strict=True):
        found = ground(detection.claims, document, detector.extractor)
        with database.transaction() as connection:
            account_id = account_of(connection, document.id)
            record(connection, account_id, document, detection, detector.extractor, found)
        if detection.outcome is Outcome.READ:
            report.read += 1
            report.signals += len(found.signals)
            report.rejected += len(found.rejections)
        else:
            report.unread += 1
            report.failures.append(f"{document.origin}: {detection.outcome.value}: {detection.detail}")
        yield document


@dataclass(slots=True)
class _Tally:
    """What scoring one account came to."""

    scored: int = 0
    unchanged: int = 0
    revised: int = 0
    opened: int = 0


def _scored(
    database: Database,
    accounts: Sequence[Account],
    rulebooks: tuple[Rulebook, ...],
    days: Sequence[date],
    workers: int,
    announce: bool,
) -> Iterator[_Tally]:
    """Accounts share nothing, so each worker opens the database and takes whole accounts."""
    if workers == 1:
        for account in accounts:
            yield _score_account(database, account, rulebooks, days, announce)
        return
    # spawned, because a forked process would share the parent's open connections
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        jobs = [pool.submit(_score_apart, database.url, account, rulebooks, days, announce) for account in accounts]
        for job in jobs:
            yield job.result()


def _score_apart(
    url: str, account: Account, rulebooks: tuple[Rulebook, ...], days: Sequence[date], announce: bool
) -> _Tally:
    database = Database(url)
    try:
        return _score_account(database, account, rulebooks, days, announce)
    finally:
        database.close()


def _score_account(
    database: Database, account: Account, rulebooks: tuple[Rulebook, ...], days: Sequence[date], announce: bool
) -> _Tally:
    tally = _Tally()
    with database.reading() as connection:
        facts = facts_of(connection, account)
        origins = origins_of(connection, account.id)
        overrides = overrides_of(connection, account.id)
        actions = actions_of(connection, account.id)
        kept = {s.day: s for s in snapshots_of(connection, account.id)}
    began = first_day(facts)
    history = {day: standing_of(snapshot) for day, snapshot in kept.items()}
    for day in days:
        if began is None or day < began:
            continue
        stored = kept.get(day)
        if stored is not None and stored.basis == basis_of(facts.as_of(day), in_force(rulebooks, day), overrides):
            tally.unchanged += 1
            continue
        earlier = [history[d] for d in sorted(history) if d < day]
        past = day < max(history, default=day)
        scored = score_day(facts, rulebooks, day, earlier, origins, actions, overrides, is_past=past)
        with database.transaction() as connection:
            hold_account(connection, account.id)
            tally.opened += keep(connection, facts.account, scored, announce=announce)
            actions = actions_of(connection, account.id)
        history[day] = scored.standing
        tally.scored += 1
        tally.revised += stored is not None
    return tally
