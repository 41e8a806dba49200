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
from store.decisions import Review, matters


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
    if not is_asked(caller):
        return list(reviews)
    own = {r.id for r in reviews if r.author == caller.name}
    about, closed = matters(reviews), closed_to(caller, reviews)
    seen = {about[r.id] for r in unretracted(reviews)} - closed
    return [r for r in reviews if r.id in own or r.retracts in own or about[r.id] in seen]


def closed_to(caller: Caller, reviews: Sequence[Review]) -> frozenset[str]:
    """What a decision holds on that the caller may not see yet, by the names that `matters` gives."""
    if not is_asked(caller):
        return frozenset()
    about, holding = matters(reviews), unretracted(reviews)
    own = {about[r.id] for r in holding if r.author == caller.name}
    return frozenset(about[r.id] for r in holding) - own


def parted(reviews: Iterable[Review]) -> Parted:
    """By the last words that hold of one signal, one a reviewer."""
    last = {r.author: type_stands(r) for r in unretracted(reviews)}
    return Parted(
        tuple(sorted(name for name, stands in last.items() if stands)),
        tuple(sorted(name for name, stands in last.items() if not stands)),
    )


def is_asked(caller: Caller) -> bool:
    """Whether the caller may be asked for a second look."""
    return caller.may("review") and not caller.may("administer")
