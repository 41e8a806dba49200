"""How far the reviewers of this store agree, by what each said before they could see the other's word."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol, TypeVar

from eval.reviewers import ReviewerAgreement, Word, reviewer_agreement
from scoring.facts import Retractable, Verdict
from store.decisions import Placed, matters


class Said(Retractable, Placed, Protocol):
    """A decision or retraction in any form."""

    @property
    def author(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def to_type(self) -> str: ...


AnySaid = TypeVar("AnySaid", bound=Said)


def agreement_of(said: Iterable[Said]) -> ReviewerAgreement:
    """Of decisions and retractions, oldest first."""
    every = list(said)
    about = matters(every)
    return reviewer_agreement(
        Word(d.account_id, about[d.id], d.type, d.author, type_stands(d)) for d in said_blind(every)
    )


def type_stands(decision: Said) -> bool:
    """A relabelling of severity or words leaves the type as it was found."""
    return decision.verdict == Verdict.ACCEPT or (
        decision.verdict == Verdict.RELABEL and decision.to_type in {"", decision.type}
    )


def said_blind(said: Iterable[AnySaid]) -> list[AnySaid]:
    """The decisions that reviewers made, and left standing, while nobody else's word was open to them.

    Once two people's decisions on the same words hold, each may read the other's: what either says of it from then on, or
    takes back, is no judgement of their own any more.
    """
    every = list(said)
    about = matters(every)
    holding: dict[str, dict[str, str]] = {}
    told: set[tuple[str, str]] = set()
    blind: dict[str, AnySaid] = {}
    for decision in every:
        matter = about[decision.id]
        held = holding.setdefault(matter, {})
        if decision.retracts:
            author = held.pop(decision.retracts, "")
            if (matter, author) not in told:
                blind.pop(decision.retracts, None)
        else:
            held[decision.id] = decision.author
            if (matter, decision.author) not in told:
                blind[decision.id] = decision
        authors = set(held.values())
        if len(authors) > 1:
            told |= {(matter, author) for author in authors}
    return list(blind.values())
