"""Which lines of a mail are somebody else's earlier words: quotes, the mail replied to, a forwarded mail.

Works on lines. A mark ("On … wrote:") followed by quoted lines excludes itself and the quotes, so that answers
written between or below quotes stay; a mark followed by unquoted text means that all of the rest is the earlier mail.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.readers.mail.lines import Line
from extractor.readers.mail.patterns import Patterns, load_patterns

AUTHORED = ""
"""The kind of a line that nobody wrote earlier."""
HISTORY = "quoted_history"
FORWARDED = "forwarded"

_ADDRESS = re.compile(r"[\w.+'-]+@[\w.-]+\w")
_MOMENT = re.compile(
    r"\b(?:19|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{1,2}[:.h]\d\d\b|\b\d{1,2}\s?[ap]\.?m\b"
    r"|\d{4}\s?[年년]|\d{1,2}\s?[月월]\s?\d{1,2}\s?[日일]",
    re.IGNORECASE,
)
_BARE_DATE_FIRST = re.compile(
    r"^\d{4}-\d\d-\d\d,? \d{1,2}:\d\d(?::\d\d)?(?: (?:GMT|UTC|[A-Z]{3,4}))? ?[+-]?[\d:]{0,6} \S.{1,200}$"
    r"|^\d{4}[/-]\d{1,2}[/-]\d{1,2} [^<>]{1,80}<[^<>\s]{1,120}@[^<>\s]{1,120}>:?$"
)
_WEEKDAY_DATE = re.compile(r"^[^\W\d]{2,12}\.?,? \d{1,2}\.? [^\W\d]{3,12}\.? (?:19|20)\d\d\b")
_BETWEEN_DASHES = re.compile(r"^-{3,}.{3,200}-{2,}$")
_RULE = re.compile(r"^[-_*=~ ]{5,}$")
_HEADER = re.compile(r"^[*|_\s]{0,6}([^:：*<>@]{1,24}?)[*\s]{0,3}[:：]")
_INITIALS = re.compile(r"^\s?[A-Z][\w.-]{0,9}>")
_CLOSES_SENTENCE = (".", "!", "?", "。")
_LOOK_BACK = 4
_HEADER_LINES = 14
_WRAPPED = 72
"""Columns at which clients wrap: a quoted line that could not have taken one more word was cut here."""


def kinds_of_lines(lines: Sequence[Line], *, forwarded: bool = False) -> list[str]:
    """For each line AUTHORED, HISTORY or FORWARDED. `forwarded` says that the subject calls the mail a forward."""
    kinds = [HISTORY if line.quoted else AUTHORED for line in lines]
    _mark_prefixed(lines, kinds)
    _mark_wrapped(lines, kinds)
    patterns = load_patterns()
    spoken = _Spoken(lines, kinds)
    number = 0
    while number < len(lines):
        number = _read_mark(spoken, number, patterns, forwarded=forwarded)
    return kinds


@dataclass(slots=True)
class _Spoken:
    """The lines and their kinds so far; knows whether anything authored stands above a line, in constant time."""

    lines: Sequence[Line]
    kinds: list[str]
    silent: int = 0

    def before(self, number: int) -> bool:
        while self.silent < number and (self.kinds[self.silent] != AUTHORED or self.lines[self.silent].blank):
            self.silent += 1
        return self.silent < number


def _read_mark(spoken: _Spoken, number: int, patterns: Patterns, *, forwarded: bool) -> int:
    """Mark what begins at this line; the number of the next line to look at."""
    lines, kinds = spoken.lines, spoken.kinds
    line = lines[number]
    if line.blank or kinds[number] == FORWARDED:
        return number + 1
    if is_forward_mark(line.bare, patterns):
        return _rest_is(lines, kinds, number, FORWARDED)
    if line.quoted:
        return number + 1
    rest = FORWARDED if forwarded else HISTORY
    if patterns.original.match(line.bare):
        return _rest_is(lines, kinds, number, rest)
    block = header_block(lines, number, patterns)
    if block > number:
        return _rest_is(lines, kinds, _with_rule(lines, number), rest)
    first = _attribution(lines, kinds, number, patterns)
    if first is None:
        return number + 1
    return _after_attribution(spoken, first, number)


def is_forward_mark(bare: str, patterns: Patterns) -> bool:
    return (
        len(bare) < 160 and (bare[0] in "-_*=~#‐‑‒–—―&" or bare[-1] in ":：") and bool(patterns.forwarded.match(bare))
    )


def _rest_is(lines: Sequence[Line], kinds: list[str], first: int, kind: str) -> int:
    """All from here on is of that kind; a mark inside a quote reaches as far as the quote does."""
    last = len(lines)
    if lines[first].quoted:
        last = next((i for i in range(first, len(lines)) if not lines[i].quoted and not lines[i].blank), len(lines))
    kinds[first:last] = [kind] * (last - first)
    return last


def _with_rule(lines: Sequence[Line], number: int) -> int:
    """The separator line above a header block belongs to it."""
    above = number - 1
    while above >= 0 and lines[above].blank:
        above -= 1
    return above if above >= 0 and _RULE.match(lines[above].bare) else number


def header_block(lines: Sequence[Line], number: int, patterns: Patterns) -> int:
    """Where a block of header lines (From, Sent, To, Subject) that begins here ends; `number` where none does."""
    if header_kind(lines[number].bare, patterns) in (None, "other"):
        return number
    kinds: set[str] = set()
    count = wrapped = 0
    end = number
    for index in range(number, min(len(lines), number + _HEADER_LINES)):
        line = lines[index]
        if line.quoted != lines[number].quoted:
            break
        kind = header_kind(line.bare, patterns)
        if kind is not None:
            kinds.add(kind)
            count += 1
            wrapped = 0
            end = index + 1
            continue
        wrapped += 1
        if wrapped > 2 or (line.blank and len(kinds) >= 4):
            break
    complete = "from" in kinds and len(kinds & {"date", "to", "subject"}) >= 2
    complete = complete or (kinds >= {"from", "date"} and _names_sender_and_moment(lines[number:end]))
    return end if complete or (kinds >= {"date", "subject", "to"} and count >= 3) else number


def _names_sender_and_moment(lines: Sequence[Line]) -> bool:
    """Two lines are a header block only where they hold an address and a moment."""
    return any(_ADDRESS.search(line.bare) for line in lines) and any(_MOMENT.search(line.bare) for line in lines)


def header_kind(bare: str, patterns: Patterns) -> str | None:
    if ":" not in bare[:32] and "：" not in bare[:32]:
        return None
    match = _HEADER.match(bare)
    return patterns.header_names.get(match[1].strip().casefold()) if match else None


def _attribution(lines: Sequence[Line], kinds: list[str], last: int, patterns: Patterns) -> int | None:
    """The first line of the attribution that ends with line `last`, or None."""
    bare = lines[last].bare
    if _BARE_DATE_FIRST.match(bare) and len(bare) < 160 and not bare.endswith(_CLOSES_SENTENCE):
        return last
    if bare[-1] not in ":：" and not patterns.ends_with_verb(bare):
        return last if _BETWEEN_DASHES.match(bare) and patterns.ends_with_verb(bare.strip("- ")) else None
    quotes_follow = _quotes_follow(lines, last)
    fits: int | None = None
    begins: int | None = None
    joined = ""
    for first in range(last, max(-1, last - _LOOK_BACK), -1):
        if lines[first].blank or kinds[first] != AUTHORED:
            break
        joined = f"{lines[first].bare} {joined}".strip()
        if len(joined) > 500:
            break
        if not _reads_as_attribution(joined, patterns, quotes_follow=quotes_follow):
            continue
        if _opens(lines[first].bare, patterns, whole=first == last):
            begins = first
        fits = first if fits is None else fits
    return fits if begins is None else begins


def _opens(bare: str, patterns: Patterns, *, whole: bool) -> bool:
    """Whether an attribution can begin with this line: with "On" or a date, not with the end of a sentence."""
    if not (patterns.starts.match(bare) or _MOMENT.match(bare) or _WEEKDAY_DATE.match(bare)):
        return False
    return whole or (bool(_MOMENT.search(bare) or len(bare) < 40) and not bare.endswith(_CLOSES_SENTENCE))


def _reads_as_attribution(joined: str, patterns: Patterns, *, quotes_follow: bool) -> bool:
    address = bool(_ADDRESS.search(joined))
    moment = bool(_MOMENT.search(joined))
    at_end = bool(patterns.verb_at_end.search(joined))
    colon = joined.rstrip("*_ ")[-1:] in (":", "：")
    if at_end and colon:
        return address or moment or quotes_follow
    if at_end:
        return address and moment
    if not colon:
        return False
    if patterns.verb_then_date.search(joined):
        dated = len(_MOMENT.findall(joined)) > 1
        return moment and (address or quotes_follow or dated or bool(patterns.starts.match(joined)))
    return (moment and address) or (quotes_follow and (moment or address) and bool(patterns.starts.match(joined)))


def _quotes_follow(lines: Sequence[Line], number: int) -> bool:
    following = next((i for i in range(number + 1, len(lines)) if lines[i].quoted or not lines[i].blank), None)
    return following is not None and (lines[following].quoted or bool(_INITIALS.match(lines[following].raw)))


def _after_attribution(spoken: _Spoken, first: int, last: int) -> int:
    lines, kinds = spoken.lines, spoken.kinds
    kinds[first : last + 1] = [HISTORY] * (last + 1 - first)
    follows = next((i for i in range(last + 1, len(lines)) if lines[i].quoted or not lines[i].blank), None)
    if follows is None or lines[follows].quoted or not spoken.before(first):
        return last + 1
    return _rest_is(lines, kinds, last + 1, HISTORY)


def _mark_prefixed(lines: Sequence[Line], kinds: list[str]) -> None:
    """Quotes that carry the author's initials ("JH> …"), two lines of the same prefix at least."""
    number = 0
    while number < len(lines):
        match = _INITIALS.match(lines[number].raw) if "A" <= lines[number].raw[:2].strip()[:1] <= "Z" else None
        end = number + 1
        if match:
            prefix = match[0].strip()
            while end < len(lines) and lines[end].raw.lstrip().startswith(prefix):
                end += 1
            if end - number > 1:
                kinds[number:end] = [HISTORY] * (end - number)
        number = end


def _mark_wrapped(lines: Sequence[Line], kinds: list[str]) -> None:
    """A short unquoted line right between two quoted ones is the wrapped end of the first."""
    for number in range(1, len(lines) - 1):
        line, above, below = lines[number], lines[number - 1], lines[number + 1]
        if line.quoted or line.blank or not above.quoted or not below.quoted:
            continue
        first_word = line.bare.partition(" ")[0]
        full = len(above.raw) + 1 + len(first_word) > _WRAPPED
        if full and len(line.raw) < _WRAPPED - 10 and not above.bare.endswith(_CLOSES_SENTENCE):
            kinds[number] = HISTORY
