"""From facts of single accounts to the columns of a portfolio."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np

from extractor.document import Role, Took
from scoring.columns.portfolio import (
    NONE,
    Assessments,
    Contracts,
    Interactions,
    Portfolio,
    Readings,
    Signals,
    moment,
)
from scoring.facts import Facts


def portfolio_of(accounts: Iterable[Facts], day: date) -> Portfolio:
    """The facts as they were known by the end of the day: what was known when is decided by `Facts.as_of` alone."""
    cut = [facts.as_of(day) for facts in accounts]
    types, metrics, roles, segments, questions, answers = (_Names() for _ in range(6))
    return Portfolio(
        day=day.toordinal(),
        ids=[facts.account.id for facts in cut],
        names=[facts.account.name for facts in cut],
        signals=_signals(cut, types),
        readings=_readings(cut, metrics),
        interactions=_interactions(cut, roles),
        assessments=_assessments(cut, questions, answers),
        contracts=_contracts(cut, segments),
        types=tuple(types),
        metrics=tuple(metrics),
        roles=tuple(roles),
        segments=tuple(segments),
        questions=tuple(questions),
        answers=tuple(answers),
    )


class _Names(dict[Any, int]):
    """Numbers names in the order they come."""

    def __missing__(self, name: Any) -> int:
        self[name] = len(self)
        return self[name]


def _columns(rows: Iterable[tuple[Any, ...]], width: int) -> list[np.ndarray[Any, Any]]:
    columns = list(zip(*rows, strict=True)) or [()] * width
    return [np.array(c, dtype=np.float64 if c and isinstance(c[0], float) else np.int64) for c in columns]


def _signals(accounts: Sequence[Facts], types: _Names) -> Signals:
    threads = _Names()
    said = [(n, o) for n, facts in enumerate(accounts) for o in sorted(facts.observations, key=lambda o: o.subject)]
    number, type_, severity, confidence, said_at, said_on, since, thread = _columns(
        (
            (
                n,
                types[o.signal.type],
                o.signal.severity,
                float(o.signal.confidence),
                moment(o.last_said),
                o.said_on.toordinal(),
                o.since.toordinal(),
                threads[n, o.thread],
            )
            for n, o in said
        ),
        8,
    )
    return Signals(
        account=number,
        type=type_.astype(np.int16),
        severity=severity,
        confidence=confidence,
        said_at=said_at,
        said_on=said_on,
        since=since,
        thread=thread,
        subjects=[o.subject for _, o in said],
        ids=[o.signal.id for _, o in said],
    )


def _readings(accounts: Sequence[Facts], metrics: _Names) -> Readings:
    number, metric, day, value = _columns(
        (
            (
                n,
                metrics[r.metric],
                r.day.toordinal(),
                float(r.value),
            )
            for n, facts in enumerate(accounts)
            for r in sorted(facts.readings, key=lambda r: (r.day, r.visible_from, r.value))
        ),
        4,
    )
    return Readings(number, metric.astype(np.int16), day, value)


def _interactions(accounts: Sequence[Facts], roles: _Names) -> Interactions:
    threads, people = _Names(), _Names()
    role_of = [{c.address.lower(): c.role for c in facts.contacts} for facts in accounts]
    rows = (
        (
            n,
            moment(i.at),
            i.at.date().toordinal(),
            i.role is Role.CUSTOMER,
            i.role is Role.VENDOR,
            i.took is Took.WROTE,
            i.took.is_presence,
            threads[n, i.thread] if i.thread else NONE,
            people[address] if address else NONE,
            roles[role_of[n][address]] if address in role_of[n] else NONE,
        )
        for n, facts in enumerate(accounts)
        for i in sorted(facts.interactions, key=lambda i: (i.at, i.document_id, i.address or "", i.name, i.took))
        for address in [i.address.lower() if i.address else ""]
    )
    number, at, day, customer, vendor, wrote, present, thread, address_, role = _columns(rows, 10)
    return Interactions(
        account=number,
        at=at,
        day=day,
        is_customer=customer.astype(np.bool_),
        is_vendor=vendor.astype(np.bool_),
        wrote=wrote.astype(np.bool_),
        present=present.astype(np.bool_),
        thread=thread,
        address=address_,
        role=role,
    )


def _assessments(accounts: Sequence[Facts], questions: _Names, answers: _Names) -> Assessments:
    rows = [
        (n, a)
        for n, facts in enumerate(accounts)
        for a in sorted(facts.assessments, key=lambda a: (a.day, a.visible_from, a.author))
    ]
    for _, assessment in rows:
        for question in assessment.answers:
            questions[question]
    given = np.full((len(rows), len(questions)), NONE, dtype=np.int64)
    for place, (_, assessment) in enumerate(rows):
        for question, answer in assessment.answers.items():
            given[place, questions[question]] = answers[answer]
    number, day = _columns(((n, a.day.toordinal()) for n, a in rows), 2)
    return Assessments(number, day, given)


def _contracts(accounts: Sequence[Facts], segments: _Names) -> Contracts:
    return Contracts(
        *_columns(
            (
                (
                    n,
                    segments[account.segment],
                    account.arr,
                    _ordinal(account.renewal_date),
                    _ordinal(account.contract_start),
                    account.licensed_seats or 0,
                )
                for n, account in enumerate(facts.account for facts in accounts)
            ),
            6,
        )
    )


def _ordinal(day: date | None) -> int:
    return day.toordinal() if day is not None else NONE
