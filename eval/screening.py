"""What a screening before the LLM saves and what it costs, at each operating point; no LLM is asked.

A gold signal is lost where none of its quotes stands in a message that is sent: whatever the LLM is worth, it cannot
find that one, so the recall kept is an upper bound of the cascade's. Tokens are those of the requests themselves.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from eval.figures.measures import ratio
from eval.figures.panel import figure
from eval.figures.shape import Figure
from eval.intervals import SEED, Array, weights
from eval.record import Strict
from extractor.cascade import CascadeCounts, CascadeSettings, Route, routed, sent_part
from extractor.detector import Detection
from extractor.document import Document
from extractor.labelled import LabelledDocument

THRESHOLDS = (0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)


class OperatingPoint(Strict):
    """Shares of all tokens and of all gold signals, with intervals by account; documents by what is sent of them."""

    threshold: float
    is_default: bool
    skipped: int
    windowed: int
    whole: int
    tokens_sent: int
    saved: Figure
    lost: Figure


class Screening(Strict):
    """`points` by rising threshold; `run` are the routings of a cascade that was really run, if one was."""

    screen: str
    documents: int
    gold: int
    tokens_whole: int
    points: tuple[OperatingPoint, ...]
    run: CascadeCounts | None = None


def screening(
    samples: Sequence[LabelledDocument],
    documents: Sequence[Document],
    screened: Sequence[Detection],
    *,
    screen: str,
    settings: CascadeSettings,
    tokens: Callable[[Document], int],
    seed: int = SEED,
) -> Screening:
    """`screened` are the candidates down to the lowest threshold; `tokens` counts what asking about a document takes."""
    accounts = sorted({s.account for s in samples})
    of_account = np.array([accounts.index(s.account) for s in samples])
    drawn = weights(len(accounts), seed=seed)
    whole = np.array([tokens(d) for d in documents], dtype=np.float64)
    gold = np.array([len(s.signals) for s in samples], dtype=np.float64)

    def by_account(amounts: Array) -> Array:
        return drawn @ np.bincount(of_account, amounts, len(accounts))

    def point(threshold: float) -> OperatingPoint:
        at_it = replace(settings, threshold=threshold, audit=0.0)
        routes = [routed(d, s, at_it) for d, s in zip(documents, screened, strict=True)]
        sent = np.zeros(len(documents))
        lost = np.zeros(len(documents))
        for number, (sample, document, routing) in enumerate(zip(samples, documents, routes, strict=True)):
            if routing.route is not Route.SKIPPED:
                sent[number] = whole[number] if routing.route is Route.WHOLE else tokens(sent_part(document, routing))
            lost[number] = sum(not any(e.message in routing.messages for e in g.evidence) for g in sample.signals)
        return OperatingPoint(
            threshold=threshold,
            is_default=threshold == settings.threshold,
            skipped=sum(r.route is Route.SKIPPED for r in routes),
            windowed=sum(r.route is Route.WINDOWS for r in routes),
            whole=sum(r.route is Route.WHOLE for r in routes),
            tokens_sent=int(sent.sum()),
            saved=figure(1 - ratio(by_account(sent), by_account(whole)), len(accounts), int(whole.sum())),
            lost=figure(ratio(by_account(lost), by_account(gold)), len(accounts), int(gold.sum())),
        )

    return Screening(
        screen=screen,
        documents=len(documents),
        gold=int(gold.sum()),
        tokens_whole=int(whole.sum()),
        points=tuple(point(t) for t in sorted({*THRESHOLDS, settings.threshold})),
    )
