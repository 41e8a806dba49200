"""How far the reviewers of this store agree, by what each said before they could see the other's word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from eval.reviewers import ReviewerAgreement, Word, reviewer_agreement
from scoring.facts import Retractable, Verdict


class Said(Retractable, Protocol):
    """A decision or retraction in any form."""

    @property
    def account_id(self) -> str: ...
    @property
    def signal_id(self) -> str: ...
    @property
    def type(self) -> str: ...
    @property
    def author(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def to_type(self) -> str: ...


AnySaid = TypeVar("AnySaid", bound=Said)


def agreement_of(said: Iterable[Said]) -> ReviewerAgreement:
    """Of decisions and retractions, oldest first."""
    return reviewer_agreement(
        Word(d.account_id, d.signal_id, d.type, d.author, type_stands(d)) for d in said_blind(said)
    )


def type_stands(decision: Said) -> bool:
    """A relabelling of severity or words leaves the type as it was found."""
    return decision.verdict == Verdict.ACCEPT or (
        decision.verdict == Verdict.RELABEL and decision.to_type in {"", decision.type}
    )


def said_blind(said: Iterable[AnySaid]) -> list[AnySaid]:
    """The decisions that reviewers made, and left standing, while nobody else's word was open to them.

    Once two people's decisions on a signal hold, each may read the other's: what either says of it from then on, or
    takes back, is no judgement of their own any more.
    """
    holding: dict[str, dict[str, str]] = {}
    told: set[tuple[str, str]] = set()
    blind: dict[str, AnySaid] = {}
    for decision in said:
        held = holding.setdefault(decision.signal_id, {})
        if decision.retracts:
            author = held.pop(decision.retracts, "")
            if (decision.signal_id, author) not in told:
                blind.pop(decision.retracts, None)
        else:
            held[decision.id] = decision.author
            if (decision.signal_id, decision.author) not in told:
                blind[decision.id] = decision
        authors = set(held.values())
        if len(authors) > 1:
            told |= {(decision.signal_id, author) for author in authors}
    return list(blind.values())
