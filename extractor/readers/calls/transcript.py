"""Utterances to a call document: turns of one speaker joined, moments from the start of the call, people from its data."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import PurePosixPath

from extractor.document import Document, Participant, Role, Source, Took, Turn, compose
from extractor.names import name_key
from extractor.readers.calls.consent import refuses_recording
from extractor.readers.encoding import checked
from extractor.readers.limits import CUES
from extractor.readers.outcome import Obstacle, UnreadableError

_SPACES = re.compile(r"\s+")
_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-fA-F]{1,6}|[a-zA-Z]{2,31});")
_SENTENCE_END = re.compile(r"[.?!…。？！][\"'”’)\]]*$")
PAUSE = 1.5
"""Seconds of silence after a finished sentence that end a turn; shorter ones are breath within it."""


@dataclass(frozen=True, slots=True)
class Utterance:
    """Words of one speaker; seconds from the start of the call, None where the export has no times."""

    speaker: str
    text: str
    start: float | None = None
    end: float | None = None


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the call, as the export names them; `key` is how utterances refer to them.

    `took` is RECEIVED for who was invited and did not come.
    """

    name: str
    address: str | None = None
    job_title: str | None = None
    role: Role = Role.UNKNOWN
    key: str | None = None
    took: Took = Took.ATTENDED


@dataclass(frozen=True, slots=True)
class Call:
    """What an export says about a call besides its words; `named` says that the data beside the file gave the id.

    `meeting` is what the files of one meeting share, where the call has no id of its own.
    """

    id: str
    title: str = ""
    started_at: datetime | None = None
    account_hint: str | None = None
    people: tuple[Person, ...] = ()
    notes: tuple[str, ...] = field(default=())
    named: bool = False
    meeting: str = ""


def call_document(call: Call, utterances: Iterable[Utterance], origin: str, *, part: str = "") -> Document:
    """Raises UnreadableError where nothing was said, too much was said, or a speaker refused to be recorded.

    `part` tells what was written beside a call (its chat) from what was said in it.
    """
    spoken, notes = _in_order([u for u in map(_cleaned, utterances) if u.text])
    if len(spoken) > CUES:
        raise UnreadableError(
            f"{origin}: {len(spoken)} cues, at most {CUES} are read; split the recording", Obstacle.TOO_LARGE
        )
    if not spoken:
        raise UnreadableError(f"{origin}: nobody says anything in it; check the export", Obstacle.NO_TEXT)
    known = _index(call.people)
    turns = [_turn(group, known, call.started_at, origin) for group in _groups(spoken)]
    missing_start = () if call.started_at else ("no start time: messages carry none",)
    known_as = replace(call, notes=(*call.notes, *notes, *missing_start))
    if any(refuses_recording(turn.text) for turn in turns):
        raise UnreadableError(
            f"{origin}: a speaker does not consent to being recorded; the text was dropped",
            Obstacle.NOT_CONSENTED,
            _document(known_as, [replace(turn, text="") for turn in turns], origin, part),
        )
    return _document(known_as, turns, origin, part)


def _document(call: Call, turns: Sequence[Turn], origin: str, part: str) -> Document:
    heard = {turn.speaker.casefold() for turn in turns}
    name = f"call:{_name(call, origin)}"
    return compose(
        turns,
        source=Source.TRANSCRIPT,
        key=f"{name}/{part}" if part else name,
        title=call.title,
        account_hint=call.account_hint or _outside_domain(call.people),
        thread=name if _has_own_id(call, origin) else call.meeting or name,
        participants=tuple(
            Participant(p.name, p.address, p.role, Took.SPOKE if p.name.casefold() in heard else p.took)
            for p in call.people
        ),
        origin=origin,
        notes=call.notes,
    )


def _name(call: Call, origin: str) -> str:
    """The call's own id; where that is only the file's name, the path too, since folders repeat names."""
    return call.id if _has_own_id(call, origin) else PurePosixPath(origin).with_suffix("").as_posix()


