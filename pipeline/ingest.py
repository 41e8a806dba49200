"""From folders and files to stored documents: tables first, then what people wrote and said.

Each file is one transaction. What cannot be read or matched to an account is held in quarantine with its reason; the
run goes on. Reading the same files again changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath

from extractor.document import Document, Source
from extractor.people import Directory, Resolution, interactions
from extractor.readers import Unread, is_table, read
from pipeline.directory import directory_of
from pipeline.labels import LABELS, LabelLine, labelled_reading
from pipeline.refusals import Refused, Rescore, refusal_of, refuse
from pipeline.tables import TABLE_ORDER, keep_table
from scoring.tickets import Ticket
from store.database import Connection, Database
from store.documents import add_document, document_exists, documents_with_keys, get_document
from store.quarantine import hold, release_origin
from store.recording import record
from store.runs import run_of
from store.snapshots import last_snapshot_day
from store.threads import join_threads
from store.versions import put_ticket

GOLD = frozenset({"labels.jsonl", "expected.json"})
"""What people found in a sample folder: read by those who judge the job, never by the job itself."""

Progress = Callable[[str, int, int], None]


class IngestError(ValueError):
    """The arguments name nothing that can be read; the message says which."""


@dataclass(slots=True)
class IngestReport:
    """Counts of one run; `held` went to the quarantine, `notes` say of new documents what their reader had to mend.

    `refused` are those of the held in whose meeting somebody refused to be recorded; `withdrawn` are the accounts from
    which what was kept of such a meeting was erased.
    """

    files: int = 0
    documents: int = 0
    new: int = 0
    rows: int = 0
    held: int = 0
    signals: int = 0
    rejected: int = 0
    refused: int = 0
    withdrawn: list[str] = field(default_factory=list)
    notes: dict[str, int] = field(default_factory=dict)
    unmatched_labels: list[str] = field(default_factory=list)


def ingest(
    database: Database,
    paths: Sequence[Path],
    own_domains: Sequence[str],
    *,
    account_id: str | None = None,
    only: str | None = None,
    labels: Sequence[LabelLine] | None = None,
    progress: Progress = lambda *_: None,
    rescore: Rescore = lambda *_: None,
) -> IngestReport:
    """Read everything under the paths into the store.

    `account_id` overrides every match; `only` is the origin of the one item to keep of a file. With `labels`, signals come from them and not from a detector. `rescore` is
    asked where something was erased on which scores rest. Raises IngestError for a path that does not exist.
    """
    report = IngestReport()
    files = [found for path in paths for found in _files(path)]
    tables = sorted((f for f in files if is_table(f[0])), key=lambda f: TABLE_ORDER.index(f[0].name.lower()))
    others = [f for f in files if not is_table(f[0])]
    with run_of(database, "ingest", lambda: asdict(report)):
        _keep_tables(database, tables, report)
        with database.reading() as connection:
            directory = directory_of(connection, own_domains)
        job = _Job(directory, account_id, report, only, rescore)
        for number, (path, root) in enumerate(others):
            progress("reading files", number, len(others))
            with database.transaction() as connection:
                job.keep_file(connection, path, root)
            report.files += 1
        progress("reading files", len(others), len(others))
        for touched in dict.fromkeys(account for account, _ in job.touched):
            with database.transaction() as connection:
                join_threads(connection, touched)
        if labels is not None:
            _lay_labels(database, labels, job.touched, report)
    return report


def _keep_tables(database: Database, tables: Sequence[tuple[Path, Path]], report: IngestReport) -> None:
    for path, root in tables:
        with database.transaction() as connection:
            rows, held = keep_table(connection, path, path.relative_to(root).as_posix())
        report.rows += rows
        report.held += held
        report.files += 1


class _Job:
    """One run's way of keeping what a file holds."""

    def __init__(
        self, directory: Directory, account_id: str | None, report: IngestReport, only: str | None, rescore: Rescore
    ) -> None:
        self.directory = directory
        self.rescore = rescore
        self.only = only
        self.account_id = account_id
        self.report = report
        self.touched: list[tuple[str, str]] = []

    def keep_file(self, connection: Connection, path: Path, root: Path) -> None:
        for item in read(path, root, self.directory.own_domains):
            if self.only is not None and not _is_part(self.only, item.origin):
                continue
            if isinstance(item, Unread) and item.call is not None:
                self._refuse(connection, item.call, item.detail, path)
            elif isinstance(item, Unread):
                self.report.held += 1
                hold(connection, item.origin, item.reason, item.detail, str(path.resolve()))
            else:
                self._keep(connection, item, path)

    def _keep(self, connection: Connection, read_document: Document, path: Path) -> None:
        self.report.documents += 1
        resolution = self.directory.resolve(read_document)
        document = resolution.document
        account_id = self.account_id or resolution.account_id
        if document.source is Source.TRANSCRIPT:
            refusal = refusal_of(connection, document, account_id, path)
            if refusal is not None:
                detail = f"{document.origin}: of the meeting of {refusal.origin}, in which a speaker does not consent to being recorded; the text was dropped"
                self._refuse(connection, document, detail, path)
                return
        if account_id is None:
            if document_exists(connection, document.id):
                return  # somebody has said whose it is
            self.report.held += 1
            hold(
                connection,
                document.origin,
                resolution.reason or "unmatched",
                _who(resolution),
                str(path.resolve()),
                resolution.candidates,
                document.key,
            )
            return
        self.touched.append((account_id, document.id))
        if document.opened is not None:
            put_ticket(connection, account_id, Ticket(document.key, document.opened, document.closed))
        if document_exists(connection, document.id):
            return
        release_origin(connection, document.origin, document.key)
        self.report.new += add_document(
            connection, document, account_id, interactions(document), _late(connection, account_id, document)
        )
        for note in document.notes:
            self.report.notes[note] = self.report.notes.get(note, 0) + 1

    def _refuse(self, connection: Connection, call: Document, detail: str, path: Path) -> None:
        self.report.held += 1
        self.report.refused += 1
        account_id = self.account_id or self.directory.resolve(call).account_id
        withdrawn = refuse(connection, Refused(call, account_id, path), detail, self.rescore)
        self.report.withdrawn += [account for account in withdrawn if account not in self.report.withdrawn]


