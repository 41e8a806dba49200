"""Which mails belong to one conversation: References and In-Reply-To, then the subject."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.message import Message as Mime

from extractor.readers.mail import headers
from extractor.readers.mail.patterns import load_patterns

_SPACES = re.compile(r"\s+")
_MOST_NAMED = 100
"""Earlier mails that one mail may name: the oldest and the latest; clients keep a few dozen."""
_ANSWERED_WITHIN = timedelta(days=90)
"""How long after a mail an answer that names none may still be its answer, by the subject alone."""
_UNDATED = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Letter:
    """What decides a mail's conversation: its key, its subject, the keys of earlier mails that it names, its moment."""

    key: str
    subject: str
    answers: tuple[str, ...]
    at: datetime | None

    @property
    def is_unaddressed_answer(self) -> bool:
        """Whether its subject says that it answers, and nothing says which mail."""
        return not self.answers and base_subject(self.subject) != _plain(self.subject)


def base_subject(subject: str) -> str:
    """The subject without answer and forward marks, for comparison."""
    return _plain(load_patterns().reply_subject.sub("", subject))


def _plain(subject: str) -> str:
    return _SPACES.sub(" ", subject).strip().casefold()


def answered(mime: Mime) -> tuple[str, ...]:
    """Keys of the earlier mails of the conversation that this one names, the oldest first, each once."""
    named = dict.fromkeys((*headers.message_ids(mime, "References"), *headers.message_ids(mime, "In-Reply-To")))
    keys = tuple(f"mail:{name}" for name in named)
    return keys if len(keys) <= _MOST_NAMED else (keys[0], *keys[1 - _MOST_NAMED :])


def threads(letters: Iterable[Letter]) -> dict[str, str]:
    """For each mail's key the name of its thread, whatever the order of the letters.

    Mails that name each other, or a common earlier one, belong together even where that one is unknown. An answer that
    names none joins the latest earlier mail of the same subject. The thread bears the name of the mail that began it.
    """
    known = sorted(letters, key=lambda letter: (letter.at or _UNDATED, letter.key))
    joined = _Joined()
    for letter in known:
        for name in letter.answers:
            joined.join(letter.key, name)
    for answer, earlier in _answers_by_subject(known):
        joined.join(answer, earlier)
    names: dict[str, str] = {}
    for letter in known:
        names.setdefault(joined.root(letter.key), (letter.answers or (letter.key,))[0])
    return {letter.key: names[joined.root(letter.key)] for letter in known}


def _answers_by_subject(known: Iterable[Letter]) -> Iterator[tuple[str, str]]:
    """Pairs of an answer that names no mail and the mail before it with its subject."""
    latest: dict[str, Letter] = {}
    for letter in known:
        subject = base_subject(letter.subject)
        earlier = latest.get(subject)
        if earlier is not None and letter.is_unaddressed_answer and _soon_after(earlier, letter):
            yield letter.key, earlier.key
        if subject:
            latest[subject] = letter


def _soon_after(earlier: Letter, letter: Letter) -> bool:
    return earlier.at is None or letter.at is None or letter.at - earlier.at <= _ANSWERED_WITHIN


class _Joined:
    """Names and which of them stand for one another; joining and asking take next to constant time."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, name: str) -> str:
        parent = self._parent
        while parent.setdefault(name, name) != name:
            parent[name] = parent[parent[name]]
            name = parent[name]
        return name

    def join(self, left: str, right: str) -> None:
        self._parent[self.root(left)] = self.root(right)
