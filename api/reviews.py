"""A reviewer's decision on a signal: checked, appended, and scored at once. The API and the console both come here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from api.evidence import sighting_of
from api.problems import ConflictError, ForbiddenError, InvalidError
from api.visit import Visit
from extractor.document import Document, Span
from extractor.taxonomy import load_taxonomy
from pipeline.rescore import Rescored, rescore
from scoring.facts import Observation, Verdict, unretracted
from store.accounts import hold_account
from store.decisions import Review, last_word, retraction_of, review_of, reviews_of
from store.recording import add_review
from store.signals import observations_of

REASONS = (
    "says something else",
    "not about us",
    "hypothetical or past",
    "wrong person",
    "already resolved",
    "wrong severity",
)
"""Offered, not required: any words will do."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the reviewer asks for. `to_type`, `to_severity` and `to_spans` are of a relabel only.

    `retracts` is of a retraction only: the id of a decision, or empty for the reviewer's own last one on the signal.
    """

    verdict: Verdict
    reason: str
    to_type: str = ""
    to_severity: int = 0
    to_spans: tuple[Span, ...] = ()
    retracts: str = ""


class Decided(NamedTuple):
    review: Review
    rescored: Rescored


def decide(visit: Visit, signal_id: str, wanted: Wanted) -> Decided:
    """Append the decision or retraction and score the account with it.

    Raises InvalidError, ConflictError or ForbiddenError, and changes nothing.
    """
    visit.caller.must("review")
    account, sighting, document = sighting_of(visit, signal_id)
    hold_account(visit.connection, account.id)
    observation = _observation(observations_of(visit.connection, account.id), signal_id)
    if observation is None or not sighting.current:
        raise ConflictError(
            f"signal {signal_id!r} is of an earlier reading and no longer counts; review the current one"
        )
    _check(wanted, document, sighting.signal.type)
    at, author, reason = visit.decided_at, visit.caller.name, wanted.reason.strip()
    if wanted.verdict is Verdict.RETRACT:
        review = retraction_of(_taken_back(visit, observation, account.id, wanted.retracts), at, author, reason)
    else:
        review = replace(
            review_of(account.id, observation, wanted.verdict, at, author, reason),
            to_type=wanted.to_type,
            to_severity=wanted.to_severity,
            to_spans=tuple((s.start, s.end) for s in wanted.to_spans),
        )
    add_review(visit.connection, review)
    rescored = rescore(visit.connection, visit.app.rulebooks, account, visit.today)
    retracted = {"retracts": review.retracts} if review.retracts else {}
    visit.note(f"review_{wanted.verdict.value}", signal_id, account=account.id, **retracted)
    return Decided(review, rescored)


def _taken_back(visit: Visit, observation: Observation, account_id: str, wanted: str) -> Review:
    """One's own decision; an admin may take back anybody's, by its id."""
    reviews = reviews_of(visit.connection, account_id)
    if not wanted:
        own = last_word(reviews, observation, visit.caller.name)
        if own is None:
            raise ConflictError("no decision of yours on this signal holds, so there is none to take back")
        return own
    found = next((r for r in unretracted(reviews) if r.id == wanted and r.is_about(observation)), None)
    if found is None:
        raise ConflictError(f"retracts {wanted!r}: no such decision on this signal holds; list its reviews")
    if found.author != visit.caller.name and not visit.caller.may("administer"):
        raise ForbiddenError("somebody else decided that; decide yourself instead, or ask an admin to take it back")
    return found


def _observation(observations: Sequence[Observation], signal_id: str) -> Observation | None:
    return next((o for o in observations if o.signal.id == signal_id), None)


def _check(wanted: Wanted, document: Document, present: str) -> None:
    relabel = wanted.verdict is Verdict.RELABEL
    if wanted.verdict in {Verdict.REJECT, Verdict.RELABEL} and not wanted.reason.strip():
        raise InvalidError(f"to {wanted.verdict.value} needs a reason; say in a few words what is wrong")
    if wanted.retracts and wanted.verdict is not Verdict.RETRACT:
        raise InvalidError(f"retracts belongs to retract, not to {wanted.verdict.value}")
    if not relabel and (wanted.to_type or wanted.to_severity or wanted.to_spans):
        raise InvalidError(f"to_type, to_severity and to_spans belong to relabel, not to {wanted.verdict.value}")
    if relabel and not (wanted.to_type or wanted.to_severity or wanted.to_spans):
        raise InvalidError("a relabel needs another type, severity or span")
    if wanted.to_type and wanted.to_type not in load_taxonomy().by_id:
        raise InvalidError(f"to_type {wanted.to_type!r} is unknown; types are {', '.join(load_taxonomy().ids)}")
    if wanted.to_type == present and not (wanted.to_severity or wanted.to_spans):
        raise InvalidError(f"to_type {wanted.to_type!r} is what it is already; accept it instead")
    for span in wanted.to_spans:
        _check_span(span, document)


def _check_span(span: Span, document: Document) -> None:
    """A reviewer's span obeys the rules that every citation obeys."""
    message = document.message_at(span)
    if not span.of(document.text).strip() or message is None:
        raise InvalidError(f"span [{span.start}, {span.end}) holds no words of one message; mark words of one speaker")
    excluded = document.exclusion_at(span)
    if excluded is not None:
        raise InvalidError(f"span [{span.start}, {span.end}) lies in {excluded.why.replace('_', ' ')}, never evidence")
    if message.role not in load_taxonomy().speakers:
        raise InvalidError(f"span [{span.start}, {span.end}) was said by the {message.role.value}, never evidence")
