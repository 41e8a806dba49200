"""Where do the sentences of a message begin and end?

Rules, not a model: spans must be exact, stable and cheap. Written for what really arrives: hard-wrapped mails, bullet
lists, abbreviations, recognised speech without punctuation, scripts without spaces. Long runs are cut at a joint near
their middle, so that no sentence is longer than a reader would quote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractor.document import Span

LONG = 34
"""Words beyond which a sentence is cut where a joint offers itself."""
TOO_LONG = 48
"""Words beyond which it is cut anyway."""
_WRAPPED = 48
"""A line of at least this many characters that does not end a sentence goes on in the next line."""
_HORIZON = 24
"""Characters before a full stop that can tell an abbreviation."""

_ABBREVIATIONS = frozenset(
    re.findall(
        r"\S+",
        "mr mrs ms mx dr prof st sr jr rev hon gen col lt sgt capt e.g i.e eg ie etc approx ca cf vs viz al inc ltd co corp"
        " plc llc gmbh bros dept est fig figs no nos nr art sec vol pp p ed tel ext incl excl max min avg hr hrs mon tue"
        " tues wed thu thur thurs fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec a.m p.m u.s u.k z.b d.h"
        " bzw ggf usw inkl sra dra mme mlle",
    )
)
_ENDS_TOO = frozenset(re.findall(r"\S+", "etc a.m p.m co inc ltd max min no sun sat mar jan p art al ed ext hr hrs"))
"""Abbreviations and short words that end a sentence when a capital follows."""

_TERMINAL = re.compile(r"[.!?…]+[\"'”’»)\]]*(?=\s|$)|[。！？｡]+[」』”’）]*")
_WIDE = "。！？｡"
_LINE_ENDS = re.compile(r"[.!?:;…。！？][\"'”’)]*\s*$")
_BULLET = re.compile(r"\s*(?:[-*•‣–—·]|\d{1,2}[.)]|[a-z][.)]|\(\d{1,2}\))\s+")
_LINE = re.compile(r"[^\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]+")
_BREAK = re.compile(r"\r\n|[\r\n\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_WORD = re.compile(r"\S+")
_LAST_WORD = re.compile(r"[\w.]*$")
_NUMBERING = re.compile(r"(?:^|[\r\n])\s*\d{1,2}$")
_WITHOUT_SPACES = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_JOINT = re.compile(
    r"(?:[,;:]|\s[-–—]+)\s+|[、，；]"
    r"|\s+(?=(?:and then|and|but|so|because|cause|cuz|which means|although|though|whereas|while|since|until|or|then"
    r"|i mean|you know|anyway)\s)",
    re.IGNORECASE,
)


def sentences(text: str) -> list[Span]:
    """Spans in reading order that tile the text: each character but white space lies in exactly one."""
    found: list[Span] = []
    for line in _blocks(text):
        for whole in _split_at_terminals(text, line):
            found.extend(_cut(text, whole))
    return found


def _blocks(text: str) -> Iterator[Span]:
    """Lines, joined where a mail program wrapped them."""
    open_block: Span | None = None
    last = ""
    for match in _LINE.finditer(text):
        line = match.group()
        if not line.strip():
            continue
        if (
            open_block is not None
            and _continues(last, line)
            and not _blank_between(text, open_block.end, match.start())
        ):
            open_block = Span(open_block.start, match.end())
        else:
            if open_block is not None:
                yield open_block
            open_block = Span(match.start(), match.end())
        last = line
    if open_block is not None:
        yield open_block


def _continues(line: str, following: str) -> bool:
    is_item = _BULLET.match(following) or following.lstrip().startswith(">")
    return len(line) >= _WRAPPED and not _LINE_ENDS.search(line) and not is_item


def _blank_between(text: str, start: int, end: int) -> bool:
    return len(_BREAK.findall(text, start, end)) > 1


def _split_at_terminals(text: str, block: Span) -> Iterator[Span]:
    start = block.start
    for match in _TERMINAL.finditer(text, block.start, block.end):
        if match.end() > start and _ends_sentence(text, match, block.end):
            yield from _trimmed(text, start, match.end())
            start = match.end()
    yield from _trimmed(text, start, block.end)


def _ends_sentence(text: str, match: re.Match[str], end: int) -> bool:
    following = text[match.end() : match.end() + _HORIZON].lstrip()[:1]
    mark = match.group()
    if mark[0] in _WIDE:
        return True
    if match.end() >= end or (following.islower() and mark[0] in ".…"):
        return match.end() >= end
    if not mark.startswith(".") or mark.startswith(".."):
        return True
    before = text[max(0, match.start() - _HORIZON) : match.start()]
    word = _LAST_WORD.search(before).group()  # type: ignore[union-attr]  # matches the empty word at least
    if len(word) == 1 and word.isupper() and word != "I":
        return False
    name = word.lower().rstrip(".")
    if name in _ABBREVIATIONS:
        return name in _ENDS_TOO and following.isupper()
    return not _NUMBERING.search(before)


def _cut(text: str, span: Span) -> Iterator[Span]:
    """Halve a run that is too long, again and again."""
    length = _words(span.of(text))
    if length <= LONG:
        yield span
        return
    middle = (span.start + span.end) / 2
    reach = (span.end - span.start) * 0.3
    joints = [m.end() for m in _JOINT.finditer(text, span.start, span.end) if abs(m.end() - middle) <= reach]
    if not joints:
        if length <= TOO_LONG:
            yield span
            return
        joints = [m.start() for m in _WORD.finditer(text, span.start, span.end)][1:] or [int(middle)]
    joint = min(joints, key=lambda place: abs(place - middle))
    for start, end in ((span.start, joint), (joint, span.end)):
        for half in _trimmed(text, start, end):
            yield from _cut(text, half)


def _words(text: str) -> float:
    """Number of words; a character of a script without spaces counts as half a word."""
    return len(_WORD.findall(text)) + len(_WITHOUT_SPACES.findall(text)) / 2


def _trimmed(text: str, start: int, end: int) -> Iterator[Span]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        yield Span(start, end)
