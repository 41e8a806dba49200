"""What gives somebody away in a text: addresses, names in any order, words of the names, lines they wrote."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from extractor.document import Span
from extractor.llm.pseudonyms import NAME_WORD, load_words

STAND_IN = "[erased]"
SHORTEST = 20
"""Code points of a line that is somebody's own: shorter ones ("Thanks a lot!") are anybody's."""

_GAP = r"[\s,.;_+\-]{1,3}"


class Traces:
    """`whole` are texts that give somebody away wherever they stand; `words` only where nobody else is meant."""

    def __init__(self, whole: Collection[str], words: Collection[str] = (), lines: Iterable[str] = ()) -> None:
        alternatives = [f"(?<!\\w){_one_of(map(_loosely, whole))}(?!\\w)"] if whole else []
        if words:
            alternatives.append(f"(?<![\\w@.]){_one_of(map(re.escape, words))}(?![\\w@]|\\.\\w+@)")
        self._pattern = re.compile("|".join(alternatives), re.IGNORECASE) if alternatives else None
        self._lines = sorted({line for line in lines if len(line) >= SHORTEST})

    def stretches(self, text: str) -> Iterator[Span]:
        """In order, none touching another."""
        found = sorted(self._found(text))
        while found:
            first = found.pop(0)
            while found and found[0].start <= first.end:
                first = Span(first.start, max(first.end, found.pop(0).end))
            yield first

    def are_in(self, text: str) -> bool:
        return next(self._found(text), None) is not None

    def out_of(self, text: str) -> str:
        pieces: list[str] = []
        at = 0
        for span in self.stretches(text):
            pieces += [text[at : span.start], STAND_IN]
            at = span.end
        return "".join([*pieces, text[at:]])

    def _found(self, text: str) -> Iterator[Span]:
        if self._pattern is not None:
            yield from (Span(*found.span()) for found in self._pattern.finditer(text))
        for line in self._lines:
            at = text.find(line)
            while at >= 0:
                yield Span(at, at + len(line))
                at = text.find(line, at + len(line))

    def out_of_all(self, value: Any) -> Any:
        """Every text inside a structure, keys and all."""
        if isinstance(value, str):
            return self.out_of(value)
        if isinstance(value, Mapping):
            return {self.out_of(str(name)): self.out_of_all(inner) for name, inner in value.items()}
        if isinstance(value, list | tuple):
            return [self.out_of_all(inner) for inner in value]
        return value


def spellings(names: Iterable[str]) -> set[str]:
    """Names of two words and more, as they are written and with the family name first."""
    found: set[str] = set()
    for name in names:
        parts = _parts(name)
        if len(parts) > 1:
            found |= {" ".join(parts), " ".join([parts[-1], *parts[:-1]])}
    return found


def name_words(names: Iterable[str], of_others: Iterable[str] = ()) -> set[str]:
    """Single words of the names that are no common word and no part of the others' (an account called after a founder)."""
    others = {word.casefold() for name in of_others for word in NAME_WORD.findall(name)}
    common = load_words().also_a_word
    return {w for name in names for w in _parts(name) if w.casefold() not in common | others and len(w) > 2}


def _parts(name: str) -> list[str]:
    """Given names first."""
    family, comma, given = name.partition(",")
    ordered = f"{given} {family}" if comma else name
    return [w for w in NAME_WORD.findall(ordered) if w.casefold() not in load_words().no_name]


def _loosely(text: str) -> str:
    """An address to the letter, a name with whatever stands between its words."""
    return re.escape(text) if "@" in text else _GAP.join(re.escape(word) for word in text.split())


def _one_of(patterns: Iterable[str]) -> str:
    """The longest first, as a name may begin another."""
    return f"(?:{'|'.join(sorted(patterns, key=len, reverse=True))})"
