"""Which mails belong to one conversation: References and In-Reply-To, then the subject."""

from __future__ import annotations

import re
from collections.abc import Iterable
from email.message import Message as Mime

from extractor.document import Document
from extractor.readers.mail import headers
from extractor.readers.mail.patterns import load_patterns

_SPACES = re.compile(r"\s+")
_SUBJECT = "subject:"


def base_subject(subject: str) -> str:
    """The subject without answer and forward marks, for comparison."""
    return _SPACES.sub(" ", load_patterns().reply_subject.sub("", subject)).strip().casefold()


def thread_of(mime: Mime, key: str, subject: str) -> str:
    """The key of the mail that began the thread; for an answer that names no mail, `subject:` and its subject."""
    roots = headers.message_ids(mime, "References") or headers.message_ids(mime, "In-Reply-To")
    if roots:
        return f"mail:{roots[0]}"
    base = base_subject(subject)
    is_answer = base != _SPACES.sub(" ", subject).strip().casefold()
    return f"{_SUBJECT}{base}" if is_answer and base else key


def threads(documents: Iterable[Document]) -> dict[str, str]:
    """For each document id the thread's name, joined over everything known.

    A mail that only names its direct predecessor joins that one's thread; an answer without references joins the mail
    with the same subject. The name is the smallest key of the thread, so it does not depend on the order of reading.
    """
    parent: dict[str, str] = {}

    def root(name: str) -> str:
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    def join(left: str, right: str) -> None:
        first, second = sorted((root(left), root(right)))
        parent[second] = first

    known = list(documents)
    for document in known:
        thread = document.thread or document.key
        join(document.key, thread)
        base = base_subject(document.title)
        if base and thread in (document.key, f"{_SUBJECT}{base}"):
            join(document.key, f"{_SUBJECT}{base}\0{document.account_hint or ''}")
            join(document.key, thread)
    return {document.id: root(document.key) for document in known}
