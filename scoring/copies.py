"""The same words that reached us in two documents: they count once, where they were said first.

A mail comes as a ticket comment as well, a thread lies in two mailboxes, a notification repeats a comment. Quotes of
one signal type are the same words when the same person said them, one is the other or most of it, and both were
said on one day or within half a day. The same sentence on another day was said again, and counts again.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, NamedTuple

from extractor.document import Role
from extractor.names import name_key
from extractor.normal import folded
from extractor.signal import Evidence, Interaction

if TYPE_CHECKING:
    from scoring.facts import Contact, Observation

NEAR = timedelta(hours=12)
"""More than gateways and exports without a time zone put between a mail and its mirror, less than evening to morning."""
MOST = 2
"""How many times as long a quote may be as the one it holds and still be the same."""
PIECE = 4
"""Words that the shorter one has at least, unless both are the same."""

Words = tuple[str, ...]
_WORD = re.compile(r"\w+")
_AT_ONCE = 2
"""Documents that it takes for one to repeat another."""


@dataclass(frozen=True, slots=True)
class Copy:
    """The quotes of `observation` that repeat another document, and the signal they repeat (the first of several).

    `is_whole` when nothing is left of the signal besides.
    """

    observation: Observation
    original: Observation
    is_whole: bool


class _Said(NamedTuple):
    """One quote, ordered by time. Of words said at one moment those known first come first: a late copy displaces nothing."""

    at: datetime
    known_at: datetime
    document: str
    start: int
    signal: str
    number: int


_Known = tuple[_Said, Words]


def told_once(
    observations: Sequence[Observation], contacts: Iterable[Contact] = (), interactions: Iterable[Interaction] = ()
) -> tuple[tuple[Observation, ...], tuple[Copy, ...]]:
    """What counts, and what only repeats it: every quote is in one of the two, whatever order they come in.

    `contacts` and `interactions` tell which address stands behind a name.
    """
    by_id = {o.signal.id: o for o in observations}
    people = _People(contacts, interactions)
    repeated: dict[str, dict[int, str]] = defaultdict(dict)
    for run in _runs(observations):
        for said, first in _repeats(run, by_id, people):
            repeated[said.signal][said.number] = first.signal
    if not repeated:
        return tuple(observations), ()
    counted: list[Observation] = []
    copies: list[Copy] = []
    for observation in observations:
        found = repeated.get(observation.signal.id)
        if found is None:
            counted.append(observation)
            continue
        left = _with_quotes(observation, [n for n in range(len(observation.signal.evidence)) if n not in found])
        if left is not None:
            counted.append(left)
        again = _with_quotes(observation, sorted(found))
        assert again is not None
        copies.append(Copy(again, by_id[found[min(found)]], left is None))
    return tuple(counted), tuple(sorted(copies, key=lambda c: (c.observation.observed_at, c.observation.signal.id)))


def _with_quotes(observation: Observation, numbers: Sequence[int]) -> Observation | None:
    """The observation with these of its quotes alone; None without any."""
    if not numbers:
        return None
    signal = observation.signal
    return replace(observation, signal=replace(signal, evidence=tuple(signal.evidence[n] for n in numbers)))


def _runs(observations: Iterable[Observation]) -> Iterator[list[_Said]]:
    """Quotes of one type in the order of time, cut wherever two neighbours are too far apart to be one.

    A run of a single document, which most are, holds no copies.
    """
    by_type: dict[str, list[Observation]] = defaultdict(list)
    for observation in observations:
        by_type[observation.signal.type].append(observation)
    for alike in by_type.values():
        if len(alike) < _AT_ONCE:
            continue
        said = sorted(s for o in alike for s in _said(o))
        run: list[_Said] = []
        for one in said:
            if run and not _near(run[-1].at, one.at):
                if _holds_several(run):
                    yield run
                run = []
            run.append(one)
        if _holds_several(run):
            yield run


def _said(observation: Observation) -> Iterator[_Said]:
    signal, known_at = observation.signal, observation.known_at
    for number, e in enumerate(signal.evidence):
        yield _Said(e.at or observation.observed_at, known_at, signal.document_id, e.span.start, signal.id, number)


def _holds_several(run: Sequence[_Said]) -> bool:
    return len(run) >= _AT_ONCE and any(s.document != run[0].document for s in run)


def _near(earlier: datetime, later: datetime) -> bool:
    return later - earlier < NEAR or earlier.date() == later.date()


def _repeats(run: Iterable[_Said], by_id: Mapping[str, Observation], people: _People) -> Iterator[tuple[_Said, _Said]]:
    """Each quote that repeats an earlier one of another document, with that one. Copies are no originals of others."""
    firsts = _Firsts()
    for said in run:
        evidence = by_id[said.signal].signal.evidence[said.number]
        words = _words(evidence.quote)
        for first in firsts.alike(words, said):
            if _of_one_mouth(by_id[first.signal].signal.evidence[first.number], evidence, people):
                yield said, first
                break
        else:
            firsts.add(words, said)


def _of_one_mouth(first: Evidence, again: Evidence, people: _People) -> bool:
    """Whether the same person said both, or one of the two is staff or a machine that passes a customer's words on."""
    passed_on = first.role is not Role.CUSTOMER or again.role is not Role.CUSTOMER
    long_enough = min(len(_words(first.quote)), len(_words(again.quote))) >= PIECE
    return people.who(first) == people.who(again) or (passed_on and long_enough)


