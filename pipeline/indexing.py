"""Makes what was said findable by meaning, ahead of the question: a few documents at a time, each batch kept at once."""

from __future__ import annotations

import threading
from collections.abc import Callable

from extractor.document import Document
from store.database import Database
from store.indexed import count_unindexed, mark, outdated, unindexed, unmark
from store.search import cut
from store.vectors import PassageIndex

BATCH = 20
"""Documents kept in one go: a killed run loses no more."""

Progress = Callable[[str, int, int], None]
_AT_WORK = threading.Lock()
"""One thread of a process embeds; what others ask for meanwhile it does next."""
_WAITING: dict[tuple[Database, str | None], tuple[PassageIndex, Progress]] = {}
"""What was asked for and is not begun, each account once; None is all of them."""


def index_passages(
    database: Database,
    index: PassageIndex,
    account_id: str | None = None,
    progress: Progress = lambda *_: None,
) -> int:
    """Index what is not yet, of one account or of all; says how many documents were, those of others who waited too.

    Where another thread is at it, that one does this next, and 0 is said. Raises ModelError where the encoder cannot
    be loaded.
    """
    _WAITING[database, account_id] = index, progress
    done = 0
    while _WAITING and _AT_WORK.acquire(blocking=False):  # looked at again after the release: nobody waits in vain
        try:
            while _WAITING:
                (of, account), (into, advance) = _WAITING.popitem()
                done += _index(of, into, account, advance)
        finally:
            _AT_WORK.release()
    return done


def _index(database: Database, index: PassageIndex, account_id: str | None, progress: Progress) -> int:
    _drop_outdated(database, index)
    with database.reading() as connection:
        waiting = count_unindexed(connection, index.id, account_id)
    done = 0
    while some := _next(database, index, account_id):
        for account, document in some:
            index.add(account, list(cut(document)))
        with database.transaction() as connection:
            mark(connection, index.id, [document.id for _, document in some])
        done += len(some)
        progress("indexing", min(done, waiting), waiting)
    return done


def _next(database: Database, index: PassageIndex, account_id: str | None) -> list[tuple[str, Document]]:
    with database.reading() as connection:
        return unindexed(connection, index.id, account_id, BATCH)


def _drop_outdated(database: Database, index: PassageIndex) -> None:
    while True:
        with database.transaction() as connection:
            gone = outdated(connection, BATCH)
            if not gone:
                return
            index.remove([passage for document in gone for passage in cut(document)])
            unmark(connection, [document.id for document in gone])
