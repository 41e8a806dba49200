"""Puts a movement into words with its evidence."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from scoring.causes import Cause
from scoring.explanation import (
    AccountInWords,
    CauseInWords,
    Explanation,
    InputInWords,
    LineInWords,
    OverlayInWords,
    PlayInWords,
    Quote,
    Standing,
)
from scoring.facts import Account, Contact, Observation
from scoring.ledger import Line, Score
from scoring.movement import Movement
from scoring.wording import one_line, one_paragraph


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
    overlay: OverlayInWords | None = None,
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
    told = Explanation(
        account=_account(account, after[0].day),
        as_of=moved.day,
        since=moved.since,
        before=standings[0],
        after=standings[1],
        change=moved.change / 10,
        sentence="",
        first_mover=worded(moved.first) if moved.first else None,
        causes=causes,
        residual=moved.residual / 10,
        inputs=tuple(
            InputInWords(
                id=i.id, label=i.label, weight=i.weight / 10, points=i.points / 10, present=i.present and i.fed
            )
            for i in after[0].inputs
        ),
        ledger=tuple(_line(line) for line in after[0].lines),
        plays=tuple(plays),
        rulebook=after[0].rulebook,
        overlay=overlay,
    )
    return told.model_copy(update={"sentence": one_line(told), "paragraph": one_paragraph(told)})


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
