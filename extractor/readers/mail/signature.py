"""Which authored lines at a mail's end are its signature, its disclaimer or a machine's footer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from extractor.readers.mail.history import AUTHORED
from extractor.readers.mail.lines import Line
from extractor.readers.mail.patterns import Patterns, load_patterns

SIGNATURE = "signature"
DISCLAIMER = "disclaimer"
AUTOMATIC = "automatic"

_DELIMITER = re.compile(r"^(?:-- ?|—|–|––|-—)$")
_RULE = re.compile(r"^(?:(?:[-_*=~#+—–]\s?){3,}|__)$")
_CONTACT = re.compile(
    r"@[\w-]+\.\w|https?://|www\.\w|\(?\+?\d[\d\s()./-]{6,}\d|\b(?:tel|fax|phone|mobile|mob|cell|skype|telefon|tél)\b[.:]?"
    r"|\s[|•·]\s",
    re.IGNORECASE,
)
_POSTSCRIPT = re.compile(r"^(?:p\.? ?s\b|n\.? ?b\b|pd\b|edit:|update:)", re.IGNORECASE)
_SENTENCE = re.compile(r"[.?!]\W{0,2}$")
_SEPARATOR = re.compile(r"\s*[,|/(\[–—·•:-]")
_WORD = re.compile(r"\w+")
_TAIL = 60
"""Authored lines from the end in which a signature is sought."""
_BLOCK = 16
"""Lines that a signature found by the sender's name may have."""
_SHORT = 70
_LONGEST = 200
"""Lines of a signature after `-- `; what is written below that is taken for text."""
_FEW = 4
_MOST_WORDS = 9
_FUNCTION_WORD = 3
"""Letters up to which a word may be a preposition, which titles write small."""
_PARAGRAPH = 2000
"""Characters of a paragraph in which a disclaimer is sought."""


def mark_endings(lines: Sequence[Line], kinds: list[str], names: Iterable[str]) -> None:
    """Set the kinds of signature, disclaimer and footer lines; `names` are the sender's, in any form."""
    patterns = load_patterns()
    authored = [i for i, line in enumerate(lines) if kinds[i] == AUTHORED and not line.blank]
    for i in (*authored[:30], *authored[-_TAIL:]):
        if patterns.machine.search(lines[i].bare):
            kinds[i] = AUTOMATIC
    _mark_disclaimers(lines, kinds, _still(kinds, authored)[-_TAIL:], patterns)
    _mark_footers(lines, kinds, _still(kinds, authored)[-_TAIL:], patterns)
    _mark_delimited(lines, kinds, _still(kinds, authored), patterns)
    _mark_named(lines, kinds, _still(kinds, authored)[-_TAIL:], sender_names(names), patterns)


def _still(kinds: Sequence[str], authored: Iterable[int]) -> list[int]:
    return [i for i in authored if kinds[i] == AUTHORED]


def _mark_disclaimers(lines: Sequence[Line], kinds: list[str], tail: Sequence[int], patterns: Patterns) -> None:
    """A disclaimer holds to the end of its paragraph, under a heading of its own to the end of what is written."""
    for paragraph in _paragraphs(tail):
        heading = next((i for i in paragraph if patterns.disclaimer_heading.match(lines[i].bare)), None)
        if heading is not None:
            for j in _to_next_quote(kinds, tail, tail.index(heading)):
                kinds[j] = DISCLAIMER
            return
        whole = " ".join(lines[i].bare for i in paragraph)[:_PARAGRAPH]
        if patterns.may_be_disclaimer(whole) and patterns.disclaimer.search(whole):
            _mark_sentences(lines, kinds, paragraph, patterns)