def _has_own_id(call: Call, origin: str) -> bool:
    return call.named or call.id != PurePosixPath(origin).stem


def _cleaned(utterance: Utterance) -> Utterance:
    text = utterance.text
    if "&" in text and _ENTITY.search(text):
        text = html.unescape(text)
    text = _SPACES.sub(" ", text).strip()
    return Utterance(_SPACES.sub(" ", utterance.speaker).strip(), text, utterance.start, utterance.end)


def _in_order(utterances: list[Utterance]) -> tuple[list[Utterance], tuple[str, ...]]:
    """By start time, where all have one; repeated captions of one moment once."""
    notes: list[str] = []
    if all(u.start is not None for u in utterances):
        ordered = sorted(utterances, key=lambda u: u.start or 0.0)
        if ordered != utterances:
            notes.append("cues were out of order")
        utterances = ordered
    kept: list[Utterance] = []
    for utterance in utterances:
        last = kept[-1] if kept else None
        if last is not None and _repeats(last, utterance):
            continue
        kept.append(utterance)
    if len(kept) < len(utterances):
        notes.append(f"{len(utterances) - len(kept)} repeated cues dropped")
    return kept, tuple(notes)


def _repeats(last: Utterance, this: Utterance) -> bool:
    same = last.speaker == this.speaker and last.text == this.text
    if not same or this.start is None or last.start is None:
        return False
    return this.start == last.start or (last.end is not None and this.start < last.end)


def _groups(utterances: Sequence[Utterance]) -> Iterable[list[Utterance]]:
    group: list[Utterance] = []
    for utterance in utterances:
        if group and not _goes_on(group[-1], utterance):
            yield group
            group = []
        group.append(utterance)
    if group:
        yield group


def _goes_on(last: Utterance, this: Utterance) -> bool:
    if this.speaker != last.speaker:
        return False
    if last.end is None or this.start is None or this.start - last.end < PAUSE:
        return True
    return not _SENTENCE_END.search(last.text)


def _turn(group: Sequence[Utterance], known: dict[str, Person], started: datetime | None, origin: str) -> Turn:
    first = group[0]
    person = known.get(first.speaker.casefold()) or known.get(name_key(first.speaker))
    text = checked(" ".join(u.text for u in group), origin)
    return Turn(
        text=text,
        speaker=person.name if person else checked(first.speaker, origin),
        role=person.role if person else Role.UNKNOWN,
        at=_moment(started, first.start),
        until=_moment(started, max((u.end for u in group if u.end is not None), default=None))
        if group[-1].end
        else None,
        address=person.address if person else None,
        job_title=person.job_title if person else None,
    )


def _moment(started: datetime | None, offset: float | None) -> datetime | None:
    if started is None:
        return None
    try:
        return started + timedelta(milliseconds=round((offset or 0.0) * 1000))
    except OverflowError:
        return started


def _index(people: Iterable[Person]) -> dict[str, Person]:
    """By key, name and address, and by first name; a word that two people share names nobody."""
    listed = tuple(people)
    whole = _unshared(listed, lambda p: {p.key or "", name_key(p.name), p.address or ""})
    first = _unshared(listed, lambda p: {name_key(p.name).partition(" ")[0]})
    return {**first, **whole}


def _unshared(people: Sequence[Person], words_of: Callable[[Person], set[str]]) -> dict[str, Person]:
    found: dict[str, Person] = {}
    shared: set[str] = set()
    for person in people:
        for word in {w.casefold() for w in words_of(person) if w}:
            if word in found and found[word] != person:
                shared.add(word)
            found[word] = person
    return {word: person for word, person in found.items() if word not in shared}


def _outside_domain(people: Iterable[Person]) -> str | None:
    outside = (p for p in people if p.role is Role.CUSTOMER and p.address and "@" in p.address)
    return next((p.address.rpartition("@")[2].lower() for p in outside if p.address), None)
