"""How far reviewers agree who judged the same signals: Cohen's κ by type and overall, each with its interval.

What is compared is whether the type that was found stands: an acceptance and a relabelling of severity or words say that
it does, a rejection and a relabelling to another type that it does not. Of each reviewer the last word on a signal counts
that they said before they could see another's; who passes the words in leaves the others out.
Where more than two judged a signal, every pair of them does. The first of a pair is the one whose name sorts first, so
that a figure never hangs on the order of the rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from eval.figures.measures import ratio
from eval.figures.panel import figure
from eval.figures.shape import Figure
from eval.intervals import SEED, Array, weights
from eval.record import Strict

_CELLS = 4
"""Both say that it stands; only the first; only the second; neither."""


@dataclass(frozen=True, slots=True)
class Word:
    """What one reviewer said of one signal of the given type; `stands` is of the type alone."""

    account: str
    signal: str
    type: str
    author: str
    stands: bool


class Reviewers(Strict):
    """`kappa` has no value where every word was the same: chance alone would have agreed as well."""

    signals: int
    pairs: int
    same: int
    kappa: Figure


class Differing(Strict):
    """A signal on which they part, with who says that its type stands and who says that it does not."""

    signal: str
    account: str
    type: str
    stands: tuple[str, ...]
    falls: tuple[str, ...]


class ReviewerAgreement(Strict):
    """`accounts` is what the intervals draw from: whole accounts, as for every other figure."""

    accounts: int
    overall: Reviewers
    types: dict[str, Reviewers]
    differing: tuple[Differing, ...]


def reviewer_agreement(words: Iterable[Word], *, seed: int = SEED) -> ReviewerAgreement:
    """Of words in the order in which they were said. A signal that one person judged, however often, says nothing here."""
    judged = _judged_twice(words)
    return ReviewerAgreement(
        accounts=len({said[0].account for said in judged}),
        overall=_reviewers(judged, seed),
        types={
            name: _reviewers([said for said in judged if said[0].type == name], seed)
            for name in sorted({said[0].type for said in judged})
        },
        differing=tuple(_differing(said) for said in judged if len({w.stands for w in said}) > 1),
    )


def _judged_twice(words: Iterable[Word]) -> list[list[Word]]:
    """Each signal's last words, one an author, by author."""
    by_signal: dict[str, dict[str, Word]] = {}
    for word in words:
        by_signal.setdefault(word.signal, {})[word.author] = word
    return [[said[author] for author in sorted(said)] for _, said in sorted(by_signal.items()) if len(said) > 1]


def _reviewers(judged: Sequence[Sequence[Word]], seed: int) -> Reviewers:
    tables = _tables(judged)
    counts = np.sum(list(tables.values()), axis=0) if tables else np.zeros(_CELLS)
    pairs = int(counts.sum())
    return Reviewers(
        signals=len(judged),
        pairs=pairs,
        same=int(counts[0] + counts[-1]),
        kappa=_kappa_of(tables, pairs, seed) if tables else Figure(value=None),
    )


def _kappa_of(tables: Mapping[str, Array], pairs: int, seed: int) -> Figure:
    by_account = np.stack(list(tables.values()))
    return figure(kappa(weights(len(tables), seed=seed) @ by_account), len(tables), pairs)


def kappa(tables: Array) -> Array:
    """Cohen's κ (1960) of each row: both, only first, only second, neither. NaN where nobody ever differed in word."""
    both, first, second, neither = tables.T
    total = tables.sum(axis=1)
    expected = (both + first) * (both + second) + (neither + first) * (neither + second)
    return ratio((both + neither) * total - expected, total**2 - expected)


def _tables(judged: Iterable[Sequence[Word]]) -> dict[str, Array]:
    """The four counts of each account."""
    found: dict[str, Array] = {}
    for said in judged:
        for first, second in combinations(said, 2):
            cell = 2 * (not first.stands) + (not second.stands)
            found.setdefault(first.account, np.zeros(_CELLS))[cell] += 1
    return found


def _differing(said: Sequence[Word]) -> Differing:
    return Differing(
        signal=said[0].signal,
        account=said[0].account,
        type=said[0].type,
        stands=tuple(w.author for w in said if w.stands),
        falls=tuple(w.author for w in said if not w.stands),
    )
