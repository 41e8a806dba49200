"""Foreign text made harmless to look at: nothing in a mail can reorder, hide or style what stands around it.

Markup is escaped; characters that control rather than show (bidirectional overrides, zero width, other format and
control characters, lone surrogates, private use) become a visible `U+202E`. See Unicode Technical Report 36 and
"Trojan Source" (Boucher and Anderson 2021).
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from markupsafe import Markup, escape

_KEPT = "\n\t"
_CONTROLLING = ("Cc", "Cf", "Cs", "Co", "Cn")
_LINES = {"\u2028", "\u2029", "\u0085"}


def plain(text: str) -> str:
    """For terminals and Markdown: controlling characters as `⟨U+202E⟩`, the rest as it is."""
    return "".join(f"⟨{_code(c)}⟩" if _controls(c) else c for c in text)


def shown(text: str) -> Markup:
    """For HTML: escaped, controlling characters as marked code points."""
    pieces = (_marked(c) if _controls(c) else escape(c) for c in text)
    return Markup("").join(pieces)


def cell(text: str) -> str:
    """For one cell of a Markdown table: one line, no markup, no pipe."""
    flat = " ".join(plain(text).split())
    return re.sub(r"([\\`*_{}\[\]<>|~#&!@])", r"\\\1", flat)


def _marked(character: str) -> Markup:
    return Markup('<span class="control">{}</span>').format(_code(character))


def _code(character: str) -> str:
    return f"U+{ord(character):04X}"


@lru_cache(maxsize=4096)
def _controls(character: str) -> bool:
    if character in _KEPT:
        return False
    return character in _LINES or unicodedata.category(character) in _CONTROLLING
