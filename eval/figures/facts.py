"""What is counted: pairs, spans, citations and refusals, each with the properties by which figures are sliced.

Facts are made once for a run. A slice only removes sides: a pair keeps knowing whether it was hit, so that precision
looks at predictions inside the slice and recall at gold inside it (they differ where, say, a severity was misjudged).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from eval.matching import match_spans
from eval.record import DocumentResult, Label
from eval.words import SAME_WORDS, quoted_words, token_f1
from extractor.detector import Outcome
from extractor.document import Role, Source, Span

LEVELS = (1.0, 0.75, 0.5, 0.25)
"""Intersection over union that a span must reach; 1.0 is the strict measure."""


@dataclass(frozen=True, slots=True)
class Side:
    """What one side says of a type in a document: the strongest severity, the highest confidence, who was quoted."""

    severity: int
    confidence: float
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Pair:
    """A type in a document that gold or prediction has; `typed` when both have it, `grounded` when the words agree."""

    document: int
    type: str
    gold: Side | None
    predicted: Side | None
    typed: bool
    grounded: bool


@dataclass(frozen=True, slots=True)
class Quoted:
    """One quoted span; `levels` at which its counterpart was found, `verbatim` when the message says exactly that."""

    document: int
    type: str
    severity: int
    role: Role
    levels: frozenset[float]
    verbatim: bool


@dataclass(frozen=True, slots=True)
class Refusal:
    document: int
    type: str
    severity: int
    role: Role
    reason: str


@dataclass(frozen=True, slots=True)
class Doc:
    """`silent` when gold has no signal there; `unread` when the engine gave no judgement."""

    account: int
    source: Source
    tags: frozenset[str]
    silent: bool
    unread: bool


@dataclass(frozen=True, slots=True)
class Facts:
    accounts: tuple[str, ...]
    documents: tuple[Doc, ...]
    pairs: tuple[Pair, ...]
    gold_spans: tuple[Quoted, ...]
    predicted_spans: tuple[Quoted, ...]
    refusals: tuple[Refusal, ...]
    inside: frozenset[int]
    """Documents that the slice holds; all of them for the whole run."""


def facts_of(results: Sequence[DocumentResult]) -> Facts:
    accounts = tuple(sorted({r.account for r in results}))
    place = {account: number for number, account in enumerate(accounts)}
    gold_spans: list[Quoted] = []
    predicted_spans: list[Quoted] = []
    for number, result in enumerate(results):
        gold, predicted = _spans(number, result)
        gold_spans += gold
        predicted_spans += predicted
    return Facts(
        accounts=accounts,
        documents=tuple(
            Doc(place[r.account], r.source, frozenset(r.tags), not r.gold, r.outcome is not Outcome.READ)
            for r in results
        ),
        pairs=tuple(pair for number, result in enumerate(results) for pair in pairs_of(number, result)),
        gold_spans=tuple(gold_spans),
        predicted_spans=tuple(predicted_spans),
        refusals=tuple(
            Refusal(number, r.type, r.severity, result.role(r.message), r.reason.value)
            for number, result in enumerate(results)
            for r in result.rejections
        ),
        inside=frozenset(range(len(results))),
    )


def pairs_of(number: int, result: DocumentResult) -> Iterator[Pair]:
    """The document's types on either side, in the order of their names."""
    gold, predicted = by_type(result.gold), by_type(result.predicted)
    for type_ in sorted(gold.keys() | predicted.keys()):
        ours, theirs = gold.get(type_, []), predicted.get(type_, [])
        typed = bool(ours and theirs)
        same_words = typed and token_f1(quoted_words(result, ours), quoted_words(result, theirs)) >= SAME_WORDS
        yield Pair(number, type_, _side(result, ours), _side(result, theirs), typed, same_words)


def by_type(labels: Iterable[Label]) -> dict[str, list[Label]]:
    found: dict[str, list[Label]] = defaultdict(list)
    for label in labels:
        found[label.type].append(label)
    return dict(found)


def _side(result: DocumentResult, labels: Sequence[Label]) -> Side | None:
    if not labels:
        return None
    return Side(
        severity=max(label.severity for label in labels),
        confidence=max(label.confidence for label in labels),
        roles=frozenset(result.role(quote.message) for label in labels for quote in label.evidence),
    )


@dataclass(frozen=True, slots=True)
class _Stretch:
    type: str
    message: str
    span: Span


def _spans(number: int, result: DocumentResult) -> tuple[list[Quoted], list[Quoted]]:
    gold, predicted = _stretches(result.gold), _stretches(result.predicted)
    ours, theirs = _by_place(gold), _by_place(predicted)
    found: dict[_Stretch, set[float]] = defaultdict(set)
    hit: dict[_Stretch, set[float]] = defaultdict(set)
    for place in ours.keys() & theirs.keys():
        for level in LEVELS:
            for match in match_spans([s.span for s in ours[place]], [s.span for s in theirs[place]], level):
                found[ours[place][match.gold]].add(level)
                hit[theirs[place][match.predicted]].add(level)
    return (
        [_quoted(number, result, stretch, said, found[stretch]) for stretch, said in gold.items()],
        [_quoted(number, result, stretch, said, hit[stretch]) for stretch, said in predicted.items()],
    )


def _by_place(stretches: Iterable[_Stretch]) -> dict[tuple[str, str], list[_Stretch]]:
    """Spans can only be each other's counterpart within one type and one message."""
    places: dict[tuple[str, str], list[_Stretch]] = defaultdict(list)
    for stretch in stretches:
        places[stretch.type, stretch.message].append(stretch)
    return dict(places)


def _stretches(labels: Iterable[Label]) -> dict[_Stretch, tuple[int, str]]:
    """Each labelled span once, with the strongest severity and the words claimed to stand there."""
    found: dict[_Stretch, tuple[int, str]] = {}
    for label in labels:
        for quote in label.evidence:
            stretch = _Stretch(label.type, quote.message, quote.span)
            severity, _ = found.get(stretch, (0, ""))
            found[stretch] = (max(severity, label.severity), quote.quote)
    return found


def _quoted(
    number: int, result: DocumentResult, stretch: _Stretch, said: tuple[int, str], levels: Iterable[float]
) -> Quoted:
    severity, quote = said
    verbatim = bool(quote) and stretch.span.of(result.text(stretch.message)) == quote
    return Quoted(number, stretch.type, severity, result.role(stretch.message), frozenset(levels), verbatim)
