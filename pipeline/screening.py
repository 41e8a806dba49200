"""What the cascade's audit says of recall in production, over all nightly runs with the same screen and judge.

The audit reads a fixed share of the spared documents whole. Losses in them, carried over to the spared documents that
nobody read, estimate how many signals were lost; the interval is the exact one for a Poisson count (Garwood 1936), so
that no loss in a small sample is not taken for none at all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Any

from extractor.cascade import Cascade, tally
from extractor.detector import Detector
from store.runs import Run

_TAIL = 0.025


@dataclass(frozen=True, slots=True)
class LiveEstimate:
    """Sums over `runs`. `lost` with `low` and `high` is the share of all signals lost, None before the first audit."""

    extractor: str
    runs: int
    documents: int
    spared: int
    audited: int
    audited_found: int
    audited_lost: int
    saved: float
    lost: float | None
    low: float | None
    high: float | None

    def __str__(self) -> str:
        told = (
            f"screening over {self.runs} runs: {self.spared} of {self.documents} documents spared, "
            f"{100 * self.saved:.0f} % of tokens saved; audit read {self.audited} of them"
        )
        if self.lost is None or self.low is None or self.high is None:
            return f"{told}, too few to say what is lost"
        share = f"{100 * self.lost:.1f} % ({100 * self.low:.1f}–{100 * self.high:.1f} %)"
        return f"{told} and missed {self.audited_lost} of {self.audited_found} signals there; recall lost: {share}"


def screening_of(detector: Detector, signals: int) -> dict[str, Any] | None:
    """What a run's report keeps of the cascade's routings; `signals` is how many it found in all."""
    if not isinstance(detector, Cascade) or not detector.routings:
        return None
    return {"extractor": detector.extractor, "signals": signals, **asdict(tally(detector.routings))}


def live_estimate(runs: Iterable[Run]) -> LiveEstimate | None:
    """Over the runs of the cascade that ran last, newest first; None where none ever did."""
    kept = [found for run in runs if (found := run.report.get("screening"))]
    alike = [found for found in kept if found["extractor"] == kept[0]["extractor"]]
    if not alike:
        return None

    def total(name: str) -> int:
        return sum(int(found[name]) for found in alike)

    spared, audited, lost = total("skipped") + total("windowed"), total("audited"), total("audited_lost")
    unread, found = spared - audited, total("signals")

    def share(losses: float) -> float | None:
        """Of all signals, when an audit would lose so many: what was found, and what the unread ones held besides."""
        if not audited:
            return None
        missing = losses / audited * unread
        return missing / (found + missing) if found + missing else None

    from scipy.stats import chi2  # noqa: PLC0415  takes a second to import, which other commands need not spend

    low = float(chi2.ppf(_TAIL, 2 * lost)) / 2 if lost else 0.0
    high = float(chi2.ppf(1 - _TAIL, 2 * lost + 2)) / 2
    whole = total("tokens_whole")
    return LiveEstimate(
        extractor=alike[0]["extractor"],
        runs=len(alike),
        documents=total("documents"),
        spared=spared,
        audited=audited,
        audited_found=total("audited_found"),
        audited_lost=lost,
        saved=1 - total("tokens_sent") / whole if whole else 0.0,
        lost=share(lost),
        low=share(low),
        high=share(high),
    )
