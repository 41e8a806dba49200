"""What was said about something: words and meaning ranked together."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from pipeline.asking.question import Period
from store.search import Passage, by_words
from store.vectors import PassageIndex

DEEP = 30
"""How far down each ranking counts."""
FUSED = 60
"""The constant of reciprocal rank fusion."""


def found(
    account_id: str, question: str, passages: Sequence[Passage], index: PassageIndex | None, most: int
) -> list[Passage]:
    """The passages that both rankings, or one of them strongly, put first. Without an index words decide alone."""
    rankings = [by_words(question, passages)[:DEEP]]
    if index is not None:
        rankings.append(index.by_meaning(account_id, question, passages, DEEP))
    share: dict[str, float] = {}
    known: dict[str, Passage] = {}
    for ranking in rankings:
        for place, passage in enumerate(ranking, 1):
            known[passage.id] = passage
            share[passage.id] = share.get(passage.id, 0.0) + 1 / (FUSED + place)
    return [known[name] for name in sorted(share, key=lambda name: (-share[name], name))[:most]]


def said_within(passages: Sequence[Passage], days: Period) -> list[Passage]:
    """Those of the days asked for; what has no time stays only where no days were asked for."""
    if days.since is None and days.until is None:
        return list(passages)
    first, last = days.since or date.min, days.until or date.max
    return [p for p in passages if p.at is not None and first <= p.at.date() <= last]
