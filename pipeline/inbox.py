"""Raw files that came in over HTTP: kept while something of them is held back, gone once everything is stored."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from extractor.document import Document
from extractor.erasing.traces import Traces
from extractor.readers import Obstacle, Unread, read
from store.database import Connection
from store.jobs import DONE, FAILED, get_job
from store.quarantine import explain, held, release

INBOX = "inbox"
GONE = "the file is gone, as it held a refused recording too: send it again without that"


def folder_of(home: Path, job_id: str) -> Path:
    return home / INBOX / job_id


def tidy(connection: Connection, home: Path) -> None:
    """Drop the files of finished jobs that the quarantine does not point at, and every file with a refused recording.

    What else such a file held cannot be read again; the quarantine says so.
    """
    rows = held(connection)
    refused = {row.path for row in rows if row.reason == Obstacle.NOT_CONSENTED}
    wanted = {row.path for row in rows} - refused
    for folder in sorted((home / INBOX).glob("*")):
        job = get_job(connection, folder.name)
        if job is None or job.state not in (DONE, FAILED):
            continue
        paths = [(path, str(path.resolve())) for path in _within(folder)]
        drop([path for path, name in paths if name in refused or (job.state == DONE and name not in wanted)])
        ours = {name for _, name in paths} & refused
        for row in rows:
            if row.path in ours and row.reason != Obstacle.NOT_CONSENTED and not row.detail.endswith(GONE):
                explain(connection, row.id, f"{row.detail}; {GONE}")


def drop(paths: list[Path]) -> None:
    """Delete files, and their folders where those are empty then."""
    for path in paths:
        path.unlink(missing_ok=True)
        if not _within(path.parent):
            with suppress(FileNotFoundError):
                path.parent.rmdir()


def _within(folder: Path) -> list[Path]:
    """Nothing where somebody else has just tidied the folder away."""
    try:
        return sorted(folder.iterdir())
    except FileNotFoundError:
        return []


def release_those_with(connection: Connection, home: Path, traces: Traces) -> tuple[list[Path], list[Path]]:
    """Forget what is held back and gives somebody away. Its files: those of ours to `drop`, and those of others."""
    rows = held(connection)
    inbox = (home / INBOX).resolve()
    files = {Path(row.path) for row in rows} | {p for p in inbox.rglob("*") if p.is_file()}
    telling = {path for path in files if path.is_file() and _tells(path, traces)}
    for row in rows:
        if Path(row.path) in telling or traces.are_in(f"{row.origin}\n{row.detail}\n{row.path}\n{row.document_key}"):
            release(connection, row.id)
            telling |= {Path(row.path)} & files
    ours = sorted(path for path in telling if path.resolve().is_relative_to(inbox))
    return ours, sorted(telling - set(ours))


def _tells(path: Path, traces: Traces) -> bool:
    """By what a reader makes of the file, and by its bytes: a file that cannot be read may still hold a name."""
    content = path.read_bytes()
    if any(traces.are_in(content.decode(coding, "replace")) for coding in ("utf-8", "utf-16", "latin-1")):
        return True
    return any(traces.are_in(text) for item in read(path, path.parent) for text in _texts(item))


def _texts(item: Document | Unread) -> Iterator[str]:
    if isinstance(item, Document):
        yield from (item.title, item.text)
        for name, address in [(m.speaker, m.address) for m in item.messages] + [
            (p.name, p.address) for p in item.participants
        ]:
            yield f"{name}\n{address or ''}"
