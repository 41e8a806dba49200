"""What a claim can come to: evidence, or a rejection that says why."""

from __future__ import annotations

import pytest

from extractor.document import Document, Exclusion, Role, Source, Span, Turn, compose
from extractor.grounding import MOST_QUOTES, ground
from extractor.signal import Claim, Reason

HISTORY = "We are looking at Lumenyard.\n\nOn Monday Ada wrote:\n> We will not renew."


def mail() -> Document:
    excluded = (Exclusion(Span(HISTORY.index("On Monday"), len(HISTORY)), "quoted_history"),)
    return compose(
        [
            Turn(HISTORY, "Ada", Role.CUSTOMER, excluded=excluded),
            Turn("You will save forty percent.", "Vic", Role.VENDOR),
            Turn("Maria told me she leaves in May.", "Vic", Role.INTERNAL),
        ],
        source=Source.EMAIL,
        key="mail:1",
    )


@pytest.mark.parametrize(
    ("quote", "reason"),
    [
        ("We will not renew", Reason.QUOTED_HISTORY),
        ("You will save forty percent", Reason.WRONG_SPEAKER),
        ("forty percent. Maria told me", Reason.CROSSES_MESSAGES),
        ("They are moving to another planet altogether", Reason.NOT_FOUND),
        ("looking at Lumenyar", Reason.PART_OF_WORD),
        (" … ", Reason.EMPTY),
    ],
)
def test_what_is_not_evidence_is_kept_with_its_reason(quote: str, reason: Reason) -> None:
    found = ground([Claim("renewal_risk", quote, 3, 0.9)], mail(), "test/1")
    assert found.signals == ()
    assert [(r.reason, r.claim.quote) for r in found.rejections] == [(reason, quote)]


def test_a_first_hand_report_in_an_internal_note_is_evidence() -> None:
    found = ground([Claim("stakeholder_departure", "Maria told me she leaves in May", 2, 0.9)], mail(), "test/1")
    assert [e.role for s in found.signals for e in s.evidence] == [Role.INTERNAL]


def test_an_unknown_type_or_severity_is_refused_without_costing_the_others() -> None:
    claims = [
        Claim("mood_swing", "We are looking at Lumenyard", 2, 0.9),
        Claim("value_gap", "We are looking at Lumenyard", 7, 0.9),
        Claim("competitor_evaluation", "We are looking at Lumenyard", 2, 0.9),
    ]
    found = ground(claims, mail(), "test/1")
    assert [s.type for s in found.signals] == ["competitor_evaluation"]
    assert {r.reason for r in found.rejections} == {Reason.UNKNOWN_TYPE, Reason.UNSUPPORTED}


def test_claims_of_one_matter_become_one_signal_with_the_gravest_severity() -> None:
    text = "It broke. It broke again on Tuesday. Nobody called back. Now it is Friday. We wait."
    document = compose([Turn(text, "Ada", Role.CUSTOMER)], source=Source.TICKET, key="t")
    quotes = [q.strip() + "." for q in text.split(".") if q.strip()]
    claims = [Claim("unresolved_issue", q, 1 + n % 3, 0.5 + n / 10) for n, q in enumerate(quotes)]
    found = ground(claims, document, "test/1")
    assert [(s.severity, len(s.evidence)) for s in found.signals] == [(3, MOST_QUOTES)]
    assert [r.reason for r in found.rejections] == [Reason.SURPLUS] * (len(quotes) - MOST_QUOTES)


def test_two_matters_of_one_type_stay_two_signals() -> None:
    text = "Maria leaves in May. Jonas left already."
    document = compose([Turn(text, "Ada", Role.CUSTOMER)], source=Source.EMAIL, key="t")
    claims = [
        Claim("stakeholder_departure", "Maria leaves in May.", 2, 0.9, matter="maria"),
        Claim("stakeholder_departure", "Jonas left already.", 2, 0.9, matter="jonas"),
    ]
    assert len(ground(claims, document, "test/1").signals) == 2


def test_the_same_words_are_not_two_quotes_of_one_signal() -> None:
    claims = [Claim("competitor_evaluation", "looking at Lumenyard", 2, c) for c in (0.9, 0.8)]
    found = ground(claims, mail(), "test/1")
    assert [len(s.evidence) for s in found.signals] == [1]
    assert [r.reason for r in found.rejections] == [Reason.DUPLICATE]


def test_the_order_of_claims_does_not_matter() -> None:
    claims = [
        Claim("competitor_evaluation", "looking at Lumenyard", 2, 0.9),
        Claim("renewal_risk", "We will not renew", 3, 0.8),
        Claim("stakeholder_departure", "she leaves in May", 2, 0.7),
    ]
    assert {s.id for s in ground(claims, mail(), "t").signals} == {
        s.id for s in ground(claims[::-1], mail(), "t").signals
    }
