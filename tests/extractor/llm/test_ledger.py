from __future__ import annotations

from extractor.detector import Detection, Outcome, Usage
from extractor.llm.ledger import ledger


def read(document: str, money: float, outcome: Outcome = Outcome.READ) -> Detection:
    return Detection(document, outcome, usage=Usage(1, 100, 40, 10, 2.0, money))


def test_sums_by_run_account_and_document() -> None:
    kept = ledger(
        [("halden", read("d1", 1.0)), ("halden", read("d2", 2.0)), ("ostlere", read("d1", 4.0, Outcome.FAILED))]
    )

    assert kept.run == Usage(3, 300, 120, 30, 6.0, 7.0)
    assert kept.accounts == {"halden": Usage(2, 200, 80, 20, 4.0, 3.0), "ostlere": Usage(1, 100, 40, 10, 2.0, 4.0)}
    assert kept.documents == {"d1": Usage(2, 200, 80, 20, 4.0, 5.0), "d2": Usage(1, 100, 40, 10, 2.0, 2.0)}
    assert kept.outcomes == {"read": 2, "failed": 1}


def test_nothing_costs_nothing() -> None:
    assert ledger([]).run == Usage()
