"""A reviewer's word on one signal from the command line: found by the beginning of its id, kept, scored at once."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from extractor.taxonomy import load_taxonomy
from pipeline.rescore import Rescored, rescore
from scoring.facts import Account, Observation, Verdict
from scoring.rulebook.model import Rulebook
from store.accounts import all_accounts
from store.database import Connection
from store.decisions import add_review, review_of
from store.signals import observations_of


class ReviewError(ValueError):
    """A signal that does not exist or a decision that says nothing; the message names value and remedy."""


def find_signal(connection: Connection, start: str) -> tuple[Account, Observation]:
    """Among the signals of current readings. Raises ReviewError where none or several begin so."""
    wanted = start if ":" in start else f"sha256:{start}"
    found = [
        (account, observation)
        for account in all_accounts(connection)
        for observation in observations_of(connection, account.id)
        if observation.signal.id.startswith(wanted)
    ]
    if len(found) == 1:
        return found[0]
    if not found:
        raise ReviewError(f"no current signal begins with {start!r}; `whyred review list ACCOUNT` shows them")
    raise ReviewError(f"{len(found)} signals begin with {start!r}; give more of the id")


def decide(
    connection: Connection,
    rulebooks: tuple[Rulebook, ...],
    found: tuple[Account, Observation],
    verdict: Verdict,
    author: str,
    reason: str,
    now: datetime,
    to_type: str = "",
    to_severity: int = 0,
) -> Rescored:
    """Append the decision and score the account with it. Raises ReviewError, and changes nothing."""
    account, observation = found
    if verdict is not Verdict.ACCEPT and not reason.strip():
        raise ReviewError(f"to {verdict.value} needs a reason; say in a few words what is wrong")
    if verdict is Verdict.RELABEL and not (to_type or to_severity):
        raise ReviewError("a relabel needs --type or --severity")
    if to_type and to_type not in load_taxonomy().by_id:
        raise ReviewError(f"--type {to_type!r} is unknown; types are {', '.join(load_taxonomy().ids)}")
    review = review_of(account.id, observation, verdict, now, author, reason.strip())
    add_review(connection, replace(review, to_type=to_type, to_severity=to_severity))
    return rescore(connection, rulebooks, account, now.date())
