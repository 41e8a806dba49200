"""One account, one day: score what was known, explain it against an earlier day, say what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import TypeAdapter

from extractor.document import content_id
from scoring.bands import band_named, band_with_hysteresis
from scoring.explanation import Explanation, PlayInWords, explain, play_in_words
from scoring.facts import Account, Facts
from scoring.ledger import Score
from scoring.movement import Context, Movement, movement, starting_point
from scoring.rulebook.loading import in_force
from scoring.rulebook.model import Rulebook
from scoring.score import score
from store.snapshots import Action, Snapshot

LOOK_BACK = 180
"""Days that an explanation looks back for another band."""

_SCORES = TypeAdapter(Score)


@dataclass(frozen=True, slots=True)
class Standing:
    """A scored day with its band."""

    score: Score
    band: str


@dataclass(frozen=True, slots=True)
class Scored:
    """What a nightly run keeps of one account and day: the snapshot, and the actions it opens and closes."""

    standing: Standing
    snapshot: Snapshot
    opened: Action | None
    closed: tuple[str, ...]


def standing_of(snapshot: Snapshot) -> Standing:
    return Standing(_SCORES.validate_python(snapshot.score, strict=False), snapshot.band)


def basis_of(known: Facts, rulebook: Rulebook) -> str:
    """The digest of everything a score is made from: the same basis gives the same snapshot."""
    account: dict[str, Any] = {name: str(getattr(known.account, name)) for name in Account.__slots__}
    return content_id(
        {
            "account": account,
            "contacts": sorted([c.address, c.role] for c in known.contacts),
            "observations": sorted([o.signal.id, str(o.known_at), len(o.signal.evidence)] for o in known.observations),
            "interactions": sorted(
                [i.document_id, i.address or i.name, i.took.value, str(i.at)] for i in known.interactions
            ),
            "readings": sorted([r.metric, str(r.day), r.value] for r in known.readings),
            "assessments": sorted([str(a.day), a.author, sorted(a.answers.items())] for a in known.assessments),
            "rulebook": content_id(rulebook.model_dump(mode="json")),
        }
    )


def score_day(
    facts: Facts,
    rulebooks: tuple[Rulebook, ...],
    day: date,
    history: Sequence[Standing],
    origins: Mapping[str, str],
    actions: Sequence[Action],
) -> Scored:
    """Score one day given the account's earlier standings, oldest first."""
    rulebook = in_force(rulebooks, day)
    known = facts.as_of(day)
    now = score(known, rulebook, day)
    previous = history[-1].band if history else None
    standing = Standing(now, band_with_hysteresis(now, previous, rulebook))
    explanation = explained(facts, rulebooks, compared_with(history, standing, rulebook), standing, origins)
    main = tuple(c.label for c in explanation.causes if c.points * explanation.change > 0)[:3]
    opened, closed = _turn_of_actions(known.account, standing, rulebook, actions, main)
    running = [a for a in (*actions, *([opened] if opened else ())) if a.closed is None and a.id not in closed]
    plays = tuple(p for a in running if (p := _worded(a, rulebook)) is not None)
    snapshot = Snapshot(
        account_id=known.account.id,
        day=day,
        points=now.points,
        band=standing.band,
        computed=standing.band,
        divergent=False,
        coverage=now.coverage,
        rulebook=rulebook.id,
        basis=basis_of(known, rulebook),
        score=_SCORES.dump_python(now, mode="json"),
        explanation=explanation.model_copy(update={"plays": plays}).model_dump(mode="json"),
    )
    return Scored(standing, snapshot, opened, closed)


def compared_with(history: Sequence[Standing], now: Standing, rulebook: Rulebook) -> Standing | None:
    """The day that the question "why does it stand there now?" compares with.

    For an account that came down: the last day it stood in the best band of the last half year; for one that went up,
    in the worst. None for an account that kept its band all that time, or is unknown.
    """
    ranks = {band.id: rank for rank, band in enumerate(rulebook.bands)}
    horizon = now.score.day - timedelta(days=LOOK_BACK)
    known = [s for s in history if horizon <= s.score.day < now.score.day and s.band in ranks]
    others = [s for s in known if s.band != now.band]
    if not others or now.band not in ranks:
        return None
    came_down = ranks[others[-1].band] < ranks[now.band]
    extreme = (min if came_down else max)(ranks[s.band] for s in others)
    return [s for s in others if ranks[s.band] == extreme][-1]


def explained(
    facts: Facts,
    rulebooks: tuple[Rulebook, ...],
    before: Standing | None,
    after: Standing,
    origins: Mapping[str, str],
    plays: Sequence[PlayInWords] = (),
) -> Explanation:
    """Why the account stands as it does against an earlier standing, or against the baselines where there is none."""
    rulebook = in_force(rulebooks, after.score.day)
    if before is None:
        blank = starting_point(after.score)
        before = Standing(blank, band_with_hysteresis(blank, None, rulebook))
    moved = difference(facts, before.score, after.score, rulebook)
    return explain(
        facts.account,
        moved,
        (before.score, before.band),
        (after.score, after.band),
        observations=facts.as_of(after.score.day).observations,
        contacts=facts.contacts,
        origins=origins,
        plays=plays,
    )


def difference(facts: Facts, before: Score, after: Score, rulebook: Rulebook) -> Movement:
    """The movement between two stored scores, across a change of rules where there was one."""
    rebased = score(facts, rulebook, before.day) if before.rulebook != after.rulebook else None
    return movement(before, after, Context(rebased=rebased))


def _turn_of_actions(
    account: Account, standing: Standing, rulebook: Rulebook, actions: Sequence[Action], causes: tuple[str, ...]
) -> tuple[Action | None, tuple[str, ...]]:
    """The action that a new band opens, and those of other bands that it closes."""
    running = [a for a in actions if a.closed is None]
    closed = tuple(a.id for a in running if a.band != standing.band)
    band = band_named(standing.band, rulebook)
    if band is None or any(a.band == band.id for a in running):
        return None, closed
    day, play = standing.score.day, band.play
    opened = Action(
        id=content_id([account.id, play.id, day.isoformat()]),
        account_id=account.id,
        play=play.id,
        label=play.label,
        band=band.id,
        owner=account.owner if play.owner == "csm" else play.owner,
        opened=day,
        due=day + timedelta(days=play.due_days),
        opened_by=causes,
        reason=f"band:{band.id}",
        every_days=play.every_days,
        steps=play.steps,
        overdue=play.overdue,
    )
    return opened, closed


def _worded(action: Action, rulebook: Rulebook) -> PlayInWords | None:
    band = band_named(action.band, rulebook)
    return play_in_words(band, action.owner, action.opened, action.due, action.opened_by) if band else None
