"""People, addresses and numbers replaced before text leaves the machine, and put back exactly in what returns.

Within a document every form of words has one stand-in and every stand-in one form of words, so putting back is a
substitution. Names are those of speakers and participants: somebody only mentioned in the text keeps the name.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import count
from pathlib import Path

import yaml
from pydantic import TypeAdapter

from extractor.document import SEPARATOR, Document, Exclusion, Message, Span
from extractor.signal import Claim

_EMAIL = re.compile(r"[\w.+\-]+@[\w\-]+(?:\.[\w\-]+)+")
_IBAN = re.compile(r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){2,7}(?: ?[A-Z0-9]{1,3})?\b")
_CARD = re.compile(r"(?<![\d-])\d(?:[ -]?\d){12,18}(?![\d-])")
_PHONE = re.compile(
    r"(?<![\w.+-])(?:\+\d{1,3}[\d ()./-]{6,16}\d|0\d[\d ()/-]{6,14}\d|\(\d{2,5}\) ?[\d -]{5,12}\d|\d{3}[-. ]\d{3}[-. ]\d{4})(?![\w-])"
)
_ACCOUNT = re.compile(
    r"(?:account|acct|konto|customer|kunden|contract|policy|sort code)[ -]*(?:number|no\.?|nr\.?|id|nummer)?[ :#]{1,3}"
    r"(?P<number>(?=(?:[A-Z-]*\d){5})[A-Z0-9][A-Z0-9-]{4,})\b",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{1,4}[-./ ]\d{1,2}[-./ ]\d{1,4}\Z")
NAME_WORD = re.compile(r"[^\W\d_][^\W\d_'’]+(?:-[^\W\d_]+)*")
WORDS_FILE = Path(__file__).with_name("pseudonyms.yaml")


@dataclass(frozen=True, slots=True)
class Disguise:
    """The document as it leaves, and the stand-ins in it with the words they stand for."""

    document: Document
    originals: tuple[tuple[str, str], ...]

    def restore(self, text: str) -> str:
        """Every stand-in put back, however the model wrote its capitals."""
        if not self.originals:
            return text
        known = {label.casefold(): original for label, original in self.originals}
        labels = "|".join(re.escape(label) for label, _ in sorted(self.originals, key=lambda pair: -len(pair[0])))
        standing = re.compile(rf"(?<![^\W_])(?:{labels})(?![^\W_])", re.IGNORECASE)
        return standing.sub(lambda found: known[found.group().casefold()], text)


def disguise(document: Document) -> Disguise:
    """A copy of the document with the same id and message ids, whose text, title and speakers carry stand-ins."""
    cast = _Cast(document)
    pieces: list[str] = []
    messages: list[Message] = []
    excluded: list[Exclusion] = []
    length = 0
    for message in document.messages:
        text, moved = cast.play(document.words(message))
        start = length
        messages.append(
            replace(message, span=Span(start, start + len(text)), speaker=cast.play(message.speaker)[0], address=None)
        )
        for exclusion in document.excluded:
            if message.span.contains(exclusion.span):
                inner = exclusion.span.moved(-message.span.start)
                excluded.append(Exclusion(Span(moved(inner.start), moved(inner.end)).moved(start), exclusion.why))
        pieces.append(text)
        length += len(text) + len(SEPARATOR)
    copy = replace(
        document,
        title=cast.play(document.title)[0],
        text=SEPARATOR.join(pieces),
        messages=tuple(messages),
        excluded=tuple(sorted(excluded, key=lambda e: e.span)),
        participants=(),
    )
    return Disguise(copy, tuple(cast.labels.items()))


def undisguised(claim: Claim, worn: Disguise) -> Claim:
    """The claim with its quote in the original's words."""
    return replace(claim, quote=worn.restore(claim.quote))


