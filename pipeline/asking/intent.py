"""What a question is after, and what it takes for granted: pure, so that every way of putting it can be listed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from extractor.names import name_key
from scoring.facts import Account

_BANDS = "red|yellow|green"
_WORD = re.compile(r"[\w&'-]+")


class Asked(StrEnum):
    """What would answer it: stored facts, the explanation, the ledger as it stands, or somebody's words."""

    PEOPLE = "people"
    ACTIONS = "actions"
    RENEWAL = "renewal"
    OUTLOOK = "outlook"
    STANDING = "standing"
    SAID = "said"


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_SAYING = _any(
    r"\b(sa(?:y|id|ys|ying)|mention(?:ed|s)?|talk(?:ed|s)?|writ(?:e|es|ten)|wrote|quote[sd]?|complain(?:ed|s)?)\b"
)
_SPEAKING = _any(
    _SAYING.pattern,
    r"\b(?:ask|want|request|report|demand|promis|complain|answer|propos|suggest)(?:e?d|e?s|ing|e)?\b",
    r"\b(?:told|tells|think|thinks|thought)\b",
)
"""What somebody does with words, wider than what asks for words: who wants to know why may use it too."""
_FORMS: tuple[tuple[Asked, re.Pattern[str]], ...] = (
    (
        Asked.PEOPLE,
        _any(r"\bwhom?\s+(?:should|shall|can|could|must|do|does|to)\b.*\b(?:talk|speak|write|call|ask|turn)\b"),
    ),
    (Asked.SAID, _SAYING),
    (Asked.STANDING, _any(r"\bwhy\b", r"\bhow come\b", r"\bwhat (?:caused|made|moved|drove)\b", r"\breasons?\b")),
    (
        Asked.PEOPLE,
        _any(
            r"^\W*who(?:m|se|'s)?\b(?! will\b)",
            r"\b(?:hear|heard)\s+(?:nothing\s+)?(?:from|of)\b",
            r"^\W*(?:name |list |the |our )*(?:sponsors?|champions?|contacts?|budget owner)\b",
        ),
    ),
    (
        Asked.ACTIONS,
        _any(
            r"\bto do\b|\bto-?dos?\b|\bnext steps?\b|\bactions?\b|\bplays?\b|\boverdue\b|\bis due\b",
            r"\b(?:should|shall|can|could|must|do)\s+(?:i|we)\s+(?:\w+\s+){0,3}?do\b",
        ),
    ),
    (
        Asked.RENEWAL,
        _any(
            r"\bwhen\b.*\b(?:renew(?:s|al|ed)?|contract|expires?|runs? out)\b",
            r"\brenew(?:al)? (?:date|day)\b|\bdays? (?:to|until|till|before) (?:the )?renewal\b",
            r"\bhow (?:long|soon|much|many)\b.*\b(?:renew(?:s|al)?|contract|worth|pay(?:s|ing)?)\b",
            r"\bworth\b(?! (?:it|of)\b)|\barr\b",
        ),
    ),
    (
        Asked.OUTLOOK,
        _any(
            r"\bchurn(?:s|ing|ed)?\b|\brisks?\b|\bsafe\b|\b(?:lose|losing)\b",
            r"\b(?:will|going to|about to|likely to)\b.*\b(?:renew|leave|cancel|stay|quit)\b",
        ),
    ),
    (Asked.SAID, _any(r"\b(?:find|show|search)\b")),
    (
        Asked.STANDING,
        _any(
            r"\b(turn(?:ed|s)?|drop(?:ped)?|fell|fall(?:ing|en)?|rose|score[sd]?|health|red|yellow|green|band|"
            r"chang(?:e|ed)|moved?|going on|happen(?:ed|ing)?|status|explain|how (?:is|are|does|do))\b"
        ),
    ),
)
"""The first that fits decides: whoever asks why wants no list, and what somebody said about risk is in their words."""

