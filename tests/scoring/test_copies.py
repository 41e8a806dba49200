"""The same words from two documents count once; the same sentence on another day counts again."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from histories import default_rules
from hypothesis import given
from hypothesis import strategies as st

from extractor.document import Role, Source, Span, Took
from extractor.signal import Evidence, Interaction, make_signal
from scoring.copies import Copy, told_once
from scoring.facts import Account, Contact, Decision, Facts, Observation, Verdict
from scoring.score import score

ACCOUNT = Account("acme", "Acme", "enterprise", "csm@vendor.example", 100_000, "EUR")
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = date(2026, 3, 5)
WORDS = "this is the third time I describe it and nobody answers"
JANA = "Jana Holt"


def heard(
    document: str,
    *quotes: str,
    at: datetime | tuple[datetime, ...] = NOON,
    speaker: str = JANA,
    type: str = "unresolved_issue",
    known_at: datetime | None = None,
    role: Role = Role.CUSTOMER,
) -> Observation:
    """A signal of one document; `at` is when each quote was said."""
    times = at if isinstance(at, tuple) else (at,) * len(quotes)
    evidence = tuple(
        Evidence(document, "m1", Span(1000 * n, 1000 * n + len(quote)), quote, speaker, role, said)
        for n, (quote, said) in enumerate(zip(quotes, times, strict=True))
    )
    signal = make_signal(document, type, 2, 1.0, evidence, "test/1")
    return Observation(signal, f"{document}#{type}#1", document, Source.EMAIL, "", known_at or min(times))


def documents(observations: tuple[Observation, ...]) -> list[str]:
    return sorted(o.signal.document_id for o in observations)


def points(*observations: Observation, decisions: tuple[Decision, ...] = (), day: date = DAY) -> int:
    return score(Facts(ACCOUNT, observations=observations, decisions=decisions), default_rules(), day).points


MIRRORS = {
    "the same moment": heard("ticket", WORDS),
    "a gateway's delay": heard("ticket", WORDS, at=NOON + timedelta(hours=3)),
    "an export without a time zone": heard("ticket", WORDS, at=NOON + timedelta(hours=11)),
    "another dress": heard("ticket", WORDS.upper().replace(" ", "\N{NO-BREAK SPACE}") + "!"),
    "a longer quote": heard("ticket", f"Hello. {WORDS}, really."),
    "a shorter quote": heard("ticket", WORDS[8:]),
    "a machine that passes it on": heard("notice", WORDS, speaker="Vendor support", role=Role.INTERNAL),
    "the name the other way round": heard("ticket", WORDS, speaker="Holt, Jana (Halden)"),
}


@pytest.mark.parametrize("mirror", MIRRORS.values(), ids=MIRRORS)
def test_a_mirror_counts_once(mirror: Observation) -> None:
    mail = heard("mail", WORDS)
    counted, copies = told_once([mirror, mail])
    assert len(counted) == 1
    assert [(c.is_whole, c.observation.signal.document_id != counted[0].signal.document_id) for c in copies] == [
        (True, True)
    ]
    assert points(mail, mirror) == points(*counted)


OTHERS = {
    "the next day": heard("call", WORDS, at=NOON + timedelta(days=1)),
    "somebody else": heard("call", WORDS, speaker="Per Aas"),
    "a short word of staff": heard("note", "nobody answers", speaker="Tess", role=Role.INTERNAL),
    "another type": heard("call", WORDS, type="escalation_tone"),
    "other words": heard("call", "this is the third time I ask for a date and nobody answers"),
    "the same document": heard("mail", WORDS + " at all"),
}


@pytest.mark.parametrize("other", OTHERS.values(), ids=OTHERS)
def test_what_was_said_twice_counts_twice(other: Observation) -> None:
    counted, copies = told_once([heard("mail", WORDS), other])
    assert (len(counted), copies) == (2, ())


def test_an_address_tells_that_two_names_are_one_person_and_one_name_two() -> None:
    mail, ticket = heard("mail", WORDS, speaker="J. Holt"), heard("ticket", WORDS)
    wrote = Interaction("mail", "holt@halden.example", "J. Holt", Role.CUSTOMER, Took.WROTE, NOON)
    known = Contact("Holt@halden.example", JANA, "sponsor")
    assert len(told_once([mail, ticket])[0]) == 2
    assert len(told_once([mail, ticket], [known], [wrote])[0]) == 1

    namesake = replace(wrote, document_id="ticket", address="jana@else.example", name=JANA)
    assert len(told_once([mail, ticket], [known], [wrote, namesake])[0]) == 2


def test_what_a_ticket_says_besides_its_mirrored_mail_stays() -> None:
    later = NOON + timedelta(days=9)
    ticket = heard("ticket", WORDS, "Still nothing from your side.", at=(NOON, later))
    counted, (copy,) = told_once([ticket, heard("mail", WORDS, at=NOON - timedelta(minutes=1))])
    assert {o.signal.document_id: [e.quote for e in o.signal.evidence] for o in counted} == {
        "mail": [WORDS],
        "ticket": ["Still nothing from your side."],
    }
    assert ([e.quote for e in copy.observation.signal.evidence], copy.is_whole) == ([WORDS], False)


def test_an_original_that_arrives_late_takes_over_and_scored_days_stay() -> None:
    """Until it was known, the copy was the only instance, and that is how the day was scored."""
    copy = heard("ticket", WORDS, at=NOON + timedelta(hours=1))
    late = heard("mail", WORDS, known_at=datetime(2026, 3, 20, tzinfo=UTC))
    facts = Facts(ACCOUNT, observations=(copy, late))
    assert documents(facts.as_of(DAY).observations) == ["ticket"]
    assert documents(facts.as_of(date(2026, 3, 20)).observations) == ["mail"]
    assert points(copy, late) == points(copy)


def test_a_copy_that_arrives_late_displaces_nothing() -> None:
    late = heard("a-mailbox", WORDS, known_at=datetime(2026, 3, 20, tzinfo=UTC))
    facts = Facts(ACCOUNT, observations=(heard("mail", WORDS), late))
    assert documents(facts.as_of(date(2026, 3, 20)).observations) == ["mail"]


@pytest.mark.parametrize("judged", ["mail", "ticket"])
def test_a_verdict_on_either_is_a_verdict_on_the_words(judged: str) -> None:
    """Rejecting the original must not bring its copy forward, nor leave it when the copy was rejected."""
    both = heard("mail", WORDS), heard("ticket", WORDS)
    verdict = Decision(f"{judged}#unresolved_issue#1", Verdict.REJECT, NOON, "reviewer", "a quote of ours")
    assert points(*both, decisions=(verdict,)) == points()


SAYINGS = (WORDS, WORDS + ", really", "nobody answers", "we stop using it", "we stop using it next month for good")


@st.composite
def mirrored(draw: st.DrawFn) -> list[Observation]:
    """Few words, few people, few hours: most quotes meet another that might be the same."""
    found = {}
    for number in range(draw(st.integers(0, 9))):
        quotes = draw(st.lists(st.sampled_from(SAYINGS), min_size=1, max_size=3, unique=True))
        times = tuple(NOON + timedelta(hours=draw(st.integers(0, 60))) for _ in quotes)
        known_at = max(times) + timedelta(days=draw(st.integers(0, 3)))
        speaker = draw(st.sampled_from([JANA, "Per Aas"]))
        type_ = draw(st.sampled_from(["unresolved_issue", "value_gap"]))
        one = heard(
            f"d{draw(st.integers(0, number))}", *quotes, at=times, speaker=speaker, type=type_, known_at=known_at
        )
        found[one.signal.id] = one
    return list(found.values())


def quotes_of(observations: tuple[Observation, ...] | list[Observation]) -> Counter[tuple[str, Evidence]]:
    return Counter((o.signal.id, e) for o in observations for e in o.signal.evidence)


@given(mirrored(), st.randoms(use_true_random=False))
def test_the_order_of_arrival_means_nothing(said: list[Observation], chance: random.Random) -> None:
    def content(told: tuple[tuple[Observation, ...], tuple[Copy, ...]]) -> tuple[object, object]:
        return sorted(told[0], key=lambda o: o.signal.id), told[1]

    assert content(told_once(chance.sample(said, len(said)))) == content(told_once(said))


@given(mirrored())
def test_every_quote_counts_or_is_a_copy_of_one_that_does(said: list[Observation]) -> None:
    counted, copies = told_once(said)
    assert quotes_of(counted) + quotes_of([c.observation for c in copies]) == quotes_of(said)
    assert {c.original.signal.id for c in copies} <= {o.signal.id for o in counted}
    assert bool(counted) == bool(said)


@given(mirrored())
def test_what_was_told_once_is_told_once(said: list[Observation]) -> None:
    counted, _ = told_once(said)
    assert told_once(counted) == (counted, ())


@given(mirrored(), st.integers(0, 6))
def test_a_day_sees_copies_of_what_it_knew(said: list[Observation], after: int) -> None:
    day = NOON.date() + timedelta(days=after)
    facts = Facts(ACCOUNT, observations=tuple(said))
    known = Facts(ACCOUNT, observations=tuple(o for o in said if o.known_at.date() <= day))
    assert facts.as_of(day) == known.as_of(day)
