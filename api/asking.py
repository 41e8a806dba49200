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
from pipeline.answers import why_of
from pipeline.asking.answer import Sentence, passage_citation, told
from pipeline.asking.question import (
    Period,
    asks_for_standing,
    asks_for_theirs,
    named_account,
    period,
    without_name,
)
from pipeline.asking.search import found, said_within
from pipeline.asking.wording import worded
from pipeline.lookup import WrongInputError
from scoring.explanation import Explanation
from scoring.facts import Account
from store.browse import accounts_for, explanation_on
from store.documents import get_document
from store.indexed import any_indexed, count_unindexed
from store.search import Passage, passages_of
from store.vectors import PassageIndex

LOG = logging.getLogger("whyred.api")
MOST = 8
"""Passages that answer a question for words."""

NOT_INDEXED = "Not all of this account's messages are indexed by meaning yet; until they are, words decide."

UNNAMED = "The question names no account that you may see: say one by its name or id."
AMBIGUOUS = "Which account is meant is not clear: name one of those offered."

Kind = Literal["why", "passages", "unsure", "nothing"]


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
        named = named_account(question, accounts_for(visit.connection, visit.caller.owners))
        if named.account is None:
            note = AMBIGUOUS if named.candidates else UNNAMED
            return Answer("unsure", None, Period(None, None), candidates=named.candidates, note=note)
        account = named.account
    else:
        account = visit.account(account_id)
    days = period(question, visit.today)
    if asks_for_standing(question):
        answer = Answer("why", account, days, told(_explanation(visit, account, days)))
    else:
        answer = _passages(visit, question, account, days)
    visit.note("ask", account.id)  # last: from here on nobody else can write, and a model takes its time
    return answer


def _explanation(visit: Visit, account: Account, days: Period) -> Explanation:
    """The stored one, or the same facts compared with the day that the question names."""
    try:
        return why_of(visit.connection, visit.app.rulebooks, account, days.until, _before(visit, account, days))
    except WrongInputError as error:
        raise NotScoredError(str(error)) from error


def _before(visit: Visit, account: Account, days: Period) -> date | None:
    """The day to compare with, where the account was scored by then."""
    if days.since is None or explanation_on(visit.connection, account.id, days.since) is None:
        return None
    return days.since


def _passages(visit: Visit, question: str, account: Account, days: Period) -> Answer:
    passages = said_within(passages_of(visit.connection, account.id), days)
    if asks_for_theirs(question):
        passages = [p for p in passages if p.role != Role.VENDOR]
    index, note = _index_of(visit, account)
    best = _found(account, without_name(question, account), passages, index)
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