def _mark_sentences(lines: Sequence[Line], kinds: list[str], paragraph: Sequence[int], patterns: Patterns) -> None:
    """From the line in which a disclaimer begins: to the end where the text is wrapped, else the line itself."""
    for position, i in enumerate(paragraph):
        joined = " ".join(lines[j].bare for j in paragraph[position : position + 6])[:_PARAGRAPH]
        here = len(lines[i].bare)
        match = patterns.disclaimer.search(joined)
        if match is None or match.start() > here:
            continue
        if len(paragraph) - position > 1 and here > _SHORT - 10:
            for j in paragraph[position:]:
                kinds[j] = DISCLAIMER
            return
        kinds[i] = DISCLAIMER


def _mark_footers(lines: Sequence[Line], kinds: list[str], tail: Sequence[int], patterns: Patterns) -> None:
    for i in tail:
        if len(lines[i].bare) <= 160 and patterns.footer.match(lines[i].bare):
            kinds[i] = SIGNATURE


def _mark_delimited(lines: Sequence[Line], kinds: list[str], authored: Sequence[int], patterns: Patterns) -> None:
    """From `-- ` on, all that is authored up to the next quote; from a drawn rule on, where contact data follows."""
    position = 0
    while position < len(authored):
        bare = lines[authored[position]].bare
        drawn = bool(_RULE.match(bare))
        if not drawn and not _DELIMITER.match(bare):
            position += 1
            continue
        rest = _to_next_quote(kinds, authored, position)
        if _is_delimiter(lines, rest) or (
            _RULE.match(bare) and _is_ending(lines, rest[1:], patterns, underscore="_" in bare)
        ):
            for j in rest:
                kinds[j] = SIGNATURE
            position += len(rest)
        else:
            position += 1


def _is_delimiter(lines: Sequence[Line], rest: Sequence[int]) -> bool:
    """`-- ` by the book, whatever follows; without its space only where what follows is as short as signatures are."""
    raw = lines[rest[0]].raw
    return raw == "-- " or (bool(_DELIMITER.match(raw.rstrip())) and len(rest) <= _BLOCK + 4)


def _to_next_quote(kinds: Sequence[str], authored: Sequence[int], position: int) -> list[int]:
    """Authored lines from there to the next quote; no more than a signature by the book can have."""
    rest = [authored[position]]
    for i in authored[position + 1 : position + _LONGEST]:
        if any(kinds[j] in ("quoted_history", "forwarded") for j in range(rest[-1] + 1, i)):
            break
        rest.append(i)
    return rest


def _is_ending(lines: Sequence[Line], rest: Sequence[int], patterns: Patterns, *, underscore: bool) -> bool:
    """Whether what follows a drawn rule is a signature: nothing, more rules, or a short block with contact data."""
    spoken = [lines[i].bare for i in rest if not _RULE.match(lines[i].bare)]
    if not spoken:
        return True
    if len(spoken) > _BLOCK or any(len(bare) > 2 * _SHORT for bare in spoken):
        return False
    contacts = sum(1 for bare in spoken if _CONTACT.search(bare) or patterns.footer.match(bare))
    return contacts > 0 or (underscore and len(spoken) <= _FEW)


def sender_names(names: Iterable[str]) -> tuple[str, ...]:
    """Full names and their first words, case-folded, longest first; an address gives the words of its local part."""
    found: set[str] = set()
    for name in names:
        local = name.partition("@")[0] if "@" in name else name
        words = [w.casefold() for w in _WORD.findall(local.replace("_", " ")) if not w.isdigit()]
        if not words or len(words) > 5:
            continue
        found.add(" ".join(words))
        if len(words[0]) > 1 or len(words) == 1:
            found.add(words[0])
        if "@" not in name and len(words) == 2 and "," in name:
            found.update((f"{words[1]} {words[0]}", words[1]))
    return tuple(sorted(found, key=lambda n: (-len(n), n)))


