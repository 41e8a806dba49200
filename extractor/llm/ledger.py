"""What reading cost, by run, account and document: sums of what the detections report."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from extractor.detector import Detection, Usage
from extractor.llm.exchange import combined


@dataclass(frozen=True, slots=True)
class Ledger:
    """Money in the price table's currency; `outcomes` counts documents by what they came to."""

    run: Usage
    accounts: Mapping[str, Usage]
    documents: Mapping[str, Usage]
    outcomes: Mapping[str, int]


def ledger(entries: Iterable[tuple[str, Detection]]) -> Ledger:
    """From (account, detection) pairs; a document that was read twice counts twice."""
    accounts: dict[str, Usage] = {}
    documents: dict[str, Usage] = {}
    outcomes: Counter[str] = Counter()
    for account, detection in entries:
        accounts[account] = combined(accounts.get(account, Usage()), detection.usage)
        documents[detection.document_id] = combined(documents.get(detection.document_id, Usage()), detection.usage)
        outcomes[detection.outcome.value] += 1
    return Ledger(combined(*accounts.values()), accounts, documents, outcomes)
