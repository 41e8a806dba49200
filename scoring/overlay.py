"""The CSM's view beside the score's: do the two agree, and whose word holds?"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from scoring.bands import UNKNOWN, band_of
from scoring.effects import current_assessment
from scoring.facts import Facts
from scoring.known import known_on
from scoring.ledger import WHOLE
from scoring.rulebook.model import Rulebook
from scoring.rulebook.segments import rules_for


@dataclass(frozen=True, slots=True)
class Assessed:
    """The band that the CSM's answers alone would give."""

    band: str
    author: str
    day: date
    comment: str


def assessed(facts: Facts, rulebook: Rulebook, day: date) -> Assessed | None:
    """None without a current assessment: after its time it neither counts nor diverges."""
    known = known_on(facts, day)
    rules = rules_for(rulebook, known.account)
    view = current_assessment(known, rules)
    if view is None:
        return None
    asked = [rule for rule in rules.assessments if view.answers.get(rule.id) in rule.answers]
    if not asked:
        return None
    start = max(i.baseline for i in rules.inputs if i.id == asked[0].input)
    level = 10 * (start + sum(rule.answers[view.answers[rule.id]] for rule in asked))
    band = band_of(min(max(level, 0), WHOLE), rules).id
    return Assessed(band, view.author, view.day, view.comment)


def diverges(view: Assessed | None, computed: str) -> bool:
    """A score that is unknown cannot be contradicted."""
    return view is not None and computed not in {UNKNOWN, view.band}
