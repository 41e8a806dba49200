"""Labelled samples as sentences with targets: which are evidence for which types, how strong, in which words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from extractor.document import Role, Source, Span
from extractor.labelled import LabelledDocument, Passage
from extractor.local.sentences import sentences
from extractor.local.tokens import Tokens
from extractor.local.windows import LONGEST, Sentence, read_sentences

_WORD = re.compile(r"\S+")
_SPEAKER = re.compile(r"[^:\n]{1,30}:\s+")
_BEFORE = -1_000
"""Number of the first message of context, so that context never counts as the passage's own message."""
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Target:
    """One sentence's labels, each [types]: `present` 0 or 1, `counted` 0 where a quote only grazes the sentence,
    `severity` 0 to 3; `tokens` [tokens, types] marks the quoted ones."""

    present: NDArray[np.float32]
    counted: NDArray[np.float32]
    severity: NDArray[np.int64]
    tokens: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Piece:
    """A passage or a whole document as sentences, with a target for each; `gold` are the types that it holds."""

    id: str
    source: Source
    sentences: tuple[Sentence, ...]
    targets: tuple[Target, ...]
    gold: frozenset[str]


@dataclass(frozen=True, slots=True)
class Label:
    type: str
    severity: int
    span: Span


class Marker:
    """Marks sentences with the labels whose quotes they hold."""

    def __init__(self, tokens: Tokens, types: Sequence[str], speakers: Iterable[Role]) -> None:
        self._tokens = tokens
        self._types = {name: number for number, name in enumerate(types)}
        self._speakers = frozenset(speakers)

    def document(self, labelled: LabelledDocument) -> Piece:
        document = labelled.document()
        messages = {message.id: message for message in document.messages}
        labels = []
        for signal in labelled.signals:
            for evidence in signal.evidence:
                message = messages[evidence.message]
                place = _place(document.words(message), evidence.quote).moved(message.span.start)
                labels.append(Label(signal.type, signal.severity, place))
        read = read_sentences(document, self._tokens, self._speakers)
        targets = self._targets(document.text, read, labels)
        gold = frozenset(signal.type for signal in labelled.signals)
        return Piece(labelled.id, document.source, tuple(read), tuple(targets), gold)

    def passage(self, passage: Passage) -> Piece:
        """The words before become context of an unknown speaker: passages do not say on whose side they were."""
        before: list[Sentence] = []
        context: list[Target] = []
        for number, line in enumerate(passage.before.splitlines()):
            text = _SPEAKER.sub("", line, count=1) if _SPEAKER.match(line) else line
            said = self._sentences(text, _BEFORE + number, Role.UNKNOWN, judged=False)
            before += said
            context += self._targets(text, said, ())
        read = self._sentences(passage.text, 0, passage.role, judged=True)
        labels = [Label(label.type, label.severity, _place(passage.text, label.quote)) for label in passage.labels]
        targets = self._targets(passage.text, read, labels)
        gold = frozenset(label.type for label in labels)
        return Piece(passage.id, passage.source, (*before, *read), (*context, *targets), gold)

    def _sentences(self, text: str, message: int, role: Role, *, judged: bool) -> list[Sentence]:
        spans = sentences(text)
        ids = self._tokens([span.of(text) for span in spans])
        return [Sentence(s, message, role, tuple(t[:LONGEST]), judged) for s, t in zip(spans, ids, strict=True) if t]

    def _targets(self, text: str, read: Sequence[Sentence], labels: Sequence[Label]) -> list[Target]:
        places = self._tokens.places([sentence.span.of(text) for sentence in read])
        return [self._target(text, s, p[:LONGEST], labels) for s, p in zip(read, places, strict=True)]

    def _target(
        self, text: str, sentence: Sentence, places: Sequence[tuple[int, int]], labels: Sequence[Label]
    ) -> Target:
        types = len(self._types)
        present, counted = np.zeros(types, np.float32), np.ones(types, np.float32)
        severity, tokens = np.zeros(types, np.int64), np.zeros((len(places), types), np.float32)
        own = _words(text, sentence.span)
        for label in labels:
            if not label.span.overlaps(sentence.span):
                continue
            column, quoted = self._types[label.type], _words(text, label.span)
            shared = len(own & quoted)
            if shared >= _HALF * len(own) or shared >= _HALF * len(quoted):
                present[column] = 1
                severity[column] = max(int(severity[column]), label.severity)
            else:
                counted[column] = 0
            start = sentence.span.start
            for row, (first, end) in enumerate(places):
                if start + first < label.span.end and start + end > label.span.start:
                    tokens[row, column] = 1
        return Target(present, np.maximum(counted, present), severity, tokens)


def _place(text: str, quote: str) -> Span:
    start = text.index(quote)
    return Span(start, start + len(quote))


def _words(text: str, span: Span) -> set[int]:
    """Positions of the words that the span touches."""
    words = _WORD.finditer(text, _word_start(text, span.start), _word_end(text, span.end))
    return {word.start() for word in words}


def _word_start(text: str, place: int) -> int:
    while place > 0 and not text[place - 1].isspace():
        place -= 1
    return place


def _word_end(text: str, place: int) -> int:
    while place < len(text) and not text[place].isspace():
        place += 1
    return place
