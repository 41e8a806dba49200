"""A document without one person: their words and name gone, the words of others where they can still be found."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace

from extractor.document import SEPARATOR, Document, Exclusion, Message, Source, Span, document_id
from extractor.erasing.traces import STAND_IN, Traces
from extractor.names import name_key

NOBODY = "erased person"
_COPIES = frozenset({"quoted_history", "forwarded"})


@dataclass(frozen=True, slots=True)
class Person:
    """Known by addresses in lower case, and by names where an export has no address."""

    addresses: frozenset[str]
    names: frozenset[str]

    def is_called(self, name: str, address: str | None) -> bool:
        """By address; by name too, since somebody may write from home or only be heard."""
        if address and address.lower() in self.addresses:
            return True
        return bool(name) and name_key(name) in {name_key(n) for n in self.names}

    def own_lines(self, document: Document) -> Iterator[str]:
        """What they wrote, line by line, by which copies elsewhere are found."""
        for message in document.messages:
            if self.is_called(message.speaker, message.address):
                yield from (line.strip() for line in document.words(message).splitlines())


@dataclass(frozen=True, slots=True)
class _Cut:
    """A stretch of the old text and where its stand-in stands in the new one."""

    old: Span
    new: Span


@dataclass(frozen=True, slots=True)
class Redaction:
    """The document as it may stay. `theirs` are the ids of messages that were the person's."""

    document: Document
    theirs: frozenset[str]
    cuts: tuple[_Cut, ...]

    def moved(self, span: Span) -> Span | None:
        """Where a stretch of the old text stands now; None where nothing of it is left."""
        if any(cut.old.contains(span) for cut in self.cuts):
            return None
        return around(self.cuts, span)


def redact(document: Document, person: Person, traces: Traces, *, took_part: bool) -> Redaction | None:
    """None where the person is nowhere in it. `took_part`: whether it belongs to a conversation they were in.

    Quoted history of such a conversation goes whole: it is a copy of what stands elsewhere, and often of their words.
    """
    theirs = frozenset(m.id for m in document.messages if person.is_called(m.speaker, m.address))
    took_part = took_part or bool(theirs) or any(person.is_called(p.name, p.address) for p in document.participants)
    cuts: list[_Cut] = []
    pieces: list[str] = []
    messages: list[Message] = []
    length = 0
    for message in document.messages:
        start, at = length, message.span.start
        old = [message.span] if message.id in theirs else list(_cuts(document, message, traces, took_part))
        for stretch in old:
            kept = document.text[at : stretch.start]
            cuts.append(_Cut(stretch, Span(length + len(kept), length + len(kept) + len(STAND_IN))))
            pieces += [kept, STAND_IN]
            length += len(kept) + len(STAND_IN)
            at = stretch.end
        pieces += [document.text[at : message.span.end], SEPARATOR]
        length += message.span.end - at
        messages.append(_unnamed(message, Span(start, length), traces, is_theirs=message.id in theirs))
        length += len(SEPARATOR)
    participants = tuple(p for p in document.participants if not person.is_called(p.name, p.address))
    asked = bool(document.messages) and document.messages[0].id in theirs
    changed = replace(
        document,
        title=STAND_IN if asked and document.source is Source.TICKET else traces.out_of(document.title),
        text="".join(pieces[:-1]),
        messages=tuple(messages),
        excluded=tuple(
            sorted({Exclusion(around(tuple(cuts), e.span), e.why) for e in document.excluded}, key=lambda e: e.span)
        ),
        participants=participants,
        key=traces.out_of(document.key),
        thread=traces.out_of(document.thread) if document.thread is not None else None,
        answers=tuple(map(traces.out_of, document.answers)),
        origin=traces.out_of(document.origin),
        notes=tuple(map(traces.out_of, document.notes)),
    )
    if changed == document:
        return None
    return Redaction(replace(changed, id=document_id(changed)), theirs, tuple(cuts))


def around(cuts: tuple[_Cut, ...], span: Span) -> Span:
    """The stretch of the new text that holds what the old one held; a stand-in counts whole."""
    return Span(_at(cuts, span.start, is_end=False), _at(cuts, span.end, is_end=True))


def _at(cuts: tuple[_Cut, ...], offset: int, *, is_end: bool) -> int:
    number = bisect_right(cuts, offset - is_end, key=lambda cut: cut.old.start) - 1
    if number < 0:
        return offset
    cut = cuts[number]
    if offset - is_end < cut.old.end:
        return cut.new.end if is_end else cut.new.start
    return offset - cut.old.end + cut.new.end


def _cuts(document: Document, message: Message, traces: Traces, took_part: bool) -> Iterator[Span]:
    copies = [
        e.span
        for e in document.excluded
        if e.why in _COPIES and e.span.overlaps(message.span) and (took_part or traces.are_in(e.span.of(document.text)))
    ]
    found = [span.moved(message.span.start) for span in traces.stretches(document.words(message))]
    end = message.span.start
    for span in sorted([*copies, *found], key=lambda s: (s.start, -s.end)):
        inside = Span(max(span.start, end), max(min(span.end, message.span.end), end))
        if inside.start < inside.end:
            yield inside
            end = inside.end


def _unnamed(message: Message, span: Span, traces: Traces, *, is_theirs: bool) -> Message:
    if is_theirs:
        return replace(message, span=span, speaker=NOBODY, address=None, job_title=None)
    address = None if message.address and traces.are_in(message.address) else message.address
    return replace(message, span=span, speaker=traces.out_of(message.speaker), address=address)
