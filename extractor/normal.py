"""One stated normalisation with an exact map back to the source.

Two texts are the same words when they agree after: Unicode compatibility decomposition (UAX #15, NFKD) and case
folding; typographic quotes and dashes as their ASCII forms; any run of white space, line breaks and `>` prefixes at
the start of a line as one space; invisible characters (soft hyphen, zero width, bidi marks, variation selectors,
controls, tags) dropped. Nothing else: no stemming, no distance, no reordering.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from array import array
from dataclasses import dataclass
from functools import lru_cache

from extractor.document import Span

_SAME_AS = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛′`´ʼ", "'"),
        **dict.fromkeys("“”„‟″«»", '"'),
        **dict.fromkeys("‐‑‒–—―−", "-"),
    }
)
_VARIATION = "\u180b-\u180d\ufe00-\ufe0f\U000e0100-\U000e01ef\u200d"
_INVISIBLE = "\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f"


@dataclass(frozen=True, slots=True)
class Normalised:
    """`text` after normalisation; `starts[i]`, `ends[i]` bound the source characters that gave character `i`.

    One source character can give several (ligatures), several can give one (a run of spaces).
    """

    text: str
    starts: array[int]
    ends: array[int]

    def source_span(self, start: int, end: int) -> Span | None:
        """The source of `[start, end)`, or None where an edge falls inside one source character."""
        splits_first = start > 0 and self.starts[start] < self.ends[start - 1]
        splits_last = end < len(self.text) and self.starts[end] < self.ends[end - 1]
        if splits_first or splits_last:
            return None
        return Span(self.starts[start], self.ends[end - 1])


def normalise(text: str) -> Normalised:
    """Linear in the length of the text."""
    pieces: list[str] = []
    starts, ends = array("l"), array("l")
    for piece in _pieces().finditer(text):
        start, end = piece.span()
        kind = piece.lastgroup
        if kind == "plain":
            pieces.append(piece.group().lower())
            starts.extend(range(start, end))
            ends.extend(range(start + 1, end + 1))
        elif kind == "space":
            if pieces and pieces[-1] == " ":
                ends[-1] = end
                continue
            pieces.append(" ")
            starts.append(start)
            ends.append(end)
        elif kind == "other":
            same = _fold(piece.group())
            pieces.append(same)
            starts.extend([start] * len(same))
            ends.extend([end] * len(same))
    return Normalised("".join(pieces), starts, ends)


def folded(quote: str) -> str:
    """A quote in normal form, without white space around it and without a `>` prefix, however it was dressed."""
    return normalise(quote).text.lstrip(" >").rstrip()


@lru_cache(maxsize=1)
def _pieces() -> re.Pattern[str]:
    """Plain ASCII runs with single spaces, white space with `>` prefixes, invisible characters, and any other with its combining marks."""
    marks = "".join(
        re.escape(chr(code)) for code in range(0x300, sys.maxunicode + 1) if unicodedata.combining(chr(code))
    )
    return re.compile(
        rf"(?P<space>\A\s*>[>\s]*|\s*\n[>\s]*|\s+)(?![{marks}])"
        rf"|(?P<plain>[!-_a-~]+(?: [!-_a-~]+)*)(?![{marks}{_VARIATION}])"
        rf"|(?P<invisible>[{_INVISIBLE}]+)"
        rf"|(?P<other>.[{marks}{_VARIATION}]*)",
        re.DOTALL,
    )


@lru_cache(maxsize=8192)
def _fold(cluster: str) -> str:
    """One character with its marks: NFKD, folded; İ and `i` with a dot above become the same."""
    bare = re.sub(f"[{_VARIATION}]", "", cluster).translate(_SAME_AS)
    decomposed = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", bare).casefold())
    return decomposed.translate(_SAME_AS)
