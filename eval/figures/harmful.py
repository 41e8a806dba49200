"""Harm tallies as figures with intervals."""

from __future__ import annotations

import numpy as np

from eval.figures.facts import Facts
from eval.figures.measures import share
from eval.figures.panel import figure
from eval.figures.shape import Harm
from eval.harms import HarmRule, tallies
from eval.intervals import Array
from eval.record import RunRecord
from extractor.taxonomy import Taxonomy


def harm(rule: HarmRule, record: RunRecord, facts: Facts, taxonomy: Taxonomy, weights: Array) -> Harm:
    """One harm over the whole run."""
    found = tallies(rule, record, taxonomy)
    place = {account: number for number, account in enumerate(facts.accounts)}
    happened, possible = np.zeros(len(place)), np.zeros(len(place))
    for tally in found:
        happened[place[tally.account]] += tally.count
        possible[place[tally.account]] += tally.occasions
    occasions = int(possible.sum())
    sums = {"happened": weights @ happened, "possible": weights @ possible}
    return Harm(
        name=rule.name,
        label=rule.label,
        count=int(happened.sum()),
        occasions=occasions,
        share=figure(share(sums, "happened", "possible"), int((possible > 0).sum()), occasions),
        documents=tuple(tally.document for tally in found if tally.count),
    )
