"""How the engines do on the documents of a store, as its reviewers say: precision by type or engine.

Reviewers look at the most uncertain and most harmful signals first, so their share of right ones is that of what they
looked at, and rather lower than that of all signals. What nobody found, nobody reviews: there is no recall here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from eval.figures.shape import Figure


@dataclass(frozen=True, slots=True)
class Judgement:
    """One reviewer's last word on one signal; `right` where the type stands, whatever became of severity and words."""

    signal: str
    type: str
    extractor: str
    author: str
    right: bool


def last_words(judgements: Iterable[Judgement]) -> list[Judgement]:
    """Each signal's last judgement, out of judgements in the order in which they were made."""
    return list({j.signal: j for j in judgements}.values())


def precision_by(judged: Sequence[Judgement], key: Callable[[Judgement], str]) -> dict[str, Figure]:
    """The share of right ones with Wilson's 95 % interval, by type, by engine or by whatever `key` names."""
    groups: dict[str, list[bool]] = {}
    for judgement in judged:
        groups.setdefault(key(judgement), []).append(judgement.right)
    return {name: share(sum(right), len(right)) for name, right in sorted(groups.items())}


def share(count: int, of: int) -> Figure:
    """A share with Wilson's 95 % interval; undefined of nothing."""
    from statsmodels.stats.proportion import proportion_confint  # noqa: PLC0415 - loads on first use

    if not of:
        return Figure(value=None)
    low, high = proportion_confint(count, of, method="wilson")
    return Figure(value=count / of, low=max(float(low), 0.0), high=min(float(high), 1.0), n=of)
