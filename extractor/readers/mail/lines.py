"""A text as lines that remember where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

_QUOTE = re.compile(r"^(?:[ \t]{0,3}[>＞])+[ \t]?")
_SPACES = re.compile(r"\s+")
_UNSEEN = re.compile("[\u200b-\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff]")
"""Marks of writing direction and of no width, which clients set around names and addresses."""
READ = 1000
"""Characters of a line that are compared with patterns; longer lines are prose."""


@dataclass(frozen=True, slots=True)
class Line:
    """`raw` is `text[start:end]` without the line break; `bare` is it without quote marks, with single spaces."""

    start: int
    end: int
    raw: str
    bare: str
    quoted: bool

    @property
    def blank(self) -> bool:
        return not self.bare


def _closes_address(lines: list[Line], raw: str) -> bool:
    """Whether a line begins with the `>` of an address that a client broke over two lines."""
    above = lines[-1].raw if lines and not lines[-1].quoted else ""
    return raw.startswith(">") and above.rfind("<") > above.rfind(">")


def _shown(text: str) -> str:
    seen = text if text.isascii() else _UNSEEN.sub("", text)
    return _SPACES.sub(" ", seen).strip()


def split_lines(text: str) -> list[Line]:
    lines: list[Line] = []
    start = 0
    for raw in text.split("\n"):
        end = start + len(raw)
        mark = _QUOTE.match(raw[:READ]) if not _closes_address(lines, raw) else None
        inner = raw[mark.end() :] if mark else raw
        lines.append(Line(start, end, raw, _shown(inner[:READ]), mark is not None))
        start = end + 1
    return lines
