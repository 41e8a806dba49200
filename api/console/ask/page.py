"""What the answer to a question says: each sentence with a link to every quote that proves it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote, urlencode

from api.asking import Answer
from api.console.shown import day
from pipeline.asking.answer import Citation, Sentence
from scoring.facts import Account


@dataclass(frozen=True, slots=True)
class Cited:
    citation: Citation
    link: str


@dataclass(frozen=True, slots=True)
class Source:
    """Where a stored fact is shown."""

    label: str
    link: str


@dataclass(frozen=True, slots=True)
class Said:
    """`sources` lead to the stored facts that prove a sentence where no words do."""

    text: str
    cited: tuple[Cited, ...]
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Offer:
    """An account that may be meant; `link` asks the same about it."""

    account: Account
    link: str


@dataclass(frozen=True, slots=True)
class AskPage:
    question: str
    answer: Answer | None
    said: tuple[Said, ...]
    offers: tuple[Offer, ...]


def ask_page(question: str, answer: Answer | None) -> AskPage:
    """`answer` is None before anything was asked. Among sentences that cite the same words, the first shows them."""
    return AskPage(
        question,
        answer,
        tuple(_said(answer.account, answer.sentences)) if answer and answer.account else (),
        tuple(Offer(a, f"/ask?{urlencode({'q': question, 'account': a.id})}") for a in answer.candidates)
        if answer
        else (),
    )


def _said(account: Account, sentences: Sequence[Sentence]) -> list[Said]:
    shown: set[tuple[str, int, int]] = set()
    found = []
    for sentence in reversed(sentences):
        fresh = [c for c in sentence.citations if (c.document, c.start, c.end) not in shown]
        shown |= {(c.document, c.start, c.end) for c in fresh}
        sources = dict.fromkeys(_source(account, line) for line in sentence.lines)
        found.append(
            Said(sentence.text, tuple(Cited(c, _link(c)) for c in fresh), tuple(s for s in sources if s is not None))
        )
    return found[::-1]


def _source(account: Account, line: str) -> Source | None:
    """None for a rule of the ledger, which the account's page tells as a whole."""
    page = f"/accounts/{quote(account.id)}"
    kind, _, name = line.partition(":")
    match kind:
        case "account":
            return Source("the contract", page)
        case "contact" | "contacts":
            return Source("its people", f"{page}#people")
        case "action":
            return Source("open it", f"/actions/{quote(name)}")
        case "actions":
            return Source("its actions", f"{page}#actions")
        case "document":
            return Source("where it was", f"/documents/{quote(name)}")
        case "score":
            return Source(f"scored on {day(date.fromisoformat(name))}", f"{page}?as_of={name}")
        case _:
            return None


def _link(citation: Citation) -> str:
    """To the signal's evidence, or to the message that holds a passage nobody took for a signal."""
    if citation.signal:
        return f"/evidence/{quote(citation.signal)}#quote"
    return f"/documents/{quote(citation.document)}?at={citation.start}-{citation.end}#quote"
