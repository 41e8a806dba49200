"""A signal the engine is not sure of counts in proportion to its confidence, and sets no cap."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from extractor.document import Role, Source, Span
from extractor.signal import Evidence, make_signal
from scoring.facts import Account, Facts, Observation
from scoring.ledger import Score
from scoring.rulebook.loading import load_rulebooks
from scoring.score import score

DAY = date(2026, 3, 2)
AT = datetime(2026, 3, 2, 9, tzinfo=UTC)


def scored(confidence: float) -> Score:
    quote = Evidence("d1", "m1", Span(0, 8), "We leave", "Ada", Role.CUSTOMER, AT)
    signal = make_signal("d1", "renewal_risk", 3, confidence, (quote,), "test/1")
    seen = Observation(signal, "d1#renewal_risk", "t1", Source.EMAIL, "", AT)
    account = Account("a", "A", "smb", "csm@vendor.example", 1, "EUR")
    return score(Facts(account, observations=(seen,)), load_rulebooks()[0], DAY)


def points_of(found: Score, kind: str) -> int:
    return sum(line.points for line in found.lines if line.kind == kind)


@pytest.mark.parametrize(("confidence", "share"), [(1.0, 1.0), (0.75, 1.0), (0.5, 0.5), (0.3, 0.3)])
def test_an_unsure_signal_counts_in_proportion(confidence: float, share: float) -> None:
    whole = points_of(scored(1.0), "signal")
    assert points_of(scored(confidence), "signal") == pytest.approx(share * whole, abs=1)


@pytest.mark.parametrize(("confidence", "capped"), [(0.9, True), (0.74, False)])
def test_only_a_sure_signal_caps_the_score(confidence: float, capped: bool) -> None:
    assert ("notice_given" in scored(confidence).caps) is capped


@pytest.mark.parametrize(("confidence", "answered"), [(0.75, True), (0.74, False)])
def test_only_a_sure_signal_answers_another(confidence: float, answered: bool) -> None:
    def heard(number: int, type: str, sure: float, day: int) -> Observation:
        at = datetime(2026, 3, day, 9, tzinfo=UTC)
        quote = Evidence(f"d{number}", "m1", Span(0, 8), "We stay!", "Ada", Role.CUSTOMER, at)
        signal = make_signal(f"d{number}", type, 3, sure, (quote,), "test/1")
        return Observation(signal, f"d{number}#{type}", f"t{number}", Source.EMAIL, "", at)

    account = Account("a", "A", "smb", "csm@vendor.example", 1, "EUR")
    seen = (heard(1, "renewal_risk", 1.0, 2), heard(2, "renewal_commitment", confidence, 3))
    found = score(Facts(account, observations=seen), load_rulebooks()[0], date(2026, 3, 4))
    (risk,) = (line for line in found.lines if line.rule == "renewal_risk" and line.kind == "signal")
    assert bool(risk.ended_by) is answered
    assert ("notice_given" in found.caps) is not answered