class _Cast:
    """Who plays whom in one document; `labels` maps a stand-in to the words it stands for."""

    def __init__(self, document: Document) -> None:
        self.labels: dict[str, str] = {}
        self._by_words: dict[str, str] = {}
        everything = [document.title, document.text, *(m.speaker for m in document.messages)]
        self._taken = " ".join(everything).casefold()
        self._numbers: dict[str, Iterator[int]] = {}
        names = [m.speaker for m in document.messages] + [p.name for p in document.participants]
        self._names = _name_pattern(names)

    def play(self, text: str) -> tuple[str, Callable[[int], int]]:
        """The text with stand-ins, and where an offset of the original stands in it."""
        found = sorted(self._found(text), key=lambda stretch: (stretch[0], -stretch[1]))
        pieces: list[str] = []
        shifts: list[tuple[int, int, int, int]] = []
        at = length = 0
        for start, end, kind in found:
            if start < at:
                continue
            label = self._label(kind, text[start:end])
            pieces += [text[at:start], label]
            length += start - at
            shifts.append((start, end, length, length + len(label)))
            length += len(label)
            at = end
        pieces.append(text[at:])
        return "".join(pieces), lambda offset: _moved(shifts, offset)

    def _found(self, text: str) -> Iterator[tuple[int, int, str]]:
        """In order of preference where two begin and end alike."""
        yield from ((*m.span("number"), "ACCOUNT") for m in _ACCOUNT.finditer(text))
        for kind, pattern, holds in (
            ("address", _EMAIL, _always),
            ("IBAN", _IBAN, _is_iban),
            ("CARD", _CARD, _is_card),
            ("PHONE", _PHONE, _is_phone),
        ):
            yield from ((*m.span(), kind) for m in pattern.finditer(text) if holds(m.group()))
        if self._names is not None:
            yield from ((*word.span(), "Name") for name in self._names.finditer(text) for word in _words_in(name))

    def _label(self, kind: str, words: str) -> str:
        if words not in self._by_words:
            numbers = self._numbers.setdefault(kind, count(1))
            label = next(x for x in (_stand_in(kind, n) for n in numbers) if x.casefold() not in self._taken)
            self._by_words[words] = label
            self.labels[label] = words
        return self._by_words[words]


def _stand_in(kind: str, number: int) -> str:
    if kind == "address":
        return f"address{number}@mail.example"
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return f"{kind}{letters}"


def _name_pattern(names: Iterable[str]) -> re.Pattern[str] | None:
    """Whole names first, then single words of them; a word that is also a common one counts only beside another."""
    known = load_words()
    whole: set[str] = set()
    single: set[str] = set()
    for name in names:
        words = [
            w for w in NAME_WORD.findall(_EMAIL.sub(" ", name)) if w.casefold() not in known.no_name and w[0].isupper()
        ]
        if len(words) > 1:
            whole.add(r"[ ,]+".join(re.escape(w) for w in words))
        single.update(w for w in words if w.casefold() not in known.also_a_word)
    if not whole and not single:
        return None
    forms = {form for word in single for form in (word, word.upper(), word.lower())}
    alternatives = sorted(whole, key=len, reverse=True) + sorted(map(re.escape, forms), key=len, reverse=True)
    return re.compile(rf"(?<![\w@.])(?:{'|'.join(alternatives)})(?!\w|@)")


@dataclass(frozen=True, slots=True)
class NameWords:
    """Words in speakers' names that name nobody, and names that are common words as well."""

    no_name: frozenset[str]
    also_a_word: frozenset[str]


@lru_cache(maxsize=1)
def load_words() -> NameWords:
    return TypeAdapter(NameWords).validate_python(yaml.safe_load(WORDS_FILE.read_text("utf-8")))


def _words_in(name: re.Match[str]) -> Iterator[re.Match[str]]:
    return re.compile(r"[^ ,]+").finditer(name.string, *name.span())


def _moved(shifts: list[tuple[int, int, int, int]], offset: int) -> int:
    """An offset inside a replaced stretch moves to that stretch's start."""
    by = 0
    for start, end, new_start, new_end in shifts:
        if offset < end:
            return new_start if offset > start else offset + by
        by = new_end - end
    return offset + by


def _always(_: str) -> bool:
    return True


def _is_phone(words: str) -> bool:
    return 8 <= sum(c.isdigit() for c in words) <= 15 and not _DATE.match(words)


def _is_card(words: str) -> bool:
    """Luhn's check digit (ISO/IEC 7812-1)."""
    digits = [int(c) for c in reversed(words) if c.isdigit()]
    doubled = [d if i % 2 == 0 else (2 * d - 9 if d > 4 else 2 * d) for i, d in enumerate(digits)]
    return sum(doubled) % 10 == 0


def _is_iban(words: str) -> bool:
    """The check digits of ISO 13616: the rearranged number leaves 1 when divided by 97."""
    bare = words.replace(" ", "")
    return int("".join(str(int(c, 36)) for c in bare[4:] + bare[:4])) % 97 == 1
