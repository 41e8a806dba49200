"""A signal found by its id, with the account it belongs to and the document that proves it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

from api.blind import is_asked
from api.problems import NotFoundError
from api.visit import Visit
from extractor.document import Document
from scoring.facts import Account
from store.browse import Sighting, account_of_document, document_of_signal, sightings
from store.documents import get_document
from store.reviewing import lookers_of


class Found(NamedTuple):
    account: Account
    sighting: Sighting
    document: Document


def sighting_of(visit: Visit, signal_id: str) -> Found:
    """Raises NotFoundError, the same for signals of others as for none at all."""
    document_id = document_of_signal(visit.connection, signal_id)
    account = visit.account_seen(account_of_document(visit.connection, document_id)) if document_id else None
    if document_id is not None and account is not None:
        document = get_document(visit.connection, document_id)
        for sighting in sightings(visit.connection, document_id):
            if sighting.signal.id == signal_id and document is not None:
                return Found(account, sighting, document)
    raise NotFoundError(
        f"no signal {signal_id!r}; /v1/accounts/ACCOUNT/signals lists those of an account",
        page="There is no such signal that you may see. The page of its account lists those that count.",
    )


def points_open_to(visit: Visit, account_id: str, explanation: dict[str, Any] | None) -> dict[str, float]:
    """Points by signal, without those that would tell a reviewer what another decided."""
    points = points_by_signal(explanation)
    if not is_asked(visit.caller):
        return points
    looked = lookers_of(visit.connection, account_id)
    return {name: given for name, given in points.items() if name not in looked or visit.caller.name in looked[name]}


def points_by_signal(explanation: dict[str, Any] | None) -> dict[str, float]:
    """What each signal gives or takes in the stored ledger; caps are the score's, not the signal's."""
    lines = (explanation or {}).get("ledger", ())
    return summed((line["points"], line["signals"]) for line in lines if line["kind"] == "signal")


def summed(lines: Iterable[tuple[float, Iterable[str]]]) -> dict[str, float]:
    """Points by signal from those of the ledger's lines about signals."""
    points: dict[str, float] = {}
    for amount, signal_ids in lines:
        for signal_id in signal_ids:
            points[signal_id] = round(points.get(signal_id, 0.0) + amount, 1)
    return points
