"""From sentence scores to claims: is the type there at all, and which words show it?"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

from extractor.document import Document, Span
from extractor.local.windows import Sentence
from extractor.signal import Claim

MOST_QUOTES = 3
LONGEST_QUOTE = 60
"""Words of a quote; the guide allows no more."""


class Rule(BaseModel):
    """When a score becomes a claim; every number is chosen on documents that the judged model had not seen.

    A document is spoken of only where some type exceeds its threshold by `entry`: a document with one clear signal
    often has further, fainter ones, while a faint one alone is mostly a false alarm. There, a type is claimed where its
    best sentence's logit reaches the threshold. Further sentences within `gap` of the best and above the threshold are
    quoted too. Confidence is the logistic of `slope * (logit - threshold) + intercept`.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    thresholds: Mapping[str, float]
    entry: float
    gap: float
    slope: float
    intercept: float

    def confidence(self, signal_type: str, logit: float) -> float:
        return 1 / (1 + math.exp(-self.slope * (logit - self.thresholds[signal_type]) - self.intercept))


@dataclass(frozen=True, slots=True)
class Scored:
    """A document's judged sentences with their logits: `present` [n, types], `severity` [n, types, 2]."""

    sentences: tuple[Sentence, ...]
    present: NDArray[np.float32]
    severity: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Quoted:
    """Sentences first to last, of one message, that together make one quote."""

    first: int
    last: int
    best: int


def choose(document: Document, scored: Scored, types: Sequence[str], rule: Rule) -> list[Claim]:
    """Claims in the order of types and, within one, of confidence."""
    claims: list[Claim] = []
    if not _enters(scored, types, rule):
        return claims
    for column, signal_type in enumerate(types):
        logits = scored.present[:, column]
        for quoted in quotes(scored.sentences, logits, rule.thresholds[signal_type], rule.gap):
            span = _span(scored.sentences, quoted)
            first = scored.sentences[quoted.first]
            severity = 1 + int((scored.severity[quoted.best, column] > 0).sum())
            confidence = round(rule.confidence(signal_type, float(logits[quoted.best])), 3)
            message = document.messages[first.message].id
            claims.append(Claim(signal_type, span.of(document.text), severity, confidence, message))
    return claims


def _enters(scored: Scored, types: Sequence[str], rule: Rule) -> bool:
    levels = np.array([rule.thresholds[signal_type] for signal_type in types])
    return bool(scored.sentences) and bool(((scored.present - levels) >= rule.entry).any())


def quotes(sentences: Sequence[Sentence], logits: NDArray[np.float32], threshold: float, gap: float) -> list[Quoted]:
    """At most three quotes, best first; adjacent sentences of one message become one."""
    best = float(logits.max())
    if best < threshold:
        return []
    floor = max(threshold, best - gap)
    chosen = [int(index) for index in np.flatnonzero(logits >= floor)]
    runs = sorted(_runs(sentences, logits, chosen), key=lambda run: -logits[run.best])
    return runs[:MOST_QUOTES]


def _runs(sentences: Sequence[Sentence], logits: NDArray[np.float32], chosen: Sequence[int]) -> Iterator[Quoted]:
    run: Quoted | None = None
    for index in chosen:
        if run is not None and run.last == index - 1 and _joins(sentences, run, index):
            run = Quoted(run.first, index, max(run.best, index, key=lambda one: float(logits[one])))
            continue
        if run is not None:
            yield run
        run = Quoted(index, index, index)
    if run is not None:
        yield run


def _joins(sentences: Sequence[Sentence], run: Quoted, index: int) -> bool:
    """Only in one message, with nothing but white space between, and not beyond what a quote may hold."""
    first, last, following = sentences[run.first], sentences[run.last], sentences[index]
    length = sum(len(sentences[i].tokens) for i in range(run.first, index + 1))
    return first.message == following.message and following.span.start - last.span.end <= 2 and length <= LONGEST_QUOTE


def _span(sentences: Sequence[Sentence], quoted: Quoted) -> Span:
    return Span(sentences[quoted.first].span.start, sentences[quoted.last].span.end)
