"""Calls that somebody refused to have recorded: nothing of the meeting is kept, whichever of its files came first.

What stays is the quarantine's row: which file it was, of which meeting, and that it was refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from extractor.document import Document
from extractor.erasing.traces import Traces
from extractor.names import name_key
from extractor.people import people_of
from extractor.readers import Obstacle, read
from extractor.readers.calls.meeting import is_known_by_name
from store.database import Connection
from store.documents import calls_named
from store.erasure import erase_documents, take_out
from store.indexed import unmark_accounts
from store.quarantine import Held, held, held_for, hold, release
from store.signals import quotes_of

Rescore = Callable[[Connection, str], object]
"""Scores every kept day of an account anew, once something that it rested on is gone."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A call without its words, the account it belongs to where that is known, and the file it came in."""

    call: Document
    account_id: str | None
    path: Path


def refuse(connection: Connection, refused: Refused, detail: str, rescore: Rescore) -> tuple[str, ...]:
    """Keep that it was refused, and erase what was kept of the meeting; returns the accounts that lost something."""
    call, account_id = refused.call, refused.account_id
    candidates = (account_id,) if account_id else ()
    reason = str(Obstacle.NOT_CONSENTED)
    hold(connection, call.origin, reason, detail, str(refused.path.resolve()), candidates, _meeting(call))
    for row in held(connection):
        if row.document_key.startswith("call:") and row.reason != reason and _waits(row, refused):
            release(connection, row.id)
    gone: dict[str, list[Document]] = {}
    for account, document in calls_named(connection, call.key, _meeting(call)):
        if account == account_id or (account_id is None and _is_same(call, document)):
            gone.setdefault(account, []).append(document)
    for account, documents in gone.items():
        _erase(connection, account, documents)
        rescore(connection, account)
    return tuple(gone)


def refusal_of(connection: Connection, call: Document, account_id: str | None, path: Path) -> Held | None:
    """The row by which this call's meeting was refused; None where nobody refused it."""
    for row in held_for(connection, _meeting(call), Obstacle.NOT_CONSENTED):
        if account_id in row.candidates if row.candidates and account_id else _same_place(row, call, path):
            return row
    return None


def _meeting(call: Document) -> str:
    return call.thread or call.key


def _same_place(row: Held, call: Document, path: Path) -> bool:
    """Names of files repeat from folder to folder, ids do not."""
    return not is_known_by_name(_meeting(call)) or Path(row.path).parent == path.resolve().parent


def _waits(row: Held, refused: Refused) -> bool:
    """Whether the row holds back a file of the meeting."""
    path = Path(row.path)
    if row.document_key == refused.call.key and row.origin == refused.call.origin:
        return True
    found = read(path, path.parent) if path.is_file() else ()
    return any(
        isinstance(item, Document)
        and _meeting(item) == _meeting(refused.call)
        and (not is_known_by_name(_meeting(item)) or path.parent == refused.path.resolve().parent)
        for item in found
    )


def _is_same(call: Document, document: Document) -> bool:
    """Without an account to tell by, an id must agree, or somebody must have been in both."""
    if not is_known_by_name(_meeting(call)):
        return True
    return bool({name_key(p.name) for p in people_of(call)} & {name_key(p.name) for p in people_of(document)} - {""})


def _erase(connection: Connection, account_id: str, documents: list[Document]) -> None:
    """The documents with all that was found in them, and their words wherever else the account's rows quote them."""
    quotes = {quote for document in documents for quote in quotes_of(connection, document.id)}
    unmark_accounts(connection, (account_id,))  # its vectors go whole, once this is committed
    erase_documents(connection, [document.id for document in documents])
    traces, none = Traces(quotes, lines=_lines(documents)), Traces(())
    take_out(connection, lambda account: traces if account in ("", account_id) else none)


def _lines(documents: list[Document]) -> Iterator[str]:
    for document in documents:
        for message in document.messages:
            yield from (line.strip() for line in document.words(message).splitlines())
