"""The counted part of `samples/labelled/DATASHEET.md`: what there is, by split, source, type and hardness."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from eval.report.markdown import table
from extractor.labelled import LabelledDocument, Passage, Splits
from extractor.taxonomy import Taxonomy

TRAINING_ONLY = "training only"
_SIDES = ("train", "test", TRAINING_ONLY)


def counted(
    samples: Sequence[LabelledDocument], splits: Splits, passages: Mapping[str, Sequence[Passage]], taxonomy: Taxonomy
) -> str:
    """Markdown tables; `passages` by file name. The same samples give the same text.

    Samples that the splits do not name are for training only.
    """
    by_side = {side: [s for s in samples if splits.documents.get(s.id, TRAINING_ONLY) == side] for side in _SIDES}
    return "\n".join(
        [
            *_documents(by_side),
            *_types(by_side, taxonomy),
            *_tags(by_side),
            *_passages(passages, taxonomy),
        ]
    ).rstrip()


def _documents(by_side: Mapping[str, Sequence[LabelledDocument]]) -> Iterator[str]:
    yield "### Whole documents"
    yield ""

    def line(name: str, count: Iterable[int]) -> list[str]:
        each = list(count)
        return [name, *(str(n) for n in each), str(sum(each))]

    sides = [by_side[side] for side in _SIDES]
    sources = sorted({s.source for side in sides for s in side})
    yield from table(
        ["", *_SIDES, "all"],
        [
            line("documents", (len(side) for side in sides)),
            *(
                line(f"of these {source.value}s", (sum(s.source is source for s in side) for side in sides))
                for source in sources
            ),
            line("accounts", (len({s.account for s in side}) for side in sides)),
            line("messages", (sum(len(s.messages) for s in side) for side in sides)),
            line("words", (sum(len(m.text.split()) for s in side for m in s.messages) for side in sides)),
            line("documents without any signal", (sum(not s.signals for s in side) for side in sides)),
            line("signals", (sum(len(s.signals) for s in side) for side in sides)),
            line("pairs of document and type", (sum(len({g.type for g in s.signals}) for s in side) for side in sides)),
            line("quotes", (sum(len(g.evidence) for s in side for g in s.signals) for side in sides)),
            *(
                line(f"signals of severity {severity}", (_severity(side, severity) for side in sides))
                for severity in (1, 2, 3)
            ),
        ],
    )


def _severity(side: Sequence[LabelledDocument], severity: int) -> int:
    return sum(g.severity == severity for s in side for g in s.signals)


def _types(by_side: Mapping[str, Sequence[LabelledDocument]], taxonomy: Taxonomy) -> Iterator[str]:
    yield "### Documents that show each type"
    yield ""
    found = {
        side: Counter(t for s in samples for t in {g.type for g in s.signals}) for side, samples in by_side.items()
    }
    rows = [[f"`{type_}`", *(str(found[side][type_]) for side in _SIDES)] for type_ in taxonomy.ids]
    yield from table(["type", *_SIDES], rows)


def _tags(by_side: Mapping[str, Sequence[LabelledDocument]]) -> Iterator[str]:
    yield "### What makes documents hard"
    yield ""
    found = {side: Counter(tag for s in samples for tag in set(s.tags)) for side, samples in by_side.items()}
    tags = sorted({tag for counts in found.values() for tag in counts})
    yield from table(["tag", *_SIDES], [[f"`{tag}`", *(str(found[side][tag]) for side in _SIDES)] for tag in tags])


def _passages(passages: Mapping[str, Sequence[Passage]], taxonomy: Taxonomy) -> Iterator[str]:
    yield "### Passages for training"
    yield ""
    rows = [
        [
            f"`{name}`",
            str(len(each)),
            str(sum(bool(p.labels) for p in each)),
            str(sum(p.near is not None for p in each)),
        ]
        for name, each in sorted(passages.items())
    ]
    yield from table(["file", "passages", "with a label", "only resembling a type"], rows)
    labels = Counter(label.type for each in passages.values() for p in each for label in p.labels)
    near = Counter(p.near for each in passages.values() for p in each if p.near)
    rows = [[f"`{type_}`", str(labels[type_]), str(near[type_])] for type_ in taxonomy.ids]
    yield from table(["type", "labels", "passages that only resemble it"], rows)
