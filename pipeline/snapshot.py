"""One account, one day: score what was known, explain it against an earlier day, say what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from pydantic import TypeAdapter

from extractor.document import content_id
from pipeline.plays import Turn, is_resting, last_decided, turn_of_actions
from scoring.bands import band_with_hysteresis
from scoring.explaining import explain
from scoring.explanation import Explanation, OverlayInWords, OverrideInWords, PlayInWords
from scoring.facts import Account, Decision, Facts, Verdict, end_of, unretracted
from scoring.ledger import Score
from scoring.movement import Context, Movement, movement, starting_point
from scoring.overlay import assessed, diverges
from scoring.rulebook.loading import in_force
from scoring.rulebook.model import Rulebook
from scoring.rulebook.segments import rules_for
from scoring.score import score
from scoring.triggers import Situation, Stood
from scoring.wording import one_paragraph
from store.actions import Action
from store.overrides import Override, override_on
from store.snapshots import Snapshot

LOOK_BACK = 180
"""Days that an explanation looks back for another band."""

_SCORES = TypeAdapter(Score)


@dataclass(frozen=True, slots=True)
class Standing:
    """A scored day: `computed` is the band by the score, `band` the one people act on; an override sets them apart."""

    score: Score
    band: str
    computed: str = ""

    @property
    def by_score(self) -> str:
        return self.computed or self.band


@dataclass(frozen=True, slots=True)
class Scored:
    """What a nightly run keeps of one account and day: the snapshot, what becomes of its actions, the band before.

    `copies` names the original of each signal that only repeats one; None on a past day, which says nothing of today.
    """

    standing: Standing
    snapshot: Snapshot
    turn: Turn
    band_before: str | None
    copies: Mapping[str, str] | None


def first_day(facts: Facts) -> date | None:
    """The first day anything at all is known of the account."""
    days = [
        *(o.observed_at.date() for o in facts.observations),
        *(i.at.date() for i in facts.interactions),
        *(r.day for r in facts.readings),
        *(a.day for a in facts.assessments),
    ]
    return min(days, default=None)


def standing_of(snapshot: Snapshot) -> Standing:
    return Standing(_SCORES.validate_python(snapshot.score, strict=False), snapshot.band, snapshot.computed)


def basis_of(known: Facts, rulebook: Rulebook, overrides: Sequence[Override] = ()) -> str:
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
            "decisions": sorted(
                [d.subject, d.verdict.value, str(d.at), d.type, d.severity] for d in unretracted(known.decisions)
            ),
            "overrides": sorted(o.id for o in overrides),
            "rulebook": rulebook.digest,
        }
    )


def score_day(
    facts: Facts,
    rulebooks: tuple[Rulebook, ...],
    day: date,
    history: Sequence[Standing],
    origins: Mapping[str, str],
    actions: Sequence[Action],
    overrides: Sequence[Override] = (),
    *,
    is_past: bool = False,
) -> Scored:
    """Score one day given the account's earlier standings, oldest first.

    A day before the last scored one (`is_past`) is corrected, but opens and closes nothing: actions belong to the present.
    """
    rulebook = in_force(rulebooks, day)
    known = facts.as_of(day)
    rules = rules_for(rulebook, known.account)
    now = score(known, rulebook, day)
    computed = band_with_hysteresis(now, history[-1].by_score if history else None, rules)
    override = override_on(list(overrides), day)
    standing = Standing(now, override.band if override else computed, computed)
    overlay = _overlay(known, rulebook, standing, override)
    told = explained(facts, rulebooks, compared_with(history, standing, rulebook), standing, origins, (), overlay)
    best = standing.band == rulebook.bands[0].id
    stood = [Stood(s.score.day, s.band, s.score.points) for s in history]
    situation = Situation(known.account, now, standing.band, stood, last_decided(actions, day))
    turn = Turn() if is_past else turn_of_actions(situation, rules, actions, _grounds(told, praise=best))
    running = [a for a in (*actions, *turn.opened) if a.is_running(day) and a.id not in {*turn.closed, *turn.missed}]
    plays = tuple(
        _worded(a) for a in sorted(running, key=lambda a: (is_resting(a, day), a.due, not a.is_of_band, a.id))
    )
    told = told.model_copy(update={"plays": plays})
    told = told.model_copy(update={"paragraph": one_paragraph(told)})
    snapshot = Snapshot(
        account_id=known.account.id,
        day=day,
        points=now.points,
        band=standing.band,
        coverage=now.coverage,
        rulebook=now.rulebook,
        basis=basis_of(known, rulebook, overrides),
        score=_SCORES.dump_python(now, mode="json"),
        explanation=told.model_dump(mode="json"),
        computed=computed,
        divergent=overlay.divergent,
    )
    copies = {c.observation.signal.id: c.original.signal.id for c in known.copies if c.is_whole}
    return Scored(standing, snapshot, turn, history[-1].band if history else None, None if is_past else copies)


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
    overlay: OverlayInWords | None = None,
) -> Explanation:
    """Why the account stands as it does against an earlier standing, or against the baselines where there is none."""
    rulebook = in_force(rulebooks, after.score.day)
    known = facts.as_of(after.score.day)
    if before is None:
        blank = starting_point(after.score)
        before = Standing(blank, band_with_hysteresis(blank, None, rulebook))
    moved = difference(facts, before.score, after.score, rulebook)
    return explain(
        known.account,
        moved,
        (before.score, before.band),
        (after.score, after.band),
        observations=(*facts.as_of(before.score.day).observations, *known.observations),
        contacts=known.contacts,
        origins=origins,
        plays=plays,
        overlay=overlay,
    )


def difference(facts: Facts, before: Score, after: Score, rulebook: Rulebook) -> Movement:
    """The movement between two stored scores, across a change of rules where there was one."""
    rebased = score(facts, rulebook, before.day) if before.rulebook != after.rulebook else None
    return movement(before, after, Context(_reviewed(facts, before.day, after.day), rebased))


def _reviewed(facts: Facts, before: date, after: date) -> frozenset[str]:
    """The subjects of which reviewers made something else between the two days; who confirms a signal leaves it as it is."""
    known = facts.as_of(after).decisions if facts.decisions else ()
    was, now = _made_of(d for d in known if d.at <= end_of(before)), _made_of(known)
    return frozenset(subject for subject in was.keys() | now.keys() if was.get(subject, ()) != now.get(subject, ()))


def _made_of(decisions: Iterable[Decision]) -> dict[str, tuple[object, ...]]:
    """What the decisions that hold make of each subject: what it was relabelled to, `REJECT` of one that is gone."""
    made: dict[str, tuple[object, ...]] = {}
    for d in sorted(unretracted(decisions), key=lambda d: (d.at, d.author)):
        relabels = tuple(m for m in made.get(d.subject, ()) if m is not Verdict.REJECT)
        if d.verdict is Verdict.RELABEL:
            relabels += ((d.type, d.severity, d.evidence),)
        made[d.subject] = (*relabels, Verdict.REJECT) if d.verdict is Verdict.REJECT else relabels
    return made


def _grounds(told: Explanation, *, praise: bool, most: int = 3) -> tuple[str, ...]:
    """What speaks for doing something about the account: its gains in the best band, its losses in any other.

    What moved it comes first; an account that only rose is held back by lines of its ledger.
    """
    sign = 1 if praise else -1
    moved = [c.label for c in told.causes if c.points * sign > 0]
    stands = sorted((line for line in told.ledger if line.points < 0 and line.kind != "bound"), key=lambda x: x.points)
    return tuple(dict.fromkeys(moved or [line.label for line in stands if not praise]))[:most]


def _overlay(known: Facts, rulebook: Rulebook, standing: Standing, override: Override | None) -> OverlayInWords:
    view = assessed(known, rulebook, standing.score.day)
    held = None
    if override is not None:
        held = OverrideInWords(
            band=override.band,
            author=override.author,
            reason=override.reason,
            first=override.first,
            last=override.last,
        )
    return OverlayInWords(
        computed=standing.by_score,
        assessed=view.band if view else None,
        author=view.author if view else "",
        day=view.day if view else None,
        comment=view.comment if view else "",
        divergent=diverges(view, standing.by_score),
        override=held,
    )


def _worded(action: Action) -> PlayInWords:
    return PlayInWords(
        id=action.play,
        label=action.label,
        owner=action.owner,
        opened=action.opened,
        due=action.due,
        opened_by=action.opened_by,
        steps=action.steps,
        overdue=action.overdue,
        reason=action.reason,
        state=action.state,
        action=action.id,
    )
