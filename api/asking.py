"""A question answered from what is stored about one account that the caller may see."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Literal

from api.problems import NotScoredError
from api.visit import Visit
from extractor.document import Role
from extractor.local.model import ModelError
from extractor.names import name_key
from pipeline.answers import why_of
from pipeline.asking.answer import Sentence, passage_citation, said_day, told, told_next
from pipeline.asking.facts import told_actions, told_people, told_renewal
from pipeline.asking.intent import Asked, asks_for_theirs, asks_for_words_of, asks_nothing_else, presumed, what_is_asked
from pipeline.asking.question import Named, Period, named_account, named_by_person, period, without_name
from pipeline.asking.search import found, said_within
from pipeline.asking.standing import put_right, told_outlook
from pipeline.asking.wording import worded
from pipeline.lookup import WrongInputError
from pipeline.people import WINDOW, people_of
from scoring.explanation import Explanation
from scoring.facts import Account, Contact
from store.accounts import contacts_by_account
from store.actions import actions_of
from store.browse import accounts_for, explanation_on, histories
from store.documents import get_document
from store.facts import heard_of
from store.indexed import any_indexed, count_unindexed
from store.presence import presence_of
from store.search import Passage, passages_of
from store.vectors import PassageIndex

LOG = logging.getLogger("whyred.api")
MOST = 8
"""Passages that answer a question for words."""

NOT_INDEXED = "Not all of this account's messages are indexed by meaning yet; until they are, words decide."

UNNAMED = "The question names no account that you may see: say one by its name or id."
AMBIGUOUS = "Which account is meant is not clear: name one of those offered."

Kind = Literal["why", "facts", "passages", "unsure", "nothing"]


@dataclass(frozen=True, slots=True)
class Answer:
    """`unsure` offers `candidates`; `nothing` found no passage in the days asked for; `note` says what it lacks."""

    kind: Kind
    account: Account | None
    days: Period
    sentences: Sequence[Sentence] = ()
    candidates: Sequence[Account] = ()
    note: str = ""
    worded_by: str = ""


def ask(visit: Visit, question: str, account_id: str | None = None) -> Answer:
    """Raises NotScoredError where the account has no scored day to explain."""
    visit.caller.must("ask")
    if account_id is None:
        named = _named(visit, question)
        if named.account is None:
            note = AMBIGUOUS if named.candidates else UNNAMED
            return Answer("unsure", None, Period(None, None), candidates=named.candidates, note=note)
        account = named.account
    else:
        account = visit.account(account_id)
    days = period(question, visit.today)
    what = Asked.STANDING if asks_nothing_else(question, account) else what_is_asked(question)
    if what in {Asked.STANDING, Asked.OUTLOOK}:
        answer = Answer("why", account, days, _standing(visit, what, question, account, days))
    elif sentences := _facts(visit, what, question, account):
        answer = Answer("facts", account, days, sentences)
    else:
        answer = _passages(visit, question, account, days)
    cited = sorted({c.document for s in answer.sentences for c in s.citations})
    # last: from here on nobody else can write, and a model takes its time
    visit.note("ask", account.id, documents=cited)
    return answer


def _named(visit: Visit, question: str) -> Named:
    """The account that the question names, or whose person it names."""
    accounts = accounts_for(visit.connection, visit.caller.owners)
    named = named_account(question, accounts)
    if named.account is not None:
        return named
    people = {name: [c.name for c in known] for name, known in contacts_by_account(visit.connection).items()}
    by_person = named_by_person(question, people, accounts)
    return by_person if by_person.account is not None or not named.candidates else named


def _facts(visit: Visit, what: Asked, question: str, account: Account) -> list[Sentence]:
    match what:
        case Asked.ACTIONS:
            return told_actions(account, actions_of(visit.connection, account.id), visit.today)
        case Asked.RENEWAL:
            return told_renewal(account, visit.today)
        case Asked.PEOPLE:
            heard = presence_of(visit.connection, account.id, visit.today - WINDOW, visit.today)
            return told_people(account, question, people_of(_contacts(visit, account), heard, visit.today), visit.today)
        case _:
            return []


def _contacts(visit: Visit, account: Account) -> Sequence[Contact]:
    """As they are described today."""
    return heard_of(visit.connection, account, ()).as_of(visit.today).contacts


def _standing(visit: Visit, what: Asked, question: str, account: Account, days: Period) -> list[Sentence]:
    found = _explanation(visit, account, days)
    if what is Asked.OUTLOOK:
        return [*told_outlook(found), *told_next(found)]
    history = histories(visit.connection, [account.id], until=found.as_of).get(account.id, ())
    return [
        *_nothing_since(found, days),
        *put_right(found, presumed(question), history, days.since),
        *told(found),
    ]


def _explanation(visit: Visit, account: Account, days: Period) -> Explanation:
    """The stored one, or the same facts compared with the day that the question names."""
    try:
        return why_of(visit.connection, visit.app.rulebooks, account, days.until, _before(visit, account, days))
    except WrongInputError as error:
        until = f" up to {said_day(days.until)}" if days.until else ""
        page = f"{account.name} has no score{until} yet, so there is nothing to explain."
        raise NotScoredError(str(error), page=page) from error


def _before(visit: Visit, account: Account, days: Period) -> date | None:
    """The day to compare with, where the account was scored by then and again after it."""
    if days.since is None:
        return None
    before = explanation_on(visit.connection, account.id, days.since)
    now = explanation_on(visit.connection, account.id, days.until)
    return days.since if before and now and before["as_of"] < now["as_of"] else None


def _nothing_since(found: Explanation, days: Period) -> list[Sentence]:
    """Said first where the question asks for days that nobody has scored yet."""
    if days.since is None or days.since < found.as_of:
        return []
    text = f"Nothing was scored after {said_day(found.as_of)}, so this is how it stood that day."
    return [Sentence(text, (), (f"score:{found.as_of}",))]


def _passages(visit: Visit, question: str, account: Account, days: Period) -> Answer:
    passages = said_within(passages_of(visit.connection, account.id), days)
    speakers = asks_for_words_of(question, {c.name for c in _contacts(visit, account)})
    if speakers:
        keys = {name_key(name) for name in speakers}
        passages = [p for p in passages if name_key(p.speaker) in keys]
    elif asks_for_theirs(question, account):
        passages = [p for p in passages if p.role in {Role.CUSTOMER, Role.UNKNOWN}]
    index, note = _index_of(visit, account)
    best = _found(account, without_name(question, account, speakers), passages, index)
    said = _worded(visit, question, best)
    if said and visit.app.wording is not None:
        return Answer("passages", account, days, said, note=note, worded_by=visit.app.wording.name)
    sentences = [Sentence(p.text, (passage_citation(p),)) for p in best]
    return Answer("passages" if sentences else "nothing", account, days, sentences, note=note)


def _worded(visit: Visit, question: str, best: Sequence[Passage]) -> list[Sentence]:
    """By the model that the settings name, if any; the passages themselves answer where nothing of it holds."""
    if visit.app.wording is None or not best:
        return []
    found = {p.document: get_document(visit.connection, p.document) for p in best}
    texts = {name: document for name, document in found.items() if document is not None}
    kept = [p for p in best if p.document in texts]  # the rest was erased since it was found
    if not kept:
        return []
    with visit.turns.passed_on():
        return worded(visit.app.wording, question, kept, texts)


def _index_of(visit: Visit, account: Account) -> tuple[PassageIndex | None, str]:
    """The index, where it holds anything of the account, and what to say where it does not hold all."""
    if not any_indexed(visit.connection, account.id):
        return None, NOT_INDEXED
    index = visit.app.passages
    missing = count_unindexed(visit.connection, index.id, account.id)
    return index, NOT_INDEXED if missing else ""


def _found(account: Account, wanted: str, passages: Sequence[Passage], index: PassageIndex | None) -> list[Passage]:
    try:
        return found(account.id, wanted, passages, index, MOST)
    except ModelError as error:
        LOG.warning("passages are ranked by words alone: %s", error)
        return found(account.id, wanted, passages, None, MOST)
