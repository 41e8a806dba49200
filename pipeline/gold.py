"""From review to gold: what is most worth a reviewer's look, and what they decided as labelled samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from eval.export import Exported, Judgement, NotExported, Verb, export
from eval.harms import load_harms
from eval.review_order import Candidate, queue
from extractor.document import Span
from extractor.signal import Signal
from extractor.taxonomy import load_taxonomy
from scoring.copies import told_once
from scoring.facts import Observation, unretracted
from store.accounts import all_accounts
from store.database import Connection, Database
from store.decisions import Review, reviews_of
from store.documents import get_document
from store.signals import interactions_of, observations_of
from store.versions import contacts_of


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A signal nobody has decided on, with the account it belongs to; `priority` only orders."""

    account_id: str
    observation: Observation
    priority: float


def awaiting_review(connection: Connection, most: int) -> list[Awaiting]:
    """Undecided signals of all accounts, the most uncertain and most harmful first; of the same words only the original."""
    open_ones: dict[str, tuple[str, Observation]] = {}
    for account in all_accounts(connection):
        reviews = unretracted(reviews_of(connection, account.id))
        for observation, copies in _told(connection, account.id):
            if not any(r.is_about(o) for r in reviews for o in (observation, *copies)):
                open_ones[observation.signal.id] = (account.id, observation)
    candidates = [
        Candidate(o.signal.id, o.signal.type, o.signal.severity, o.signal.confidence) for _, o in open_ones.values()
    ]
    ranked = queue(candidates, load_harms(), load_taxonomy())[:most]
    return [Awaiting(*open_ones[q.candidate.id], q.priority) for q in ranked]


def reviewed_samples(database: Database) -> Iterator[Exported | NotExported]:
    """Every document that a decision speaks of, as a labelled sample or with what it still lacks."""
    with database.reading() as connection:
        for account in all_accounts(connection):
            reviews = unretracted(reviews_of(connection, account.id))
            if not reviews:
                continue
            by_document: dict[str, list[Observation]] = {}
            alike: dict[str, list[Observation]] = {}
            for original, copies in _told(connection, account.id):
                for observation in (original, *copies):
                    by_document.setdefault(observation.signal.document_id, []).append(observation)
                    alike[observation.signal.id] = [original, *copies]
            for document_id, observations in by_document.items():
                judged = [j for o in observations for j in _judgements(o, alike[o.signal.id], reviews)]
                document = get_document(connection, document_id)
                if judged and document is not None:
                    signals: Sequence[Signal] = [o.signal for o in observations]
                    yield export(document, account.id, signals, judged)


def _told(connection: Connection, account_id: str) -> Iterator[tuple[Observation, list[Observation]]]:
    """The account's signals, each with those that only repeat it."""
    found = observations_of(connection, account_id)
    _, copies = told_once(found, contacts_of(connection, account_id), interactions_of(connection, account_id))
    original = {c.observation.signal.id: c.original.signal.id for c in copies if c.is_whole}
    repeats: dict[str, list[Observation]] = {}
    for observation in found:
        if observation.signal.id in original:
            repeats.setdefault(original[observation.signal.id], []).append(observation)
    for observation in found:
        if observation.signal.id not in original:
            yield observation, repeats.get(observation.signal.id, [])


def _judgements(
    observation: Observation, alike: Sequence[Observation], reviews: Sequence[Review]
) -> Iterator[Judgement]:
    """The decisions on a signal or on one of the same words, in the words of the samples.

    A marked span is a judgement of its own, and is of the document in which it was marked alone.
    """
    for review in reviews:
        here = review.is_about(observation)
        if not here and not any(review.is_about(o) for o in alike):
            continue
        signal, at, author, reason = observation.signal.id, review.at, review.author, review.reason
        yield Judgement(
            signal, Verb(review.verdict.value), author, at, reason, review.to_type or None, review.to_severity or None
        )
        if review.to_spans and here:
            spans = tuple(Span(start, end) for start, end in review.to_spans)
            yield Judgement(signal, Verb.RESPAN, author, at, reason, spans=spans)
