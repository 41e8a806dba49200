"""What people do about a score: bands, triggers apart from them, and the play that each opens."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, model_validator

from scoring.rulebook.rules import Days, Id, Part, Rule


class Play(Part):
    """What to do about a band: who, how soon, how often looked at, what happens when overdue.

    One that `recurs` is a habit rather than a task: left untouched for a whole `every_days` past its due day it counts
    as missed, and the next one opens.
    """

    id: Id
    label: str
    owner: str
    due_days: Days
    every_days: Days
    overdue: str
    steps: tuple[str, ...] = ()
    recurs: bool = False


class Band(Part):
    """Scores from `at_least` up; `above: true` leaves the edge itself to the band below."""

    id: Id
    label: str
    at_least: Annotated[int, Field(ge=0, le=100)]
    above: bool = False
    play: Play


class Trigger(Rule):
    """A situation that wants its own play, whatever the band. All that is stated must hold.

    `below` and `above`: the score in points. `band` with `for_days`: unbroken that long. `losing` / `gaining`: one of
    these rules takes / gives points now and is not answered (a cap counts while it holds, reached or not). `unimproved_for`: the score is no higher than so
    many days ago. `undecided_for`: no action of the account was closed with a decision in so many days.

    `instead_of`: plays that do not open while this holds, because its own play asks for what they ask and more.
    """

    below: Annotated[int, Field(ge=0, le=100)] | None = None
    above: Annotated[int, Field(ge=0, le=100)] | None = None
    band: Id | None = None
    for_days: Days | None = None
    days_to_renewal: Days | None = None
    losing: tuple[Id, ...] = ()
    gaining: tuple[Id, ...] = ()
    unimproved_for: Days | None = None
    undecided_for: Days | None = None
    instead_of: tuple[Id, ...] = ()
    play: Play

    @model_validator(mode="after")
    def _says_when(self) -> Trigger:
        stated = self.model_dump(
            exclude={"id", "label", "reason", "source", "play", "instead_of"}, exclude_defaults=True
        )
        if not stated:
            raise ValueError(f"trigger {self.id}: says nothing about when; state below, band, losing or gaining")
        if self.for_days is not None and self.band is None:
            raise ValueError(f"trigger {self.id}: for_days needs a band")
        return self
