"""From review to gold: what reviewers decided as labelled samples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from eval.export import Exported, Judgement, NotExported, Verb, export
from extractor.document import Span
from extractor.signal import Signal
from scoring.copies import told_once
from scoring.facts import Observation, unretracted
from store.accounts import all_accounts
from store.database import Connection, Database
from store.decisions import Review, reviews_of
from store.documents import get_document
from store.signals import interactions_of, observations_of
from store.versions import contacts_of


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