def _is_part(held: str, origin: str) -> bool:
    """Whether both name the same part of a file; the folder they are told from may differ."""
    whole, _, part = held.partition("#")
    name, _, here = origin.partition("#")
    return part == here and PurePosixPath(whole).name == PurePosixPath(name).name


def _late(connection: Connection, account_id: str, document: Document) -> datetime | None:
    """Now, for a document that speaks of days already scored without it; None where nothing was scored yet."""
    scored_until = last_snapshot_day(connection, account_id)
    times = document.own_moments()
    if scored_until is None or not times or min(times).date() > scored_until:
        return None
    return datetime.now(UTC)


def _lay_labels(
    database: Database, labels: Iterable[LabelLine], touched: Sequence[tuple[str, str]], report: IngestReport
) -> None:
    """Record a reading by labels for every document of this run, empty where no label speaks of it."""
    by_document: dict[str, list[LabelLine]] = {}
    with database.reading() as connection:
        for line in labels:
            documents = documents_with_keys(connection, line.keys)
            if not documents:
                report.unmatched_labels.append(line.id)
            for each in documents:
                by_document.setdefault(each.id, []).append(line)
    for account_id, document_id in touched:
        with database.transaction() as connection:
            document = get_document(connection, document_id)
            if document is not None:
                detection, found = labelled_reading(by_document.get(document_id, ()), document)
                record(connection, account_id, document, detection, LABELS, found)
                report.signals += len(found.signals)
                report.rejected += len(found.rejections)


def _who(resolution: Resolution) -> str:
    addresses = sorted({m.address for m in resolution.document.messages if m.address})
    named = ", ".join(addresses) or resolution.document.account_hint
    if not named:
        return "no address stands in it; assign it with --account"
    verb = "belong" if len(addresses) > 1 else "belongs"
    return f"{named} {verb} to no known account; assign it with --account or add the domain to accounts.csv"


def _files(path: Path) -> list[tuple[Path, Path]]:
    """Every file under a path in a fixed order, each with the folder its origin is told from."""
    if path.is_file():
        return [(path, path.parent)]
    if not path.is_dir():
        raise IngestError(f"{path}: no such file or folder")
    found = sorted(p for p in path.rglob("*") if p.is_file() and not p.name.startswith("."))
    return [(p, path) for p in found if p.name not in GOLD]
