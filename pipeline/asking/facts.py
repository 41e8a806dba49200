"""Answers that are stored facts: what is to do, when the contract renews, who is who. Each names what it rests on."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from pipeline.acting import is_overdue
from pipeline.asking.answer import Sentence, said_day
from pipeline.asking.intent import asks_for_silent, people_named
from pipeline.people import QUIET, ROLES, Person
from pipeline.plays import is_resting
from scoring.facts import Account
from store.actions import Action

MOST = 10
"""People that one answer names."""
_OWNER = re.compile(r"\b(?:owner|owns|csm|account manager|responsible|looks after)\b", re.IGNORECASE)
_HEARD = re.compile(r"\b(?:hear|heard|silent|quiet|disappeared)\b", re.IGNORECASE)
_EVERYBODY = re.compile(r"\b(?:contacts?|people|everybody|everyone|do we know|works?)\b", re.IGNORECASE)
_WORD = re.compile(r"\w+")


def told_actions(account: Account, actions: Sequence[Action], day: date) -> list[Sentence]:
    """The open plays with their steps, overdue ones first and what rests last."""
    running = sorted(
        (a for a in actions if a.is_running(day)), key=lambda a: (is_resting(a, day), not is_overdue(a, day), a.due)
    )
    if not running:
        return [Sentence(f"Nothing is open for {account.name}.", (), ("actions",))]
    return [_action(a, day) for a in running]


def told_renewal(account: Account, day: date) -> list[Sentence]:
    if account.renewal_date is None:
        when = f"No renewal date of {account.name} is known."
    elif account.renewal_date < day:
        when = f"The renewal of {account.name} was due on {said_day(account.renewal_date)}, {_ago(account.renewal_date, day)}."
    else:
        ahead = _days((account.renewal_date - day).days)
        when = f"{account.name} renews on {said_day(account.renewal_date)}, in {ahead}."
    worth = f"It is worth {account.currency} {account.arr:,} a year."
    return [Sentence(when, (), ("account:renewal_date",)), Sentence(worth, (), ("account:arr",))]


def told_people(account: Account, question: str, people: Sequence[Person], day: date) -> list[Sentence]:
    """Those asked for by role, name or job, or who were not heard; nothing where the question asks for none of these."""
    roles = [role for role in ROLES if re.search(rf"\b{role.replace('_', ' ')}", question, re.IGNORECASE)]
    if not roles and _OWNER.search(question):
        return [Sentence(f"{account.name} is in the hands of {account.owner}.", (), ("account:owner",))]
    if roles:
        found = [p for p in people if p.role in roles]
        missing = [r for r in roles if r not in {p.role for p in found}]
        none = [Sentence(f"No {_spoken(r)} of {account.name} is known.", (), ("contacts",)) for r in missing]
        return [*(_person(account, p, day) for p in found[:MOST]), *none]
    named = people_named(question, [p.name for p in people])
    if named:
        return [_person(account, p, day) for p in people if p.name in named]
    if _HEARD.search(question):
        return _heard(account, question, people, day)
    wanted = people if _EVERYBODY.search(question) else _by_job(question, people)
    return [_person(account, p, day) for p in wanted[:MOST]]


def _heard(account: Account, question: str, people: Sequence[Person], day: date) -> list[Sentence]:
    """The silent, the longest silent first; else the last who was heard."""
    if not asks_for_silent(question):
        latest = min((p for p in people if p.days is not None), key=lambda p: p.days or 0, default=None)
        return [_person(account, latest, day)] if latest else []
    silent = [p for p in people if p.silence]
    if not silent:
        text = f"Everybody known at {account.name} was heard within the last {QUIET} days."
        return [Sentence(text, (), ("contacts",))]
    silent.sort(key=lambda p: (not p.role, p.days is not None, -(p.days or 0)))
    return [_person(account, p, day) for p in silent[:MOST]]


def _by_job(question: str, people: Sequence[Person]) -> list[Person]:
    """Those whose job title has most of the question's words, or is what its initials stand for."""
    asked = {w.casefold() for w in _WORD.findall(question) if len(w) > 2}
    likeness = [len(asked & _job_words(p)) for p in people]
    best = max(likeness, default=0)
    return [p for p, like in zip(people, likeness, strict=True) if best and like == best]


def _job_words(person: Person) -> set[str]:
    words = [w for w in _WORD.findall(person.job_title) if len(w) > 2]
    return {w.casefold() for w in words} | {"".join(w[0] for w in words).casefold()}


def _action(action: Action, day: date) -> Sentence:
    state = f", {_ago(action.due, day, 'overdue')}" if is_overdue(action, day) else ""
    if is_resting(action, day) and action.snoozed_until is not None:
        state = f", snoozed until {said_day(action.snoozed_until)}"
    steps = f": {'; '.join(action.steps)}" if action.steps else ""
    text = f"{action.label} ({action.owner}), due {said_day(action.due)}{state}{steps}."
    return Sentence(text, (), (f"action:{action.id}",))


def _person(account: Account, person: Person, day: date) -> Sentence:
    role = f"{_spoken(person.role)} at {account.name}" if person.role else f"at {account.name}, role unknown"
    job = f" ({person.job_title})" if person.job_title else ""
    if person.last is None:
        heard = "never heard"
    else:
        heard = f"last heard on {said_day(person.last.date())}, {_ago(person.last.date(), day)} ({person.took})"
    proof = (f"contact:{person.name}", *([f"document:{person.document}"] if person.document else []))
    return Sentence(f"{person.name}{job}, {role}: {heard}.", (), proof)


def _spoken(role: str) -> str:
    return role.replace("_", " ")


def _ago(then: date, day: date, after: str = "ago") -> str:
    return "today" if then == day else f"{_days((day - then).days)} {after}"


def _days(count: int) -> str:
    return f"{count} day" if count == 1 else f"{count} days"