def _mark_named(
    lines: Sequence[Line], kinds: list[str], tail: Sequence[int], names: Sequence[str], patterns: Patterns
) -> None:
    """The closing block that begins with the sender's own name, with the sign-off line above it."""
    if not names or not tail:
        return
    first = _name_line(lines, tail, names, patterns)
    if first is None:
        return
    block = [first]
    for position in range(tail.index(first) + 1, len(tail)):
        i = tail[position]
        if _POSTSCRIPT.match(lines[i].bare) or not _could_sign(lines[i].bare):
            break
        block.append(i)
    above = tail.index(first) - 1
    if above >= 0 and patterns.sign_off.match(lines[tail[above]].bare.rstrip(",.!;: ")):
        block.insert(0, tail[above])
    if block[0] == tail[0] and len(tail) > len(block):
        return
    for i in block:
        kinds[i] = SIGNATURE


def _name_line(lines: Sequence[Line], tail: Sequence[int], names: Sequence[str], patterns: Patterns) -> int | None:
    """The topmost line in the closing block that is, or begins with, the sender's name; None where prose follows it."""
    found: int | None = None
    for taken, i in enumerate(reversed(tail)):
        bare = lines[i].bare
        if taken >= _BLOCK:
            break
        if _bears_name(bare, names):
            found = i
        elif not _could_sign(bare) and not _POSTSCRIPT.match(bare):
            if found is None and taken < 6:
                continue
            break
        elif patterns.sign_off.match(bare.rstrip(",.!;: ")):
            break
    return found


def _bears_name(bare: str, names: Sequence[str]) -> bool:
    if len(bare) > 2 * _SHORT:
        return False
    words = [w.casefold() for w in _WORD.findall(bare)]
    said = " ".join(words)
    for name in names:
        many = " " in name
        if said == name or (many and said.startswith(f"{name} ") and _is_no_prose(bare, len(name), len(words))):
            return True
        if many and f" {name}" in f" {said}" and len(words) <= len(name.split()) + 3:
            return True
        if words[:1] == [name] and _all_capital(bare):
            return True
        given, family = name.split()[0], name.split()[-1]
        titled = _all_capital(bare) or len(words) <= _FEW
        if many and words[:1] == [given] and family in words[1:4] and titled:
            return True
        if many and _is_initialled(bare, given, family):
            return True
    return False


def _is_initialled(bare: str, given: str, family: str) -> bool:
    """Whether a line is the name with its first part cut to a letter, "J. Holt", alone or before a title."""
    found = re.match(rf"{re.escape(given[0])}\b\.?\s?(?:\w\.?\s)?{re.escape(family)}\b", bare, re.IGNORECASE)
    return found is not None and (found.end() == len(bare) or _SEPARATOR.match(bare, found.end()) is not None)


def _is_no_prose(bare: str, name_length: int, words: int) -> bool:
    """Whether a line that begins with a name goes on with a title, not with a verb ("Jana Holt will leave us")."""
    after = bare[name_length:]
    return bool(_SEPARATOR.match(after)) or _all_capital(bare) or (words <= 4 and not _SENTENCE.search(bare))


def _all_capital(bare: str) -> bool:
    """Whether a short line is written like a name with titles: every word begins with a capital."""
    words = _WORD.findall(bare)
    return 1 < len(words) <= 7 and all(w[0].isupper() or w[0].isdigit() for w in words) and bare[-1] not in "!?:"


def _could_sign(bare: str) -> bool:
    """Whether a line reads like contact data, a title or a company's name rather than like prose."""
    if _CONTACT.search(bare):
        return len(bare) <= 2 * _SHORT
    words = _WORD.findall(bare)
    if (
        len(bare) > _SHORT
        or len(words) > _MOST_WORDS
        or bare.endswith("?")
        or (len(words) > _FEW and _SENTENCE.search(bare))
    ):
        return False
    telling = [w for w in words if len(w) > _FUNCTION_WORD and w[0].lower() != w[0].upper()]
    capital = sum(1 for w in telling if w[0].isupper())
    return capital * 2 > len(telling) or not telling


def _paragraphs(tail: Sequence[int]) -> Iterable[list[int]]:
    paragraph: list[int] = []
    for i in tail:
        if paragraph and i != paragraph[-1] + 1:
            yield paragraph
            paragraph = []
        paragraph.append(i)
    if paragraph:
        yield paragraph
