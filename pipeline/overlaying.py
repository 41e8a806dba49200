"""The CSM's word: a monthly assessment, and a band set by hand until a day, with a reason. Scored at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pipeline.rescore import Rescored, rescore
from scoring.facts import Account, Assessment
from scoring.rulebook.model import Rulebook
from scoring.rulebook.segments import rules_for
from store.accounts import put_assessment
from store.database import Connection
from store.overrides import Override, add_override

LONGEST = 120
"""Days that an override may last: who wants it longer says so again."""


class OverlayError(ValueError):
    """An answer or an override that the rules do not know; the message names value and remedy."""


def assess(
    connection: Connection,
    rulebooks: tuple[Rulebook, ...],
    account: Account,
    answers: Mapping[str, str],
    author: str,
    now: datetime,
    comment: str = "",
) -> Rescored:
    """Keep today's assessment and score the account with it. Raises OverlayError, and changes nothing."""
    known = {rule.id: rule.answers for rule in rules_for(rulebooks[-1], account).assessments}
    if not answers:
        raise OverlayError(f"an assessment answers at least one of {', '.join(sorted(known))}")
    for question, answer in answers.items():
        if question not in known:
            raise OverlayError(f"no question {question!r}; questions are {', '.join(sorted(known))}")
        if answer not in known[question]:
            raise OverlayError(f"{question}={answer!r}: answers are {', '.join(sorted(known[question]))}")
    put_assessment(connection, account.id, Assessment(now.date(), author, dict(answers), comment, now), now)
    return rescore(connection, rulebooks, account, now.date())


def override(connection: Connection, rulebooks: tuple[Rulebook, ...], account: Account, wanted: Override) -> Rescored:
    """Keep the override and score the account with it. Raises OverlayError, and changes nothing."""
    bands = [band.id for band in rulebooks[-1].bands]
    if wanted.band not in bands:
        raise OverlayError(f"no band {wanted.band!r}; bands are {', '.join(bands)}")
    if not wanted.reason.strip():
        raise OverlayError("an override needs a reason; say what the score cannot know")
    if wanted.last < wanted.first:
        raise OverlayError(f"until {wanted.last}: lies before {wanted.first}")
    if (wanted.last - wanted.first).days > LONGEST:
        raise OverlayError(f"until {wanted.last}: an override lasts {LONGEST} days at most; renew it when it ends")
    add_override(connection, wanted)
    return rescore(connection, rulebooks, account, wanted.at.date())
