"""From review to gold: a document whose signals people have judged becomes a labelled sample, with who judged what.

Pure: takes the document, its signals and the decisions as plain values. Reviewers judge what an engine found, so a
sample made this way is sure about what it has, not about what nobody saw; `missed` brings in what a reviewer added.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from extractor.document import Document, Span
from extractor.grounding import MOST_QUOTES
from extractor.labelled import GoldQuote, GoldSignal, LabelledDocument, LabelledMessage
from extractor.signal import Evidence, Signal

REVIEWED = "reviewed"
"""Tag of every exported sample, so that figures can be sliced by where the gold came from."""


class Verb(StrEnum):
    ACCEPT = "accept"
    REJECT = "reject"
    RELABEL = "relabel"
    RESPAN = "re-span"


@dataclass(frozen=True, slots=True)
class Judgement:
    """One reviewer's word on one signal; a later one overrules an earlier one in what it says.

    `type` and `severity` belong to a relabelling, `spans` (of the document's text) to a re-spanning.
    """

    signal: str
    verb: Verb
    author: str
    at: datetime
    reason: str
    type: str | None = None
    severity: int | None = None
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class Exported:
    """A sample and the judgements it rests on, oldest first."""

    sample: LabelledDocument
    judgements: tuple[Judgement, ...]


@dataclass(frozen=True, slots=True)
class NotExported:
    """A document that is no gold yet, and why."""

    document_id: str
    reason: str


def export(
    document: Document,
    account: str,
    signals: Sequence[Signal],
    judgements: Iterable[Judgement],
    *,
    missed: Sequence[Signal] = (),
    tags: tuple[str, ...] = (),
) -> Exported | NotExported:
    """The document as a labelled sample, if every one of its signals was judged.

    A document without signals that nobody judged is not exported either: silence of an engine is no gold.
    """
    about = _by_signal(signals, judgements)
    unjudged = [signal for signal in signals if signal.id not in about]
    if unjudged:
        return NotExported(document.id, f"{len(unjudged)} of {len(signals)} signals await review")
    if not signals and not missed:
        return NotExported(document.id, "nobody has judged anything in it")
    kept: list[GoldSignal] = []
    for signal in signals:
        judged = _apply(signal, about[signal.id], document)
        if isinstance(judged, str):
            return NotExported(document.id, judged)
        if judged:
            kept.append(judged)
    kept += [_gold(signal) for signal in missed]
    return Exported(
        LabelledDocument(
            id=document.key,
            account=account,
            source=document.source,
            title=document.title,
            messages=_messages(document),
            signals=tuple(kept),
            tags=(*tags, REVIEWED),
        ),
        tuple(sorted((j for each in about.values() for j in each), key=lambda j: (j.at, j.signal))),
    )


def _by_signal(signals: Iterable[Signal], judgements: Iterable[Judgement]) -> dict[str, list[Judgement]]:
    known = {signal.id for signal in signals}
    found: dict[str, list[Judgement]] = {}
    for judgement in sorted(judgements, key=lambda j: j.at):
        if judgement.signal in known:
            found.setdefault(judgement.signal, []).append(judgement)
    return found


def _apply(signal: Signal, judgements: Sequence[Judgement], document: Document) -> GoldSignal | str | None:
    """The signal after all judgements in turn; None when the last word on it is a rejection, a reason if it cannot be."""
    standing = True
    for judgement in judgements:
        standing = judgement.verb is not Verb.REJECT
        if judgement.verb is Verb.RELABEL:
            signal = replace(signal, type=judgement.type or signal.type, severity=judgement.severity or signal.severity)
        if judgement.verb is Verb.RESPAN:
            spans = [(span, document.message_at(span)) for span in judgement.spans]
            evidence = [_evidence(document, span, message.id) for span, message in spans if message is not None]
            if (
                not 1 <= len(evidence) <= MOST_QUOTES
                or len(evidence) < len(spans)
                or not all(e.quote for e in evidence)
            ):
                return f"the new spans of signal {signal.id} are not one to {MOST_QUOTES} stretches within messages"
            signal = replace(signal, evidence=tuple(evidence))
    return _gold(signal) if standing else None


def _evidence(document: Document, span: Span, message_id: str) -> Evidence:
    message = next(m for m in document.messages if m.id == message_id)
    return Evidence(document.id, message.id, span, span.of(document.text), message.speaker, message.role, message.at)


def _gold(signal: Signal) -> GoldSignal:
    quotes = tuple(GoldQuote(message=e.message, quote=e.quote) for e in signal.evidence)
    return GoldSignal(type=signal.type, severity=signal.severity, evidence=quotes)


def _messages(document: Document) -> tuple[LabelledMessage, ...]:
    return tuple(
        LabelledMessage(id=m.id, speaker=m.speaker, role=m.role, job_title=m.job_title, at=m.at, text=document.words(m))
        for m in document.messages
    )
