"""A cheap detector chooses what an expensive one reads, and a sampled audit keeps saying what that costs.

The screening detector runs at low thresholds. A document without candidates is not sent; one whose candidates stand
in a few of its messages is sent in part where that saves enough; any other is sent whole. What screening could not
read is sent whole as well. A fixed share of what would be spared is read whole all the same, chosen by the
document's id, so that two runs audit the same documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from extractor.detector import Detection, Detector, Outcome
from extractor.document import Document, content_id
from extractor.grounding import ground
from extractor.llm.exchange import TokenCounter, combined, estimate_tokens

_AUDIT_SCALE = 16**8


class Route(StrEnum):
    """What the judging detector is given of a document."""

    SKIPPED = "skipped"
    WINDOWS = "windows"
    WHOLE = "whole"


@dataclass(frozen=True, slots=True)
class CascadeSettings:
    """`thresholds` by type override `threshold`, the confidence from which a screening claim is a candidate.

    `neighbours` are messages sent on either side of a candidate. Windows are sent where they save `least_saving` of
    what the whole request would cost, `prefix_tokens` of it being the prompt. `at_once` documents are screened before
    they are judged; None screens all first, as a batch wants it.
    """

    threshold: float = 0.1
    thresholds: Mapping[str, float] = field(default_factory=dict)
    neighbours: int = 2
    least_saving: float = 0.25
    prefix_tokens: int = 1500
    audit: float = 0.02
    at_once: int | None = 64

    def __post_init__(self) -> None:
        for name in ("threshold", "least_saving", "audit"):
            if not 0 <= getattr(self, name) <= 1:
                raise ValueError(f"{name} is {getattr(self, name)}; it is a share from 0 to 1")


@dataclass(frozen=True, slots=True)
class Routing:
    """What was decided about one document. Tokens are estimates of its own text and the prompt.

    `audited` ones were read whole although `route` would have spared them; `lost` of the `found` signals stand in
    nothing that the route would have sent.
    """

    document_id: str
    route: Route
    messages: frozenset[str]
    tokens_routed: int
    tokens_whole: int
    audited: bool = False
    found: int = 0
    lost: int = 0

    @property
    def tokens_sent(self) -> int:
        return self.tokens_whole if self.audited else self.tokens_routed


@dataclass(frozen=True, slots=True)
class CascadeCounts:
    """Sums over routings; the audit's figures are a sample's, `lost` of `audited_found` signals."""

    documents: int
    skipped: int
    windowed: int
    whole: int
    audited: int
    audited_found: int
    audited_lost: int
    tokens_sent: int
    tokens_whole: int

    @property
    def tokens_saved(self) -> float:
        """Share of the tokens that reading everything whole would have taken."""
        return 1 - self.tokens_sent / self.tokens_whole if self.tokens_whole else 0.0


def tally(routings: Sequence[Routing]) -> CascadeCounts:
    """The counts of a run; `skipped`, `windowed` and `whole` are what the routes said, audits included."""
    audited = [r for r in routings if r.audited]
    return CascadeCounts(
        documents=len(routings),
        skipped=sum(r.route is Route.SKIPPED for r in routings),
        windowed=sum(r.route is Route.WINDOWS for r in routings),
        whole=sum(r.route is Route.WHOLE for r in routings),
        audited=len(audited),
        audited_found=sum(r.found for r in audited),
        audited_lost=sum(r.lost for r in audited),
        tokens_sent=sum(r.tokens_sent for r in routings),
        tokens_whole=sum(r.tokens_whole for r in routings),
    )


def _forget(_: Routing) -> None:
    """Nobody asked."""


class Cascade:
    """`Detector` made of two. `on_routing` hears of every document as its detection is given out."""

    def __init__(
        self,
        screen: Detector,
        judge: Detector,
        settings: CascadeSettings | None = None,
        *,
        count: TokenCounter = estimate_tokens,
        on_routing: Callable[[Routing], None] = _forget,
    ) -> None:
        self._screen, self._judge = screen, judge
        self._settings = settings or CascadeSettings()
        self._count, self._on_routing = count, on_routing
        self.routings: list[Routing] = []
        """Of every document given out so far."""

    @property
    def extractor(self) -> str:
        return f"cascade/{self._screen.extractor}+{self._judge.extractor}"

    def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
        """In order; a skipped document counts as read without signals."""
        step = self._settings.at_once or max(len(documents), 1)
        for start in range(0, len(documents), step):
            yield from self._some(documents[start : start + step])

    def _some(self, documents: Sequence[Document]) -> Iterator[Detection]:
        screened = list(self._screen.detect(documents))
        routings = [
            routed(document, seen, self._settings, self._count)
            for document, seen in zip(documents, screened, strict=True)
        ]
        sent = [sent_part(d, r) for d, r in zip(documents, routings, strict=True) if _is_sent(r)]
        judged = iter(self._judge.detect(sent)) if sent else iter(())
        for document, seen, routing in zip(documents, screened, routings, strict=True):
            if not _is_sent(routing):
                self._hear(routing)
                yield Detection(document.id, Outcome.READ, detail="screened out", usage=seen.usage)
                continue
            detection = next(judged)
            self._hear(self._examined(document, detection, routing))
            yield replace(detection, usage=combined(seen.usage, detection.usage))
        next(judged, None)  # lets the judge finish its own affairs

    def _hear(self, routing: Routing) -> None:
        self.routings.append(routing)
        self._on_routing(routing)

    def _examined(self, document: Document, detection: Detection, routing: Routing) -> Routing:
        """An audited document's routing with what its route would have lost."""
        if not routing.audited:
            return routing
        if detection.outcome is not Outcome.READ:  # sent, but it tells nothing about what the route loses
            return replace(routing, audited=False, tokens_routed=routing.tokens_whole)
        signals = ground(detection.claims, document, self._judge.extractor).signals
        lost = [s for s in signals if not any(e.message in routing.messages for e in s.evidence)]
        return replace(routing, found=len(signals), lost=len(lost))


