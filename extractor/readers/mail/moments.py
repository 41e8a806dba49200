"""Moments as clients write them for people, in the header lines of a forwarded mail: every language has its own way."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

MOMENTS_FILE = Path(__file__).with_name("moments.yaml")

_READ = 120
"""Characters that are read; a moment takes a third of that."""
_YEAR_FIRST = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?[-/.年년]\s?(\d{1,2})\s?[-/.月월]\s?(\d{1,2})(?!\d)[.日일]?")
_YEAR_LAST = re.compile(r"(?<!\d)(\d{1,2})\s?([-/.])\s?(\d{1,2})\s?\2\s?((?:19|20)?\d\d)(?![\d:])")
_CLOCK = re.compile(
    r"(?<!\d)(\d{1,2})\s?(?:[:：]|[時时시]\s?)(\d\d)(?:[:：分분]\s?(\d\d))?(?!\d)|(?<!\d)(\d{1,2})[.h](\d\d)(?:\.(\d\d))?(?!\d)"
)
_AM_PM = re.compile(r"^\s?([ap])\.?\s?m\b", re.IGNORECASE)
_OFFSET = re.compile(r"(?:GMT|UTC|(?<=\s)|(?<=[(\[]))([+-])(\d{1,2})(?::?(\d\d))?(?!\d)")
_WORD = re.compile(r"\d+|[^\W\d_]+")
_NEARBY = 8
"""Characters before and after the clock in which the half of the day is named."""


class MomentsFile(BaseModel):
    """The data file as it stands; an unknown key is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    months: dict[str, tuple[str, ...]]
    between: tuple[str, ...]
    before_noon: tuple[str, ...]
    after_noon: tuple[str, ...]
    zones: dict[str, int]


@dataclass(frozen=True, slots=True)
class Calendar:
    """`months` gives a month's number by each of its names, case-folded; `zones` hours by name."""

    months: Mapping[str, int]
    between: frozenset[str]
    halves: Mapping[str, bool]
    zones: Mapping[str, tzinfo]


@lru_cache(maxsize=4)
def load_calendar(path: Path = MOMENTS_FILE) -> Calendar:
    """Raises ValueError where the file has unknown keys or a language has not twelve months of its own names."""
    data = MomentsFile.model_validate(yaml.safe_load(path.read_text("utf-8")))
    months: dict[str, int] = {}
    for language, names in data.months.items():
        if len(names) != 12:
            raise ValueError(f"{path.name}: months of {language}: {len(names)} given, 12 needed")
        for number, forms in enumerate(names, 1):
            for form in forms.split():
                if months.setdefault(form.casefold(), number) != number:
                    raise ValueError(
                        f"{path.name}: months of {language}: {form!r} is month {number} and another one too"
                    )
    halves = dict.fromkeys(data.before_noon, False) | dict.fromkeys(data.after_noon, True)
    zones = {name: timezone(timedelta(hours=hours)) for name, hours in data.zones.items()}
    return Calendar(months, frozenset(data.between), halves, zones)


def written_moment(value: str, *, near: datetime | None = None) -> datetime | None:
    """The moment that a client wrote out; None where no day with its year can be read.

    `near` is when the mail around it was sent: its zone holds where none is written, and it settles whether 5/6 is a
    day in May or in June, since nobody forwards what is yet to come. Without a clock, the day's beginning.
    """
    text = unicodedata.normalize("NFC", value[:_READ])
    zone, text = _zone(text, near)
    text, days = _numeric_days(text)
    clock, is_twelve, rest = _clock(text)
    days = days or list(_named_days(rest))
    if is_twelve and len(days) > 1:
        days.reverse()
    moments = [datetime.combine(day, clock, zone) for day in days]
    past = [moment for moment in moments if near is None or moment <= near + timedelta(days=1)]
    return next(iter((*past, *moments)), None)


def _zone(text: str, near: datetime | None) -> tuple[tzinfo, str]:
    """The zone that the text names, else the surrounding mail's, and the text without it."""
    offset = _OFFSET.search(text)
    if offset and (int(offset[2]), int(offset[3] or 0)) < (15, 60):
        shift = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return timezone(-shift if offset[1] == "-" else shift), text[: offset.start()] + " " + text[offset.end() :]
    zones = load_calendar().zones
    named = next((word for word in reversed(_WORD.findall(text)) if word in zones), None)
    if named is not None:
        return zones[named], text
    return (near.tzinfo if near is not None and near.tzinfo is not None else UTC), text


def _numeric_days(text: str) -> tuple[str, list[date]]:
    """The text without a day in figures, and the days that it can mean, the likelier first."""
    if match := _YEAR_FIRST.search(text):
        found = [_day(int(match[1]), int(match[2]), int(match[3]))]
    elif match := _YEAR_LAST.search(text):
        year = int(match[4]) if len(match[4]) == 4 else 2000 + int(match[4])
        found = [_day(year, int(match[3]), int(match[1])), _day(year, int(match[1]), int(match[3]))]
        found = found[:1] if match[2] == "." and found[0] else found
    else:
        return text, []
    return text[: match.start()] + " " + text[match.end() :], [day for day in found if day is not None]


def _clock(text: str) -> tuple[time, bool, str]:
    """The time of day, whether it is of twelve hours as Americans write it, and the text without it."""
    match = _CLOCK.search(text)
    if match is None:
        return time(), False, text
    hour, minute, second = (int(part or 0) for part in (match.groups()[:3] if match[1] else match.groups()[3:]))
    after = _AM_PM.match(text[match.end() :])
    is_late = after[1].lower() == "p" if after else _half(text, match.start(), match.end())
    if is_late is not None and 1 <= hour <= 12:
        hour = hour % 12 + (12 if is_late else 0)
    if hour > 23 or minute > 59 or second > 59:
        return time(), False, text
    return time(hour, minute, second), after is not None, text[: match.start()] + " " + text[match.end() :]


def _half(text: str, start: int, end: int) -> bool | None:
    around = f"{text[max(0, start - _NEARBY) : start]} {text[end : end + _NEARBY]}"
    return next((late for word, late in load_calendar().halves.items() if word in around), None)


def _named_days(text: str) -> Iterator[date]:
    """Days whose month is a word: with the day before it ("19 mag", where "mar 19" is a Tuesday), else after it."""
    calendar = load_calendar()
    words = [w for w in map(str.casefold, _WORD.findall(text)) if w not in calendar.between]
    months = [(i, calendar.months[word]) for i, word in enumerate(words) if word in calendar.months]
    for step in (-1, 1):
        for i, month in months:
            number = _number(words, i + step)
            year = _year(words, i, step)
            if number is not None and year is not None and (day := _day(year, month, number)):
                yield day
                return


def _number(words: Sequence[str], index: int) -> int | None:
    """The figures of at most two digits that stand there."""
    return int(words[index]) if 0 <= index < len(words) and words[index].isdecimal() and len(words[index]) < 3 else None


def _year(words: Sequence[str], month: int, step: int) -> int | None:
    """The first figures of a year; two digits right after the month, or after the day that follows it."""
    full = next((int(w) for w in words if w.isdecimal() and len(w) == 4 and w[:2] in ("19", "20")), None)
    short = _number(words, month + (1 if step < 0 else 2))
    return full if full is not None or short is None else 2000 + short


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
