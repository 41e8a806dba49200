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
from scoring.facts import Observation, unretracted
from store.accounts import all_accounts
from store.database import Connection, Database
from store.decisions import Review, reviews_of
from store.documents import get_document
from store.signals import observations_of


@dataclass(frozen=True, slots=True)
class Awaiting:
    """A signal nobody has decided on, with the account it belongs to; `priority` only orders."""

    account_id: str
    observation: Observation
    priority: float


def awaiting_review(connection: Connection, most: int) -> list[Awaiting]:
    """Undecided signals of all accounts, the most uncertain and most harmful first."""
    open_ones: dict[str, tuple[str, Observation]] = {}
    for account in all_accounts(connection):
        reviews = unretracted(reviews_of(connection, account.id))
        for observation in observations_of(connection, account.id):
            if not any(r.is_about(observation) for r in reviews):
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
            for observation in observations_of(connection, account.id):
                by_document.setdefault(observation.signal.document_id, []).append(observation)
            for document_id, observations in by_document.items():
                judged = [j for o in observations for j in _judgements(o, reviews)]
                document = get_document(connection, document_id)
                if judged and document is not None:
                    signals: Sequence[Signal] = [o.signal for o in observations]
                    yield export(document, account.id, signals, judged)


def _judgements(observation: Observation, reviews: Sequence[Review]) -> Iterator[Judgement]:
    """The decisions on a signal, in the words of the samples; a marked span is a judgement of its own."""
    for review in reviews:
        if not review.is_about(observation):
            continue
        signal, at, author, reason = observation.signal.id, review.at, review.author, review.reason
        yield Judgement(
            signal, Verb(review.verdict.value), author, at, reason, review.to_type or None, review.to_severity or None
        )
        if review.to_spans:
            spans = tuple(Span(start, end) for start, end in review.to_spans)
            yield Judgement(signal, Verb.RESPAN, author, at, reason, spans=spans)
