"""Erases an account, or a person from all accounts: what is kept, what was found in it, and the files beside it.

`erase_account` and `erase_person` change the database within the caller's transaction; `clean_up` does the rest once
that is committed, and may be repeated.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from extractor.document import Document, content_id
from extractor.erasing.person import Person, redact
from extractor.erasing.traces import Traces, name_words, spellings
from extractor.names import name_key
from extractor.people import people_of
from pipeline import inbox
from pipeline.engines import REPLIES
from pipeline.rescore import rescore_all
from pipeline.wiring import App
from scoring.facts import Account
from scoring.rulebook.model import Rulebook
from store import erasure
from store.accounts import all_accounts, contacts_by_account, domains_by_account, hold_account
from store.browse import papers_of
from store.database import Connection
from store.documents import all_documents
from store.indexed import unmark_accounts
from store.versions import contacts_of


class ErasureError(ValueError):
    """Nobody of that name is known, or they cannot be erased; the message says what to do."""


@dataclass(slots=True)
class Erased:
    """`subject` is a digest, by which it can be shown that this erasure was done. `elsewhere` are files that are not ours.

    `accounts` are those whose passages must be indexed anew.
    """

    subject: str
    accounts: tuple[str, ...]
    documents: int = 0
    messages: int = 0
    signals: int = 0
    rows: dict[str, int] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
    elsewhere: list[Path] = field(default_factory=list)


def digest_of(kind: str, wanted: str) -> str:
    return content_id(["erased", kind, wanted.strip().casefold()])


def erase_account(connection: Connection, home: Path, account: Account) -> Erased:
    """Everything of the account, and what is said of it where no account is known yet."""
    hold_account(connection, account.id)
    people = contacts_of(connection, account.id)
    origins = {paper.origin for paper in papers_of(connection, account.id)}
    known = {account.id, account.name, *domains_by_account(connection)[account.id], *origins}
    traces = Traces({*known, *(c.address for c in people), *spellings(c.name for c in people)} - {""})
    done = Erased(digest_of("account", account.id), (account.id,))
    done.files, done.elsewhere = inbox.release_those_with(connection, home, traces)
    done.rows = erasure.erase_account(connection, account.id)
    done.documents, done.signals = done.rows.get("documents", 0), done.rows.get("signals", 0)
    erasure.take_out(connection, lambda _: traces, only_shared=True)
    return done


def erase_person(
    connection: Connection,
    rulebooks: tuple[Rulebook, ...],
    home: Path,
    wanted: str,
    names: Sequence[str] = (),
    account_id: str | None = None,
) -> Erased:
    """By e-mail address, or by full name within one account; other names they go by may be given.

    Their messages, name and address go from every document; signals that rest on their words go; every kept day of the
    accounts concerned is scored anew. Raises ErasureError where nobody is found, or the address owns accounts.
    """
    person, account_ids = _recognised(connection, wanted, names, account_id)
    for concerned_id in sorted(account_ids):
        hold_account(connection, concerned_id)
    accounts = {a.id: a for a in all_accounts(connection)}
    concerned = [(i, d) for i, d in all_documents(connection) if i in account_ids]
    whole = {*person.addresses, *spellings(person.names)}
    words = name_words(person.names, (accounts[i].name for i in account_ids))
    here = Traces(whole, words, (line for _, d in concerned for line in person.own_lines(d)))
    anywhere = Traces(whole)
    done = Erased(digest_of("person", wanted), tuple(sorted(account_ids)))
    done.files, done.elsewhere = inbox.release_those_with(connection, home, anywhere)
    threads = {d.thread for _, d in concerned if _took_part(person, d)}
    stranger = Person(person.addresses, frozenset())
    for account, document in list(all_documents(connection)):
        mine = account in account_ids
        redaction = redact(
            document,
            person if mine else stranger,
            here if mine else anywhere,
            took_part=mine and document.thread in threads,
        )
        if redaction is not None:
            done.documents += 1
            done.messages += len(redaction.theirs)
            done.signals += erasure.rewrite_document(connection, document.id, redaction)
    erasure.forget_person(connection, person, account_ids)
    done.rows = erasure.take_out(connection, lambda account: here if account in account_ids else anywhere)
    unmark_accounts(connection, done.accounts)
    for account in done.accounts:
        rescore_all(connection, rulebooks, accounts[account])
    return done


def clean_up(app: App, done: Erased) -> None:
    """What no transaction covers: raw files, vectors, replies of a model, pages of the database that were freed."""
    inbox.drop(done.files)
    leave_no_copies(app, done.accounts)


def leave_no_copies(app: App, accounts: Iterable[str]) -> None:
    """Vectors of these accounts, replies of a model, and pages of the database that were freed."""
    for account in accounts:
        app.passages.forget(account)
    shutil.rmtree(app.settings.home / REPLIES, ignore_errors=True)
    app.database.forget_deleted()


def _recognised(
    connection: Connection, wanted: str, names: Iterable[str], account_id: str | None
) -> tuple[Person, frozenset[str]]:
    """Who is meant under every name they go by, and the accounts they appear in."""
    by_address = "@" in wanted
    if not by_address and (account_id is None or len(wanted.split()) < 2):
        raise ErasureError(f"{wanted!r} may be many people; give an e-mail address, or a full name and an account")
    owned = erasure.owned_accounts(connection, wanted)
    if owned:
        raise ErasureError(f"{wanted} owns {', '.join(owned)}; give these accounts another owner first")
    seen = [(account, p.name, p.address) for account, d in all_documents(connection) for p in people_of(d)]
    seen += [(i, m.speaker, m.address) for i, d in all_documents(connection) for m in d.messages]
    seen += [(i, c.name, c.address) for i, people in contacts_by_account(connection).items() for c in people]
    if by_address:
        mine = [(i, n) for i, n, a in seen if a is not None and a.lower() == wanted.lower()]
        called = {n for _, n in mine if "@" not in n and n} | set(names)
        found = Person(frozenset({wanted.lower()}), frozenset(called))
    else:
        key = name_key(wanted)
        mine = [(i, n) for i, n, _ in seen if i == account_id and name_key(n) == key]
        addresses = {a.lower() for i, n, a in seen if a and i == account_id and name_key(n) == key}
        found = Person(frozenset(addresses), frozenset({wanted, *names}))
    if not mine:
        raise ErasureError(f"nobody is known as {wanted!r}; /v1/accounts/ACCOUNT/export lists an account's people")
    return found, frozenset(account for account, _ in mine)


def _took_part(person: Person, document: Document) -> bool:
    return any(person.is_called(p.name, p.address) for p in people_of(document))