def routed(
    document: Document, seen: Detection, settings: CascadeSettings, count: TokenCounter = estimate_tokens
) -> Routing:
    """What to send of a document, by what screening saw in it."""
    whole = settings.prefix_tokens + sum(count(document.words(m)) for m in document.messages)
    everything = frozenset(m.id for m in document.messages)
    candidates = [c for c in seen.claims if c.confidence >= settings.thresholds.get(c.type, settings.threshold)]
    if seen.outcome is not Outcome.READ or any(c.message not in everything for c in candidates):
        return Routing(document.id, Route.WHOLE, everything, whole, whole)
    audited = _audits(document, settings.audit)
    if not candidates:
        return Routing(document.id, Route.SKIPPED, frozenset(), 0, whole, audited=audited)
    near = _near(document, {c.message for c in candidates}, settings.neighbours)
    part = settings.prefix_tokens + sum(count(document.words(m)) for m in document.messages if m.id in near)
    if whole - part < settings.least_saving * whole:
        return Routing(document.id, Route.WHOLE, everything, whole, whole)
    return Routing(document.id, Route.WINDOWS, near, part, whole, audited=audited)


def _near(document: Document, wanted: set[str | None], reach: int) -> frozenset[str]:
    """The wanted messages with their neighbours."""
    ids = [m.id for m in document.messages]
    return frozenset(
        near for at, one in enumerate(ids) if one in wanted for near in ids[max(at - reach, 0) : at + reach + 1]
    )


def _audits(document: Document, share: float) -> bool:
    drawn = int(content_id(["audit", document.id])[-8:], 16)
    return drawn < share * _AUDIT_SCALE


def _is_sent(routing: Routing) -> bool:
    return routing.audited or routing.route is not Route.SKIPPED


def sent_part(document: Document, routing: Routing) -> Document:
    """The document with the messages that are sent; id, text and spans stay, so quotes ground as before."""
    if routing.audited or routing.route is Route.WHOLE:
        return document
    return replace(document, messages=tuple(m for m in document.messages if m.id in routing.messages))
