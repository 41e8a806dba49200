"""The stretches of a mail's text that its sender did not newly write, by kind."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from extractor.document import Exclusion, Span
from extractor.readers.mail.history import AUTHORED, kinds_of_lines
from extractor.readers.mail.lines import Line, split_lines
from extractor.readers.mail.patterns import load_patterns
from extractor.readers.mail.signature import mark_endings
from extractor.readers.marks import settle


def not_newly_written(
    text: str, *, names: Iterable[str] = (), subject: str = "", marked: Iterable[Exclusion] = ()
) -> tuple[Exclusion, ...]:
    """Disjoint exclusions of `text`, in its code points.

    `names` are the sender's names and address, `marked` what the HTML itself says about the same text.
    """
    lines = split_lines(text)
    kinds = kinds_of_lines(lines, forwarded=is_forward(subject))
    marked = tuple(marked)
    _apply_markup(lines, kinds, marked)
    mark_endings(lines, kinds, names)
    return settle(text, (*marked, *_spans(lines, kinds)))


def is_forward(subject: str) -> bool:
    return bool(load_patterns().forward_subject.match(subject))


def _apply_markup(lines: Sequence[Line], kinds: list[str], marked: Sequence[Exclusion]) -> None:
    """Lines that the markup already excludes do not take part in the search for the signature."""
    for exclusion in marked:
        for i, line in enumerate(lines):
            inside = exclusion.span.start <= line.start and line.end <= exclusion.span.end
            if inside and kinds[i] == AUTHORED and not line.blank:
                kinds[i] = exclusion.why


def _spans(lines: Sequence[Line], kinds: Sequence[str]) -> Iterable[Exclusion]:
    number = 0
    while number < len(lines):
        end = number + 1
        while end < len(lines) and kinds[end] == kinds[number]:
            end += 1
        if kinds[number] != AUTHORED:
            yield Exclusion(Span(lines[number].start, lines[end - 1].end), kinds[number])
        number = end
