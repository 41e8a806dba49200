"""The stretches of a mail's text that its sender did not newly write, by kind."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

from extractor.document import Exclusion, Span
from extractor.readers.limits import BODY_LINES
from extractor.readers.mail.history import AUTHORED, kinds_of_lines
from extractor.readers.mail.lines import Line, split_lines
from extractor.readers.mail.patterns import load_patterns
from extractor.readers.mail.signature import mark_endings
from extractor.readers.marks import settle
from extractor.readers.outcome import Obstacle, UnreadableError


def not_newly_written(
    text: str, *, names: Iterable[str] = (), subject: str = "", marked: Iterable[Exclusion] = ()
) -> tuple[Exclusion, ...]:
    """Disjoint exclusions of `text`, in its code points.

    Raises UnreadableError where the text has more lines than a mail can have. `names` are the sender's names and address, `marked` what the HTML itself says about the same text.
    """
    if text.count("\n") > BODY_LINES:
        raise UnreadableError(f"text of more than {BODY_LINES} lines; shorten or split it", Obstacle.TOO_LARGE)
    lines = split_lines(text)
    kinds = kinds_of_lines(lines, forwarded=is_forward(subject))
    marked = settle(text, marked)
    _apply_markup(lines, kinds, marked)
    mark_endings(lines, kinds, names)
    return settle(text, (*marked, *_spans(lines, kinds)))


def is_forward(subject: str) -> bool:
    return bool(load_patterns().forward_subject.match(subject))


def _apply_markup(lines: Sequence[Line], kinds: list[str], marked: Sequence[Exclusion]) -> None:
    """Lines that the markup already excludes do not take part in the search for the signature."""
    starts = [line.start for line in lines]
    for exclusion in marked:
        first = bisect_left(starts, exclusion.span.start)
        for i in range(first, len(lines)):
            if lines[i].end > exclusion.span.end:
                break
            if kinds[i] == AUTHORED and not lines[i].blank:
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
