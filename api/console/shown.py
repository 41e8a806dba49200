"""Customer text made harmless to look at: escaped, and with what would be invisible or turn the line around made visible."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime

from markupsafe import Markup, escape

_JOINERS = "\u200c\u200d"
_ODD = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\xad\u061c\u115f\u1160\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb"
    "\U000e0000-\U000e007f]"
)
MINUS = "\N{MINUS SIGN}"


def harmless(text: str) -> Markup:
    """The text escaped, its own direction kept to itself, odd characters as small marks that name them."""
    return Markup("<bdi>{}</bdi>").format(Markup().join(_pieces(text)))


def plain(value: object) -> object:
    """What every template expression passes through: text without marks gets them as letters, also in attributes."""
    if not isinstance(value, str) or isinstance(value, Markup) or not _ODD.search(value):
        return value
    return "".join(f"[U+{ord(c):04X}]" if is_odd(value, place) else c for place, c in enumerate(value))


def is_odd(text: str, place: int) -> bool:
    """Whether the character there would be invisible or move others. Joiners inside emoji and scripts are neither."""
    character = text[place]
    if not _ODD.match(character):
        return False
    inside = 0 < place < len(text) - 1
    return not (character in _JOINERS and inside and not text[place - 1].isascii() and not text[place + 1].isascii())


def odd_places(text: str, start: int, end: int) -> list[int]:
    """The odd characters of a stretch, by their place in the whole text."""
    return [match.start() for match in _ODD.finditer(text, start, end) if is_odd(text, match.start())]


def odd_mark(character: str) -> Markup:
    code = f"U+{ord(character):04X}"
    name = unicodedata.name(character, "control character").lower()
    return Markup('<span class="odd" title="{} {}">{}</span>').format(code, name, code)


def _pieces(text: str) -> Iterator[Markup]:
    begin = 0
    for match in _ODD.finditer(text):
        place = match.start()
        if is_odd(text, place):
            yield escape(text[begin:place])
            yield odd_mark(text[place])
            begin = place + 1
    yield escape(text[begin:])


def day(value: date | datetime | None) -> str:
    return f"{value:%-d %b %Y}" if value is not None else "–"


def moment(value: datetime | None) -> str:
    """In UTC, as the API tells it: a call with people in two zones has no other time of its own."""
    return f"{value.astimezone(UTC):%-d %b %Y, %H:%M}" if value is not None else "undated"


def points(value: float | None) -> str:
    """With its sign, so that no colour is needed to tell a loss from a gain."""
    if value is None:
        return "–"
    return f"{value:+.1f}".replace("-", MINUS)


def money(amount: int, currency: str) -> str:
    return f"{currency} {amount:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def words(name: str) -> str:
    """`mid_market` as people write it."""
    return name.replace("_", " ")
