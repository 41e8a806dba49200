"""A movement in words with its evidence: made once, stored, read by the command line, the API and the console.

Points are in points here (41.3), as people read them; the causes still sum to the change exactly, because each is a
whole number of tenths.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

from scoring.causes import Cause
from scoring.facts import Account, Contact, Observation
from scoring.ledger import Line, Score
from scoring.movement import Movement
from scoring.rulebook.model import Band


class _Frozen(BaseModel):
    model_config = ConfigDict(frozen=True)


class Quote(_Frozen):
    """Verbatim words; `start` and `end` index the document's canonical text in code points, `origin` is the raw file."""

    quote: str
    speaker: str
    job_title: str
    role: str
    at: datetime | None
    source: str
    title: str
    origin: str
    document: str
    message: str
    start: int
    end: int
    signal: str
    type: str
    severity: int
    extractor: str


class CauseInWords(_Frozen):
    """One cause; `type` is the signal type where words caused it."""

    kind: str
    type: str | None
    rule: str
    input: str
    label: str
    points: float
    since: date
    details: tuple[str, ...]
    evidence: tuple[Quote, ...]


class Standing(_Frozen):
    day: date
    band: str
    score: float
    low: float
    high: float
    coverage: float


class InputInWords(_Frozen):
    id: str
    label: str
    weight: float
    points: float
    present: bool


class LineInWords(_Frozen):
    """One line of the ledger that sums to the score."""

    rule: str
    kind: str
    input: str
    subject: str
    label: str
    points: float
    since: date
    detail: str
    signals: tuple[str, ...]


class PlayInWords(_Frozen):
    """What to do now: an open action of the band's play."""

    id: str
    label: str
    owner: str
    opened: date
    due: date
    opened_by: tuple[str, ...]
    steps: tuple[str, ...]
    overdue: str


class AccountInWords(_Frozen):
    id: str
    name: str
    segment: str
    owner: str
    arr: int
    currency: str
    renewal_date: date | None
    days_to_renewal: int | None


class Explanation(_Frozen):
    """Why the account stands where it stands; an account never scored before `since` starts at the baselines."""

    version: Literal[1] = 1
    account: AccountInWords
    as_of: date
    since: date
    before: Standing
    after: Standing
    change: float
    sentence: str
    first_mover: CauseInWords | None
    causes: tuple[CauseInWords, ...]
    residual: float
    inputs: tuple[InputInWords, ...]
    ledger: tuple[LineInWords, ...]
    plays: tuple[PlayInWords, ...]
    rulebook: str


def explain(
    account: Account,
    moved: Movement,
    before: tuple[Score, str],
    after: tuple[Score, str],
    *,
    observations: Iterable[Observation],
    contacts: Iterable[Contact],
    origins: Mapping[str, str],
    plays: Sequence[PlayInWords],
) -> Explanation:
    """Put a movement into words. `before` and `after` are scores with their bands; `origins` maps documents to files."""
    by_id = {o.signal.id: o for o in observations}
    titles = {c.name.casefold(): c.job_title for c in contacts}

    def worded(cause: Cause) -> CauseInWords:
        quoted = [by_id[s] for s in cause.signals if s in by_id]
        return CauseInWords(
            kind=cause.kind.value,
            type=cause.rule if any(o.signal.type == cause.rule for o in quoted) else None,
            rule=cause.rule,
            input=cause.input,
            label=cause.label,
            points=cause.points / 10,
            since=cause.since,
            details=cause.details,
            evidence=tuple(q for o in quoted for q in _quotes(o, titles, origins)),
        )

    causes = tuple(worded(c) for c in moved.causes)
    standings = _standing(*before), _standing(*after)
    return Explanation(
        account=_account(account, after[0].day),
        as_of=moved.day,
        since=moved.since,
        before=standings[0],
        after=standings[1],
        change=moved.change / 10,
        sentence=_sentence(account, standings[0], standings[1], causes),
        first_mover=worded(moved.first) if moved.first else None,
        causes=causes,
        residual=moved.residual / 10,
        inputs=tuple(
            InputInWords(id=i.id, label=i.label, weight=i.weight / 10, points=i.points / 10, present=i.present)
            for i in after[0].inputs
        ),
        ledger=tuple(_line(line) for line in after[0].lines),
        plays=tuple(plays),
        rulebook=after[0].rulebook,
    )


def play_in_words(band: Band, owner: str, opened: date, due: date, opened_by: Sequence[str]) -> PlayInWords:
    play = band.play
    return PlayInWords(
        id=play.id,
        label=play.label,
        owner=owner,
        opened=opened,
        due=due,
        opened_by=tuple(opened_by),
        steps=play.steps,
        overdue=play.overdue,
    )


def _account(account: Account, day: date) -> AccountInWords:
    return AccountInWords(
        id=account.id,
        name=account.name,
        segment=account.segment,
        owner=account.owner,
        arr=account.arr,
        currency=account.currency,
        renewal_date=account.renewal_date,
        days_to_renewal=(account.renewal_date - day).days if account.renewal_date else None,
    )


def _standing(score: Score, band: str) -> Standing:
    return Standing(
        day=score.day,
        band=band,
        score=score.points / 10,
        low=score.low / 10,
        high=score.high / 10,
        coverage=score.coverage / 10,
    )


def _line(line: Line) -> LineInWords:
    return LineInWords(
        rule=line.rule,
        kind=line.kind,
        input=line.input,
        subject=line.subject,
        label=line.label,
        points=line.points / 10,
        since=line.since,
        detail=line.detail,
        signals=line.signals,
    )


def _quotes(observation: Observation, titles: Mapping[str, str], origins: Mapping[str, str]) -> list[Quote]:
    signal = observation.signal
    return [
        Quote(
            quote=e.quote,
            speaker=e.speaker,
            job_title=titles.get(e.speaker.casefold(), ""),
            role=e.role.value,
            at=e.at,
            source=observation.source.value,
            title=observation.title,
            origin=origins.get(e.document_id, ""),
            document=e.document_id,
            message=e.message,
            start=e.span.start,
            end=e.span.end,
            signal=signal.id,
            type=signal.type,
            severity=signal.severity,
            extractor=signal.extractor,
        )
        for e in signal.evidence
    ]


def _sentence(account: Account, before: Standing, after: Standing, causes: Sequence[CauseInWords]) -> str:
    """The one line that a CSM would tell a manager."""
    change = after.score - before.score
    if before.band == after.band and abs(change) < 1:
        return f"{account.name} stays {after.band} at {after.score:.0f}."
    way = "went" if before.band != after.band else "moved within"
    place = f"from {before.band} to {after.band}" if before.band != after.band else after.band
    main = [c for c in causes if c.points * change > 0][:3]
    because = ", ".join(f"{c.label.lower()} ({c.points:+.1f})" for c in main)
    days = (after.day - before.day).days
    because = f": {because}" if because else ""
    return f"{account.name} {way} {place}, {before.score:.0f} to {after.score:.0f} in {days} days{because}."
