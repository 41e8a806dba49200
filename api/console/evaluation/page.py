"""What the evaluation page says: how often the shipped engine is right on labelled samples, and how it does here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from eval.figures.measures import catalogue
from eval.figures.shape import Bin, Figure
from eval.gate import GateRow, Verdict
from eval.golden_figures import BY_TYPE, SHOWN, GoldenFigures
from eval.live import Judgement, last_words, precision_by, share
from eval.reviewers import Reviewers
from extractor.taxonomy import Taxonomy
from pipeline.agreeing import agreement_of, type_stands
from pipeline.screening import LiveEstimate
from scoring.facts import unretracted
from store.judged import Reading, Said

FEW = 10
"""Gold signals or decisions under which a figure is shown as resting on little."""


@dataclass(frozen=True, slots=True)
class Named:
    label: str
    figure: Figure


@dataclass(frozen=True, slots=True)
class TypeLine:
    """One signal type: what the golden run says of it, and what reviewers say of it here."""

    label: str
    gold: int
    figures: tuple[Figure, ...]
    live: Figure

    @property
    def few(self) -> bool:
        return self.gold < FEW


@dataclass(frozen=True, slots=True)
class EngineLine:
    """What one engine (and version of model and prompt) did in this store. `refused` counts claims by reason."""

    name: str
    golden: bool
    read: int
    current: int
    unread: int
    signals: int
    refused: tuple[tuple[str, int], ...]
    live: Figure

    @property
    def refused_share(self) -> Figure:
        claims = sum(n for _, n in self.refused)
        return share(claims, claims + self.signals)


@dataclass(frozen=True, slots=True)
class EvaluationPage:
    golden: GoldenFigures
    headlines: tuple[Named, ...]
    types: tuple[TypeLine, ...]
    bins: tuple[Bin, ...]
    gate: tuple[GateRow, ...]
    failed: int
    engines: tuple[EngineLine, ...]
    live: Figure
    agreed: Reviewers
    agreed_by_type: tuple[tuple[str, Reviewers], ...]
    unread: Figure
    screened: LiveEstimate | None
    missed: Figure
    configured: str


def evaluation_page(
    golden: GoldenFigures,
    taxonomy: Taxonomy,
    said: Iterable[Said],
    readings: Sequence[Reading],
    signals: Mapping[str, int],
    refused: Mapping[str, Mapping[str, int]],
    *,
    never_read: int,
    screened: LiveEstimate | None,
    configured: str,
) -> EvaluationPage:
    """`configured` is the engine that the settings name; `never_read` counts documents that nobody judged.

    `screened` is what the audit says of the cascade's nights, None where none ever ran.
    """
    decisions = list(said)
    last = last_words(
        Judgement(s.signal_id, s.type, s.extractor, s.author, type_stands(s)) for s in unretracted(decisions)
    )
    agreed = agreement_of(decisions)
    by_engine = precision_by(last, lambda j: j.extractor)
    by_type = precision_by(last, lambda j: j.type)
    read = sum(r.current for r in readings)
    return EvaluationPage(
        golden=golden,
        headlines=tuple(Named(catalogue()[name].label, golden.overall[name]) for name in SHOWN),
        types=tuple(
            TypeLine(
                t.label,
                figures["typed_recall"].n,
                tuple(figures[name] for name in BY_TYPE if figures),
                by_type.get(t.id, Figure(value=None)),
            )
            for t in taxonomy.types
            if (figures := golden.types.get(t.id, dict[str, Figure]())) or t.id in by_type
        ),
        bins=tuple(b for b in golden.reliability if b.n),
        gate=golden.gate,
        failed=sum(row.verdict is Verdict.FAILED for row in golden.gate),
        engines=tuple(_engines(golden.extractor, readings, signals, refused, by_engine)),
        live=share(sum(j.right for j in last), len(last)),
        agreed=agreed.overall,
        agreed_by_type=tuple((t.label, agreed.types[t.id]) for t in taxonomy.types if t.id in agreed.types),
        unread=share(never_read, never_read + read),
        screened=screened,
        missed=_missed(screened),
        configured=configured,
    )


def _missed(screened: LiveEstimate | None) -> Figure:
    """The share of all signals that screening lost, resting on the documents audited."""
    if screened is None or screened.lost is None:
        return Figure(value=None)
    return Figure(value=screened.lost, low=screened.low, high=screened.high, n=screened.audited)


def _engines(
    golden: str,
    readings: Sequence[Reading],
    signals: Mapping[str, int],
    refused: Mapping[str, Mapping[str, int]],
    live: Mapping[str, Figure],
) -> Iterable[EngineLine]:
    for name in sorted({r.extractor for r in readings}):
        mine = [r for r in readings if r.extractor == name]
        reasons = sorted(refused.get(name, {}).items(), key=lambda pair: (-pair[1], pair[0]))
        yield EngineLine(
            name=name,
            golden=name == golden,
            read=sum(r.documents for r in mine if r.outcome == "read"),
            current=sum(r.current for r in mine),
            unread=sum(r.documents for r in mine if r.outcome != "read"),
            signals=signals.get(name, 0),
            refused=tuple(reasons),
            live=live.get(name, Figure(value=None)),
        )
