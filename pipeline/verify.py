"""Derives every id again and slices every quote again: does what is kept still say what it said?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from extractor.document import document_id
from extractor.signal import make_signal
from pipeline.snapshot import standing_of
from store.accounts import all_accounts
from store.database import Connection, Database
from store.documents import all_documents
from store.signals import all_signals
from store.snapshots import snapshots_of


@dataclass(slots=True)
class Verification:
    documents: int = 0
    quotes: int = 0
    snapshots: int = 0
    faults: list[str] = field(default_factory=list)


def verify(database: Database) -> Verification:
    """Check documents' ids, signals' ids, every quote against its text, every score against its lines."""
    found = Verification()
    with database.reading() as connection:
        texts = {}
        for _, document in all_documents(connection):
            found.documents += 1
            texts[document.id] = document.text
            if document_id(document) != document.id:
                found.faults.append(
                    f"document {document.id} ({document.origin}): its content gives {document_id(document)}"
                )
        for signal in all_signals(connection):
            again = make_signal(
                signal.document_id, signal.type, signal.severity, signal.confidence, signal.evidence, signal.extractor
            )
            if again.id != signal.id:
                found.faults.append(f"signal {signal.id}: its evidence gives {again.id}")
            for item in signal.evidence:
                found.quotes += 1
                if item.span.of(texts[item.document_id]) != item.quote:
                    found.faults.append(f"signal {signal.id}: {item.quote!r} does not stand at {item.span}")
        for fault in _score_faults(connection, found):
            found.faults.append(fault)
    return found


def _score_faults(connection: Connection, found: Verification) -> Iterator[str]:
    for account in all_accounts(connection):
        for snapshot in snapshots_of(connection, account.id):
            found.snapshots += 1
            score = standing_of(snapshot).score
            total = sum(line.points for line in score.lines)
            if not total == score.points == snapshot.points:
                yield f"snapshot {account.id} {snapshot.day}: lines sum to {total}, score says {snapshot.points}"
            residual = snapshot.explanation["residual"]
            if residual != 0:
                yield f"snapshot {account.id} {snapshot.day}: explanation leaves {residual}"
