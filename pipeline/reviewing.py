"""A reviewer's word on one signal from the command line: found by the beginning of its id, kept, scored at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from extractor.grounding import MOST_QUOTES, Grounder
from extractor.taxonomy import load_taxonomy
from pipeline.rescore import Rescored, rescore
from scoring.facts import Account, Observation, Verdict
from scoring.rulebook.model import Rulebook
from store.accounts import get_account, hold_account
from store.database import Connection
from store.decisions import last_word, retraction_of, review_of, reviews_of
from store.documents import get_document
from store.recording import add_review
from store.signals import current_signals_named, observations_of

_TAG = "sha256:"
_DIGITS = re.compile(r"[0-9a-f]+")


class ReviewError(ValueError):
    """A signal that does not exist or a decision that says nothing; the message names value and remedy."""


def find_signal(connection: Connection, start: str) -> tuple[Account, Observation]:
    """Among the signals of current readings. Raises ReviewError where none or several begin so."""
    digits = start.removeprefix(_TAG)
    found = current_signals_named(connection, _TAG + digits) if _DIGITS.fullmatch(digits) else []
    if len(found) > 1:
        raise ReviewError(f"several signals begin with {start!r}; give more of the id")
    for account_id, signal_id in found:
        account = get_account(connection, account_id)
        current = observations_of(connection, account_id, [signal_id])
        if account is not None and current:
            return account, current[0]
    raise ReviewError(f"no current signal begins with {start!r}; `whyred review list ACCOUNT` shows them")


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
    quotes: Sequence[str] = (),
) -> Rescored:
    """Append the decision and score the account with it. Raises ReviewError, and changes nothing.

    `quotes` are words of the document that prove the signal better than those it has.
    """
    account, observation = found
    hold_account(connection, account.id)
    if verdict is not Verdict.ACCEPT and not reason.strip():
        raise ReviewError(f"to {verdict.value} needs a reason; say in a few words what is wrong")
    if verdict is Verdict.RELABEL and not (to_type or to_severity or quotes):
        raise ReviewError("a relabel needs --type, --severity or --quote")
    if to_type and to_type not in load_taxonomy().by_id:
        raise ReviewError(f"--type {to_type!r} is unknown; types are {', '.join(load_taxonomy().ids)}")
    review = review_of(account.id, observation, verdict, now, author, reason.strip())
    spans = tuple(_spans(connection, observation, quotes))
    add_review(connection, replace(review, to_type=to_type, to_severity=to_severity, to_spans=spans))
    return rescore(connection, rulebooks, account, now.date())


def take_back(
    connection: Connection,
    rulebooks: tuple[Rulebook, ...],
    found: tuple[Account, Observation],
    author: str,
    reason: str,
    now: datetime,
) -> Rescored:
    """Take the author's last decision on the signal back and score the account without it. Raises ReviewError."""
    account, observation = found
    hold_account(connection, account.id)
    own = last_word(reviews_of(connection, account.id), observation, author)
    if own is None:
        raise ReviewError(
            f"no decision of {author!r} on this signal holds; `whyred review list {account.id}` shows them"
        )
    add_review(connection, retraction_of(own, now, author, reason.strip()))
    return rescore(connection, rulebooks, account, now.date())


def _spans(connection: Connection, observation: Observation, quotes: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the words stand; they are found and allowed by the same rules as any citation."""
    if len(quotes) > MOST_QUOTES:
        raise ReviewError(f"{len(quotes)} quotes; a signal has {MOST_QUOTES} at most")
    document = get_document(connection, observation.signal.document_id) if quotes else None
    if document is None:
        return
    grounder = Grounder(document)
    for quote in quotes:
        place = grounder.locate(quote, None)
        if place.span is None or place.reason is not None:
            why = (place.reason.value if place.reason else "not_found").replace("_", " ")
            raise ReviewError(f"--quote {quote!r}: {why}; copy them from the document")
        yield place.span.start, place.span.end
