"""The CSM's monthly view: checked against the rules in force, kept, and scored at once."""

from __future__ import annotations

from collections.abc import Mapping

from api.problems import InvalidError
from api.visit import Visit
from pipeline.rescore import Rescored, rescore
from scoring.facts import Account, Assessment
from scoring.rulebook.loading import in_force
from store.accounts import put_assessment


def assess(visit: Visit, account: Account, answers: Mapping[str, str], comment: str) -> Rescored:
    """Raises InvalidError for a question or an answer that the rules do not know, and changes nothing."""
    visit.caller.must("assess")
    known = {rule.id: rule.answers for rule in in_force(visit.app.rulebooks, visit.today).assessments}
    for question, answer in answers.items():
        if question not in known:
            raise InvalidError(f"question {question!r} is unknown; questions are {', '.join(known)}")
        if answer not in known[question]:
            raise InvalidError(f"{question} = {answer!r}: answers are {', '.join(known[question])}")
    missing = [question for question in known if question not in answers]
    if missing:
        raise InvalidError(f"an answer to {missing[0]} is missing; questions are {', '.join(known)}")
    said = Assessment(visit.today, visit.caller.name, dict(answers), comment.strip())
    put_assessment(visit.connection, account.id, said, visit.decided_at)
    rescored = rescore(visit.connection, visit.app.rulebooks, account, visit.today)
    visit.note("assess", account.id, answers=dict(answers))
    return rescored
