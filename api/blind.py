"""What of others' decisions is open to a caller: to a reviewer, nothing of a signal before they decided on it themselves.

Two reviewers who are to say how far they agree must not lean on each other. So whoever may be asked for a second look
sees neither what was decided, nor by whom, nor what came of it in points; admins see everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from api.identity import Caller
from pipeline.agreeing import type_stands
from scoring.facts import unretracted
from store.decisions import Review


@dataclass(frozen=True, slots=True)
class Parted:
    """Who says that the type of a signal stands, and who says that it does not."""

    stands: tuple[str, ...]
    falls: tuple[str, ...]

    @property
    def is_split(self) -> bool:
        return bool(self.stands and self.falls)

    def with_and_against(self, name: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Who else says the same, and who does not; nobody to one who said nothing."""
        for side, other in ((self.stands, self.falls), (self.falls, self.stands)):
            if name in side:
                return tuple(n for n in side if n != name), other
        return (), ()


def open_to(caller: Caller, reviews: Sequence[Review]) -> list[Review]:
    """In the order given; `reviews` are all of some signals, with their retractions."""
    if not _is_asked(caller):
        return list(reviews)
    own = {r.id for r in reviews if r.author == caller.name}
    seen = _decided_by(caller, reviews)
    return [r for r in reviews if r.id in own or r.retracts in own or r.signal_id in seen]


def closed_to(caller: Caller, reviews: Sequence[Review]) -> frozenset[str]:
    """The signals on which a decision holds that the caller may not see yet."""
    if not _is_asked(caller):
        return frozenset()
    return frozenset(r.signal_id for r in unretracted(reviews)) - _decided_by(caller, reviews)


def parted(reviews: Iterable[Review]) -> Parted:
    """By the last words that hold of one signal, one a reviewer."""
    last = {r.author: type_stands(r) for r in unretracted(reviews)}
    return Parted(
        tuple(sorted(name for name, stands in last.items() if stands)),
        tuple(sorted(name for name, stands in last.items() if not stands)),
    )


def _is_asked(caller: Caller) -> bool:
    return caller.may("review") and not caller.may("administer")


def _decided_by(caller: Caller, reviews: Iterable[Review]) -> set[str]:
    return {r.signal_id for r in unretracted(reviews) if r.author == caller.name}
