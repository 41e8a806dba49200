"""How far the reviewers of this store agree."""

from __future__ import annotations

from collections.abc import Iterable

from eval.reviewers import ReviewerAgreement, Word, reviewer_agreement
from scoring.facts import Verdict
from store.decisions import Review


def agreement_of(reviews: Iterable[Review]) -> ReviewerAgreement:
    """Of decisions, oldest first."""
    return reviewer_agreement(
        Word(r.account_id, r.signal_id, r.type, r.author, type_stands(r.verdict, r.type, r.to_type)) for r in reviews
    )


def type_stands(verdict: str, type_: str, to_type: str) -> bool:
    """A relabelling of severity or words leaves the type as it was found."""
    return verdict == Verdict.ACCEPT or (verdict == Verdict.RELABEL and to_type in {"", type_})
