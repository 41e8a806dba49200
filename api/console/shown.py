"""Customer text made harmless to look at: escaped, and with what would be invisible or turn the line around made visible."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import UTC, date, datetime
from functools import lru_cache

from markupsafe import Markup, escape

from scoring.wording import in_points

_JOINERS = "\u200c\u200d"
_ODD_RANGES = (
    *((0x00, 0x08), (0x0B, 0x1F), (0x7F, 0x9F), (0xAD, 0xAD), (0x61C, 0x61C), (0x115F, 0x1160), (0x180B, 0x180F)),
    *((0x200B, 0x200F), (0x2028, 0x202E), (0x2060, 0x206F), (0x3164, 0x3164), (0xFEFF, 0xFEFF), (0xFFA0, 0xFFA0)),
    *((0xFFF9, 0xFFFB), (0xE0000, 0xE007F)),
)
_ODD_CHARACTERS = frozenset(chr(code) for first, last in _ODD_RANGES for code in range(first, last + 1))
"""A set is asked ten times faster than the expression whether a text has any, and most texts have none."""
_ODD = re.compile("[" + "".join(f"{chr(first)}-{chr(last)}" for first, last in _ODD_RANGES) + "]")


def harmless(text: str) -> Markup:
    """The text escaped, its own direction kept to itself, odd characters as small marks that name them."""
    inside = escape(text) if _is_even(text) else Markup().join(_pieces(text))
    return Markup(f"<bdi>{inside}</bdi>")  # noqa: S704  what stands inside is escaped


def clipped(text: str, most: int) -> Markup:
    """The same of no more than so many characters."""
    return harmless(text if len(text) <= most else f"{text[:most]}\N{HORIZONTAL ELLIPSIS}")


def plain(value: object) -> object:
    """What every template expression passes through: text without marks gets them as letters, also in attributes."""
    if not isinstance(value, str) or isinstance(value, Markup) or _is_even(value):
        return value
    return "".join(f"[U+{ord(c):04X}]" if is_odd(value, place) else c for place, c in enumerate(value))


def _is_even(text: str) -> bool:
    """Whether nothing in it is odd. Printable ASCII, which most texts are, is told at the price of a length."""
    return (text.isascii() and text.isprintable()) or _ODD_CHARACTERS.isdisjoint(text)


def is_odd(text: str, place: int) -> bool:
    """Whether the character there would be invisible or move others. Joiners inside emoji and scripts are neither."""
    character = text[place]
    if character not in _ODD_CHARACTERS:
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


@lru_cache(4096)
def day(value: date | datetime | None) -> str:
    return f"{value:%-d %b %Y}" if value is not None else "–"


@lru_cache(4096)
def moment(value: datetime | None) -> str:
    """In UTC, as the API tells it: a call with people in two zones has no other time of its own."""
    return f"{value.astimezone(UTC):%-d %b %Y, %H:%M} UTC" if value is not None else "undated"


def points(value: float | None) -> str:
    """With its sign, so that no colour is needed to tell a loss from a gain."""
    if value is None:
        return "–"
    return in_points(value)


def money(amount: int, currency: str) -> str:
    return f"{currency} {amount:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def words(name: str) -> str:
    """`mid_market` as people write it."""
    return name.replace("_", " ")
