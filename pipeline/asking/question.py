"""What a question asks: pure, so that every way of putting it can be listed in a test."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rapidfuzz import fuzz

from pipeline.asking.intent import people_named
from scoring.facts import Account

SURE = 88
"""Likeness in per cent from which a name in the question is taken for the account's."""
CLOSE = 68
"""Likeness from which an account is offered."""
OFFERED = 5
_WORD = re.compile(r"[\w&'-]+")
_COMMON = frozenset(
    ["and", "the", "of", "for", "company", "group", "services", "health", "network", "components", "ltd", "inc", "gmbh"]
)
_MONTHS = {
    name: number
    for number, name in enumerate(
        [
            "january",
            "february",
            "march",
            "april",
            "may",
            "june",
            "july",
            "august",
            "september",
            "october",
            "november",
            "december",
        ],
        1,
    )
}
_UNITS = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
_SPAN = re.compile(r"\b(?:last|past)\s+(?:(\d{1,3})\s+)?(day|week|month|quarter|year)s?\b", re.IGNORECASE)
_ISO = re.compile(r"\b(20\d\d-\d\d-\d\d)\b")
_MONTH = re.compile(rf"\b(since|in|before|until|by)\s+({'|'.join(_MONTHS)})(?:\s+(20\d\d))?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """The account that the question names, or those it may mean, closest first."""

    account: Account | None
    candidates: tuple[Account, ...]


@dataclass(frozen=True, slots=True)
class Period:
    since: date | None
    until: date | None


def named_account(question: str, accounts: Sequence[Account]) -> Named:
    """Sure only where one account is clearly meant; two alike are both offered."""
    ranked = sorted(((_likeness(question, a), a) for a in accounts), key=lambda pair: (-pair[0], pair[1].id))
    sure = [a for likeness, a in ranked if likeness >= SURE]
    if len(sure) == 1:
        return Named(sure[0], ())
    return Named(None, tuple(a for likeness, a in ranked if likeness >= CLOSE)[:OFFERED])


def period(question: str, today: date) -> Period:
    """The days that the question speaks of; None where it leaves them open."""
    iso = _ISO.search(question)
    if iso is not None:
        day = _day(iso[1])
        before = re.search(r"\b(before|until|by|as of|on)\s*$", question[: iso.start()], re.IGNORECASE)
        return Period(None, day) if before else Period(day, None)
    month = _MONTH.search(question)
    if month is not None:
        return _of_month(month[1].lower(), _MONTHS[month[2].lower()], int(month[3] or 0), today)
    span = _SPAN.search(question)
    if span is not None:
        return Period(today - timedelta(days=int(span[1] or 1) * _UNITS[span[2].lower()]), None)
    return Period(None, None)


def named_by_person(question: str, people: Mapping[str, Sequence[str]], accounts: Sequence[Account]) -> Named:
    """The account of the person whom the question names in full; `people` are the names known of each account.

    A part of a name, or a name that people of several accounts bear, only lets their accounts be offered.
    """
    offered, sure = [], []
    for account in accounts:
        names = people.get(account.id, ())
        found = people_named(question, names)
        if found:
            offered.append(account)
        if any(len(name.split()) > 1 and name.casefold() in question.casefold() for name in found):
            sure.append(account)
    return Named(sure[0], ()) if len(sure) == 1 else Named(None, tuple(sure or offered)[:OFFERED])


def without_name(question: str, account: Account, people: Iterable[str] = ()) -> str:
    """The question without the words that only name the account or who speaks: nearly every passage matches or none."""
    own = {w.casefold() for name in (account.name, *people) for w in _WORD.findall(name)}
    own.add(account.id.casefold().removeprefix("a-"))
    kept = [w for w in _WORD.findall(question) if w.casefold().removesuffix("'s") not in own]
    return " ".join(kept) or question


def _likeness(question: str, account: Account) -> float:
    """How much the question sounds like naming the account: by its id, or by the words that make its name its own.

    The first of those may be misspelt and names it; any other only lets it be offered.
    """
    asked = [w.casefold().removesuffix("'s") for w in _WORD.findall(question)]
    bare = account.id.casefold().removeprefix("a-")
    if bare in asked or account.id.casefold() in asked:
        return 100.0
    own = [w.casefold() for w in _WORD.findall(account.name) if len(w) > 2 and w.casefold() not in _COMMON]
    if not own or not asked:
        return 0.0
    if account.name.casefold() in question.casefold():
        return 100.0
    likeness = max(fuzz.ratio(w, own[0]) for w in asked)
    return max(likeness, CLOSE) if not set(own).isdisjoint(asked) else likeness


def _of_month(word: str, month: int, year: int, today: date) -> Period:
    """A month without a year is the last one that began."""
    year = year or (today.year if month <= today.month else today.year - 1)
    first = date(year, month, 1)
    if word == "since":
        return Period(first, None)
    if word in {"before", "until"}:
        return Period(None, first - timedelta(days=1))
    after = date(year + month // 12, month % 12 + 1, 1)
    last = after - timedelta(days=1)
    return Period(first, last) if word == "in" else Period(None, last)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
