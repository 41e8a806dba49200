"""One epoch of what the network is shown: windows over passages, joined in rows, and over whole documents."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from extractor.document import Role, Source
from extractor.local.training.targets import Piece, Target
from extractor.local.windows import Frame, Sentence, Window, assemble, windows

_ALONE = 0.4
"""Share of passages shown alone; the others stand in a row, so that the right sentence has to be found."""
_LONGEST_ROW = 6
_ROW_TOKENS = 160
_SAME_MESSAGE = 0.5
_ANONYMOUS = 0.05
"""Share of passages whose speaker is made unknown: readers do not always learn the role."""
_CUTS = ((256, 48, 20), (192, 48, 20), (160, 64, 0), (100, 24, 20))
"""Window size, context before and after, that documents are cut with, so that no one cut is learnt by heart."""


@dataclass(frozen=True, slots=True)
class Lesson:
    """A window with the targets of its target sentences, in order."""

    window: Window
    targets: tuple[Target, ...]


def epoch(
    passages: Sequence[Piece], documents: Sequence[Piece], frame: Frame, rng: random.Random, repeats: int
) -> list[Lesson]:
    """Every passage once, every document `repeats` times, each time cut and joined anew."""
    by_source: dict[Source, list[Piece]] = {}
    for piece in rng.sample(passages, len(passages)):
        by_source.setdefault(piece.source, []).append(piece)
    lessons = [joined(row, frame, rng) for queue in by_source.values() for row in _rows(queue, rng)]
    for piece in documents:
        for _ in range(repeats):
            lessons += _document_lessons(piece, frame, rng)
    return lessons


def joined(row: Sequence[Piece], frame: Frame, rng: random.Random) -> Lesson:
    """Passages of one source, one after the other, as if one conversation."""
    read: list[Sentence] = []
    targets: list[Target] = []
    message = 0
    for piece in row:
        goes_on = bool(read) and read[-1].role is piece.sentences[0].role and rng.random() < _SAME_MESSAGE
        anonymous = rng.random() < _ANONYMOUS
        previous = piece.sentences[0].message
        message += not goes_on
        for sentence in piece.sentences:
            message += sentence.message != previous
            previous = sentence.message
            read.append(replace(sentence, message=message, role=Role.UNKNOWN if anonymous else sentence.role))
        targets += piece.targets
    judged = frozenset(index for index, sentence in enumerate(read) if sentence.judged)
    window = assemble(row[0].source, read, range(len(read)), judged, frame)
    return Lesson(window, tuple(targets[index] for index in window.sentences))


def _rows(queue: Sequence[Piece], rng: random.Random) -> Iterator[list[Piece]]:
    row: list[Piece] = []
    tokens, longest = 0, 1
    for piece in queue:
        length = sum(len(sentence.tokens) for sentence in piece.sentences)
        if row and (len(row) >= longest or tokens + length > _ROW_TOKENS):
            yield row
            row, tokens = [], 0
        if not row:
            longest = 1 if rng.random() < _ALONE else rng.randint(2, _LONGEST_ROW)
        row.append(piece)
        tokens += length
    if row:
        yield row


def _document_lessons(piece: Piece, frame: Frame, rng: random.Random) -> Iterator[Lesson]:
    size, before, after = rng.choice(_CUTS)
    for window in windows(piece.source, piece.sentences, frame, size=size, before=before, after=after):
        yield Lesson(window, tuple(piece.targets[index] for index in window.sentences))