class _Firsts:
    """Quotes that repeat nothing, found by their words: by all of them, and by each stretch of `PIECE`."""

    def __init__(self) -> None:
        self._whole: dict[Words, list[_Known]] = defaultdict(list)
        self._pieces: dict[Words, list[_Known]] = defaultdict(list)
        self._lengths: set[int] = set()

    def add(self, words: Words, said: _Said) -> None:
        self._lengths.add(len(words))
        self._whole[words].append((said, words))
        for piece in set(_stretches(words, PIECE)):
            self._pieces[piece].append((said, words))

    def alike(self, words: Words, said: _Said) -> Iterator[_Said]:
        """Earlier ones of other documents that are these words, or hold them or are held by them for the most part."""
        for length in sorted(self._lengths, reverse=True):
            if length == len(words) or PIECE <= length < len(words) <= length * MOST:
                for stretch in _stretches(words, length):
                    yield from (first for first, _ in _recent(self._whole.get(stretch, ()), said))
        longer = min((self._pieces.get(piece, []) for piece in _stretches(words, PIECE)), key=len, default=[])
        for first, more in _recent(longer, said):
            if len(words) < len(more) <= len(words) * MOST and words in _stretches(more, len(words)):
                yield first


def _recent(known: Sequence[_Known], said: _Said) -> Iterator[_Known]:
    """From the latest back, as far as two quotes can be one; nothing of the same document."""
    for first, words in reversed(known):
        if not _near(first.at, said.at):
            return
        if first.document != said.document:
            yield first, words


@lru_cache(maxsize=4096)
def _words(quote: str) -> Words:
    """The words alone, whatever marks stand between them; a quote without any is one."""
    text = folded(quote)
    return tuple(_WORD.findall(text)) or (text,)


def _stretches(words: Words, length: int) -> list[Words]:
    return [words[n : n + length] for n in range(len(words) - length + 1)]


class _People:
    """Who a speaker is: by the address that the document gives or that only one bearer of the name has, else by name."""

    def __init__(self, contacts: Iterable[Contact], interactions: Iterable[Interaction]) -> None:
        self._contacts, self._interactions = tuple(contacts), tuple(interactions)

    def who(self, evidence: Evidence) -> str:
        name = name_key(evidence.speaker)
        in_document, by_name = self._known
        address = in_document.get((evidence.document_id, name))
        bearers = by_name.get(name, set())
        return address or (next(iter(bearers)) if name and len(bearers) == 1 else name)

    @cached_property
    def _known(self) -> tuple[dict[tuple[str, str], str], dict[str, set[str]]]:
        """Addresses by document and name, and by name; learnt once two quotes hold the same words, which is rare."""
        in_document: dict[tuple[str, str], str] = {}
        by_name: dict[str, set[str]] = defaultdict(set)
        for contact in self._contacts:
            by_name[name_key(contact.name)].add(contact.address.lower())
        for seen in sorted(self._interactions, key=lambda i: (i.document_id, i.address or "")):
            if seen.address:
                name, address = name_key(seen.name), seen.address.lower()
                by_name[name].add(address)
                in_document.setdefault((seen.document_id, name), address)
        return in_document, by_name