_BAND = _any(rf"\b({_BANDS})\b")
_FROM_BAND = _any(rf"\bfrom\s+(?:{_BANDS})\b", rf"\b(?:not|than|longer)\s+(?:{_BANDS})\b")
_TURNED = _any(
    r"\b(?:turn(?:ed|s)?|go(?:es|ne)?|went|f[ae]ll(?:en|s)?|drop(?:ped|s)?|bec[ao]mes?|moved?|slip(?:ped|s)?)"
    rf"\s+(?:back\s+)?(?:(?:in)?to\s+)?(?:{_BANDS})\b",
    rf"\bto\s+(?:{_BANDS})\b",
)
_FELL = _any(r"\b(?:drop(?:ped|s|ping)?|fell|fall(?:s|ing|en)?|declin\w+|lower|worse\w*|deteriorat\w+|went down)\b")
_ROSE = _any(r"\b(?:rose|rise[sn]?|rising|recover\w*|better|improv\w+|higher|climb\w*|went up)\b")
_THEIRS = _any(r"\b(they|them|their|customers?|clients?)\b")
_OURS = _any(r"\b(we|us|our|vendor)\b")
_SPEAKERS = _any(r"\b(?:by|from)\b")
_FILLING = _any(
    r"a|about|account|an|and|at|brief|for|give|how|is|latest|me|news|of|on|please|show|status|summary|tell|the|up|"
    r"update|us|what|with"
)
_QUIET = _any(r"\b(?:not|n't|never|nothing|no(?:body| one)?|silent|quiet|disappeared)\b")


@dataclass(frozen=True, slots=True)
class Presumed:
    """What a question takes for granted: a band, whether the account `turned` to it, and which way its score went."""

    band: str = ""
    turned: bool = False
    fell: bool = False
    rose: bool = False


def what_is_asked(question: str) -> Asked:
    return next((what for what, form in _FORMS if form.search(question)), Asked.SAID)


def asks_nothing_else(question: str, account: Account) -> bool:
    """Whether it only names the account: nothing is left that somebody could have said."""
    left = [w for w in _words(question) if w.casefold() not in _names_of(account)]
    return all(_FILLING.fullmatch(word) for word in left)


def presumed(question: str) -> Presumed:
    """Nothing where it names several bands, since then it may mean either."""
    bands = {band.lower() for band in _BAND.findall(_FROM_BAND.sub(" ", question))}
    fell, rose = bool(_FELL.search(question)), bool(_ROSE.search(question))
    band = bands.pop() if len(bands) == 1 else ""
    return Presumed(band, bool(band and _TURNED.search(question)), fell and not rose, rose and not fell)


def asks_for_silent(question: str) -> bool:
    """Whether it asks for those who were not heard."""
    return bool(_QUIET.search(question))


def asks_for_theirs(question: str, account: Account) -> bool:
    """Whether it asks for what the customer said: "they", or the account itself as who speaks."""
    speaking = _speaking(question)
    own = {name for name in _names_of(account) if len(name) > 2}
    said_by_it = not own.isdisjoint(w.casefold() for w in _words(speaking)) and not _OURS.search(speaking)
    return bool(_THEIRS.search(question)) or said_by_it


def asks_for_words_of(question: str, names: Iterable[str]) -> list[str]:
    """Those of the people whose own words it asks for."""
    return people_named(_speaking(question), names)


def people_named(question: str, names: Iterable[str]) -> list[str]:
    """Those whom it names: in full where it does so, else by any part of their name."""
    said = [w.casefold() for w in _words(question)]
    keys = {name: name_key(name).split() for name in names}
    whole = [name for name, key in keys.items() if key and _within(key, said)]
    return whole or [name for name, key in keys.items() if any(len(w) > 2 and w in said for w in key)]


def _names_of(account: Account) -> set[str]:
    """The words that name it, and its id with and without what ids begin with."""
    known = account.id.casefold()
    return {w.casefold() for w in _words(account.name)} | {known, known.removeprefix("a-")}


def _within(few: list[str], many: list[str]) -> bool:
    return any(many[place : place + len(few)] == few for place in range(len(many) - len(few) + 1))


def _speaking(question: str) -> str:
    """The part of it that tells who speaks: what stands before the verb, and after "by" or "from"."""
    verb = _SPEAKING.search(question)
    by = _SPEAKERS.search(question)
    before = question[: verb.start()] if verb else ""
    return f"{before} {question[by.end() :]}" if by else before


def _words(text: str) -> list[str]:
    return [re.sub(r"'s?$", "", word) for word in _WORD.findall(text)]
