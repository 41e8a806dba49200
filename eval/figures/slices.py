"""By type, input, source, severity, tag and speaker role: the same figures on a part of the same facts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from eval.figures.facts import Doc, Facts, Pair, Side
from extractor.document import Role, Source
from extractor.taxonomy import Taxonomy


@dataclass(frozen=True, slots=True)
class Slice:
    """Chooses whole documents, or items within them; None leaves that property free."""

    dimension: str
    value: str
    types: frozenset[str] | None = None
    severity: int | None = None
    role: Role | None = None
    source: Source | None = None
    tag: str | None = None

    def holds_document(self, doc: Doc) -> bool:
        return (self.source is None or doc.source is self.source) and (self.tag is None or self.tag in doc.tags)

    def holds(self, type_: str, severity: int, roles: frozenset[Role]) -> bool:
        return (
            (self.types is None or type_ in self.types)
            and (self.severity is None or severity == self.severity)
            and (self.role is None or self.role in roles)
        )


def slices_of(facts: Facts, taxonomy: Taxonomy) -> Iterator[Slice]:
    """Every slice that gold, predictions or documents can fill; types and inputs in the taxonomy's order."""
    for type_ in taxonomy.ids:
        yield Slice("type", type_, types=frozenset({type_}))
    for name in dict.fromkeys(t.input for t in taxonomy.types):
        yield Slice("input", name, types=frozenset(t.id for t in taxonomy.types if t.input == name))
    for source in Source:
        if any(d.source is source for d in facts.documents):
            yield Slice("source", source.value, source=source)
    for severity in (1, 2, 3):
        yield Slice("severity", str(severity), severity=severity)
    for tag in sorted({tag for d in facts.documents for tag in d.tags}):
        yield Slice("tag", tag, tag=tag)
    spoken = {role for p in facts.pairs for side in (p.gold, p.predicted) if side for role in side.roles}
    for role in Role:
        if role in spoken:
            yield Slice("role", role.value, role=role)


def narrowed(facts: Facts, slice_: Slice) -> Facts:
    """The facts of a slice: documents outside it and sides that do not belong to it fall away, hits stay hits."""
    inside = frozenset(n for n in facts.inside if slice_.holds_document(facts.documents[n]))

    def side(pair: Pair, one: Side | None) -> Side | None:
        return one if one and slice_.holds(pair.type, one.severity, one.roles) else None

    pairs = (
        replace(p, gold=side(p, p.gold), predicted=side(p, p.predicted)) for p in facts.pairs if p.document in inside
    )
    return replace(
        facts,
        inside=inside,
        pairs=tuple(p for p in pairs if p.gold or p.predicted),
        gold_spans=tuple(
            q
            for q in facts.gold_spans
            if q.document in inside and slice_.holds(q.type, q.severity, frozenset({q.role}))
        ),
        predicted_spans=tuple(
            q
            for q in facts.predicted_spans
            if q.document in inside and slice_.holds(q.type, q.severity, frozenset({q.role}))
        ),
        refusals=tuple(
            r for r in facts.refusals if r.document in inside and slice_.holds(r.type, r.severity, frozenset({r.role}))
        ),
    )
