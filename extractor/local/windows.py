"""A document as the network reads it: runs of sentences with the words before and after, speaker roles and source.

Reading whole windows instead of sentence after sentence gives every sentence its context at a fraction of the cost of
repeating that context for each.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from extractor.document import Document, Role, Source, Span
from extractor.local.sentences import sentences

SIZE = 256
"""Tokens of a window, without its frame."""
BEFORE = 48
"""Tokens of context that a sentence is given before it; the sentences inside a window have more."""
AFTER = 20
LONGEST = 96
"""Tokens of one sentence that are read; a quote is never that long."""
_START, _END = 101, 102
_TARGET, _CONTEXT = 0, 1
_INTRODUCED = {
    Role.CUSTOMER: "customer :",
    Role.VENDOR: "vendor :",
    Role.INTERNAL: "internal note :",
    Role.UNKNOWN: "someone :",
}
_QUOTED_LINE = re.compile(r"[^\S\n]*>")

Tokenize = Callable[[Sequence[str]], list[list[int]]]
"""Texts in, token ids out, without special tokens."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """`span` indexes the document's text; `judged` says whether its words may be evidence at all."""

    span: Span
    message: int
    role: Role
    tokens: tuple[int, ...]
    judged: bool


@dataclass(frozen=True, slots=True)
class Window:
    """Token ids with their kind (target or context); `targets` are token ranges of the sentences to be scored, in the
    order of `sentences`, which numbers them within the document."""

    tokens: tuple[int, ...]
    kinds: tuple[int, ...]
    targets: tuple[tuple[int, int], ...]
    sentences: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """Token ids that introduce sources and speakers."""

    sources: dict[Source, tuple[int, ...]]
    roles: dict[Role, tuple[int, ...]]

    @classmethod
    def of(cls, tokenize: Tokenize) -> Frame:
        sources = tokenize([source.value for source in Source])
        roles = tokenize([_INTRODUCED[role] for role in Role])
        return cls(
            {source: (_START, *ids) for source, ids in zip(Source, sources, strict=True)},
            {role: (_END, *ids) for role, ids in zip(Role, roles, strict=True)},
        )


def read_sentences(document: Document, tokenize: Tokenize, speakers: Iterable[Role]) -> list[Sentence]:
    """The document's sentences in order, without what is marked as quoted history, signature or disclaimer."""
    spans: list[tuple[int, Span]] = []
    for number, message in enumerate(document.messages):
        for local in sentences(document.words(message)):
            span = local.moved(message.span.start)
            if document.exclusion_at(span) is None and not _QUOTED_LINE.match(document.text, span.start):
                spans.append((number, span))
    eligible = frozenset(speakers)
    roles = [message.role for message in document.messages]
    ids = tokenize([span.of(document.text) for _, span in spans])
    return [
        Sentence(span, number, roles[number], tuple(tokens[:LONGEST]), roles[number] in eligible)
        for (number, span), tokens in zip(spans, ids, strict=True)
        if tokens
    ]


def windows(
    source: Source,
    read: Sequence[Sentence],
    frame: Frame,
    *,
    size: int = SIZE,
    before: int = BEFORE,
    after: int = AFTER,
) -> list[Window]:
    """Every judged sentence as a target of exactly one window, with at least its context around it."""
    made: list[Window] = []
    targets: list[int] = []
    shown: set[int] = set()
    for index, sentence in enumerate(read):
        if not sentence.judged:
            continue
        wanted = _around(read, index, before, after)
        if targets and sum(len(read[i].tokens) for i in shown | wanted) > size:
            made.append(assemble(source, read, sorted(shown), frozenset(targets), frame))
            targets, shown = [], set()
        targets.append(index)
        shown |= wanted
    if targets:
        made.append(assemble(source, read, sorted(shown), frozenset(targets), frame))
    return made


def assemble(
    source: Source, read: Sequence[Sentence], shown: Sequence[int], targets: frozenset[int], frame: Frame
) -> Window:
    """One window over the sentences `shown`; a role is introduced where the speaker's message begins."""
    tokens = list(frame.sources[source])
    kinds = [_TARGET] * len(tokens)
    ranges: list[tuple[int, int]] = []
    message: int | None = None
    for index in shown:
        sentence = read[index]
        kind = _TARGET if index in targets else _CONTEXT
        introduction = frame.roles[sentence.role] if sentence.message != message else ()
        message = sentence.message
        tokens += introduction
        if index in targets:
            ranges.append((len(tokens), len(tokens) + len(sentence.tokens)))
        tokens += sentence.tokens
        kinds += [kind] * (len(introduction) + len(sentence.tokens))
    return Window((*tokens, _END), (*kinds, _TARGET), tuple(ranges), tuple(i for i in shown if i in targets))


def _around(read: Sequence[Sentence], index: int, before: int, after: int) -> set[int]:
    """The sentence and its neighbours within so many tokens."""
    around = {index}
    for step, limit in ((-1, before), (1, after)):
        place, spent = index + step, 0
        while 0 <= place < len(read) and spent + len(read[place].tokens) <= limit:
            spent += len(read[place].tokens)
            around.add(place)
            place += step
    return around
