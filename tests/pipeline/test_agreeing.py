"""What reviewers are compared by: what each said of a signal while nobody else's word was open to them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from pipeline.agreeing import agreement_of, said_blind
from scoring.facts import unretracted

_NUMBERS: Iterator[int] = count()


@dataclass(frozen=True)
class Said:
    author: str
    verdict: str
    retracts: str = ""
    signal_id: str = "s1"
    account_id: str = "a"
    type: str = "value_gap"
    to_type: str = ""
    document_key: str = "mail:1"
    spans: tuple[tuple[int, int], ...] = ((0, 9),)
    id: str = field(default_factory=lambda: str(next(_NUMBERS)))


def back(decision: Said, author: str = "") -> Said:
    return Said(author or decision.author, "retract", decision.id)


def test_who_changes_their_mind_after_the_other_spoke_does_not_agree_by_that() -> None:
    ada, ben = Said("ada", "accept"), Said("ben", "reject")
    assert said_blind([ada, ben, Said("ben", "accept")]) == [ada, ben]
    assert said_blind([ada, ben, Said("ada", "reject")]) == [ada, ben]


def test_taking_back_and_saying_it_anew_is_no_way_around() -> None:
    ada, ben = Said("ada", "accept"), Said("ben", "reject")
    found = agreement_of([ada, ben, back(ben), Said("ben", "accept")])
    assert (found.overall.pairs, found.overall.same) == (1, 0)


def test_a_slip_that_is_mended_before_anybody_else_spoke_does_not_count() -> None:
    slip, meant, ben = Said("ada", "reject"), Said("ada", "accept"), Said("ben", "accept")
    assert said_blind([slip, back(slip), meant, ben]) == [meant, ben]


def test_what_an_admin_took_back_in_time_does_not_count() -> None:
    slip, ben = Said("ada", "reject"), Said("ben", "accept")
    assert said_blind([slip, back(slip, "root"), ben]) == [ben]


def test_who_spoke_after_all_else_was_taken_back_spoke_alone() -> None:
    ada, ben = Said("ada", "reject"), Said("ben", "accept")
    assert said_blind([ada, back(ada), ben, Said("ben", "reject")])[0] == ben


def test_words_that_were_read_anew_are_the_same_to_all() -> None:
    ada, ben = Said("ada", "accept"), Said("ben", "reject", signal_id="s2", spans=((5, 12), (40, 50)))
    found = agreement_of([ada, ben, Said("ada", "reject", signal_id="s3", spans=((45, 60),))])
    assert (found.overall.signals, found.overall.pairs, found.overall.same) == (1, 1, 0)
    assert [d.signal for d in found.differing] == ["s3"]


def test_other_words_other_types_and_other_documents_are_not_the_same() -> None:
    ada = Said("ada", "accept")
    for ben in (
        Said("ben", "accept", signal_id="s2", spans=((9, 12),)),
        Said("ben", "accept", signal_id="s2", type="renewal_risk"),
        Said("ben", "accept", signal_id="s2", document_key="mail:2"),
        Said("ben", "accept", signal_id="s2", account_id="b"),
    ):
        assert agreement_of([ada, ben]).overall.pairs == 0


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from(["accept", "reject", "retract"])), max_size=12))
def test_what_holds_of_one_reviewer_alone_is_all_blind(steps: list[tuple[str, str]]) -> None:
    """And nothing is blind that was not said: the first word of each is, whoever spoke before."""
    said: list[Said] = []
    for author, verdict in steps:
        own = [d for d in unretracted(said) if d.author == author]
        if verdict != "retract":
            said.append(Said(author, verdict))
        elif own:
            said.append(back(own[-1]))
    for author in "ab":
        alone = [d for d in said if d.author == author]
        assert said_blind(alone) == unretracted(alone)
    assert set(said_blind(said)) <= {d for d in said if not d.retracts}
    assert {d.author for d in unretracted(said)} <= {d.author for d in said_blind(said)}
