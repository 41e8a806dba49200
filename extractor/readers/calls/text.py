"""Transcripts as plain text: Zoom's chat log, Otter's and Teams' exports, Google Meet's document."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from extractor.document import Document
from extractor.readers.calls.meta import call_of, transcript_text
from extractor.readers.calls.transcript import Call, Person, Utterance, call_document

_CHAT = re.compile(
    r"^(?:(\d{4}-\d\d-\d\d)[ T])?(\d{1,2}:\d\d:\d\d)[ \t]{1,4}(?:From[ \t]{1,4})?([^\s:][^\t\n:]{0,79}?)"
    r"(?:[ \t]{1,4}(?:to|To)[ \t]{1,4}([^\t\n:]{1,80}?))?[ \t]{0,4}:[ \t]{0,4}"
)
_HEADING = 240
"""Characters of a line in which its speaker is sought; the rest are words."""
_REACTION = re.compile(r'^(?:Reacted to|Removed an? .{1,20} reaction from|Liked|Loved) ["“].*', re.DOTALL)
_REPLY = re.compile(r'^Replying to ["“].*?["”]\s*', re.DOTALL)
_SPEAKER_LINE = re.compile(r"^(?P<name>[^\t\n:：]{0,80}?)[ \t]{1,8}(?P<clock>(?:\d{1,2}:)?\d{1,2}:\d\d)[ \t]*$")
_CLOCK_FIRST = re.compile(
    r"^\[?(?P<clock>(?:\d{1,2}:)?\d{1,2}:\d\d)\]?[ \t]+(?P<name>[^\t\n:：]{1,60}?)[ \t]*[:：]?[ \t]*$"
)
_OTTER_FOOTER = re.compile(r"^Transcribed by https?://otter\.ai.*$", re.IGNORECASE)
_MEET_TITLE = re.compile(
    r"^(?P<title>.{1,200}?)\s*\((?P<day>\d{4}-\d\d-\d\d) (?P<time>\d\d:\d\d)(?: ?(?:GMT|UTC)(?P<zone>[+-]\d{1,2})?)?.{0,10}\).{0,40}$"
)
_MEET_END = re.compile(
    r"^(?:Meeting ended after|Transcription ended after|Live transcription ended|This editable transcript was computer generated).*",
    re.IGNORECASE,
)
_MEET_CLOCK = re.compile(r"^\d\d:\d\d:\d\d$")
_MEET_LINE = re.compile(r"^(?P<name>[^\s:：][^:：\n]{0,60}?)[:：] (?P<text>\S.*)$")
_HEAD_LINES = 60


def format_of(head: str) -> str | None:
    """`chat`, `meet` or `blocks` (Otter, Teams), judged by the first lines; None where it is no transcript."""
    lines = [line.rstrip() for line in head.split("\n")[:_HEAD_LINES] if line.strip()]
    if not lines:
        return None
    chats = sum(1 for line in lines if _chat(line))
    if chats and _chat(lines[0]) and chats * 4 >= len(lines):
        return "chat"
    bare = [line.strip().casefold() for line in lines]
    said = sum(1 for line in lines if _MEET_LINE.match(line))
    if said >= 2 and ("attendees" in bare[:8] or any(b.endswith("transcript") for b in bare[:6])):
        return "meet"
    marks = [i for i, line in enumerate(lines) if _block(line)]
    if len(marks) >= 2 and marks[0] <= 5 and len(marks) * 8 >= len(lines):
        return "blocks"
    return "blocks" if len(marks) == 1 and marks[0] == 0 and any(_OTTER_FOOTER.match(line) for line in lines) else None


def read_text_transcript(path: Path, origin: str) -> Document:
    """Raises UnreadableError where nobody says anything in it or the call must not be kept."""
    text = transcript_text(path).lstrip("\ufeff")
    call = call_of(path)
    kind = format_of(text[:20_000])
    if kind == "chat":
        return call_document(call, chat_utterances(text), origin, part="chat")
    if kind == "meet":
        return call_document(meet_call(text, call), meet_utterances(text), origin)
    return call_document(call, block_utterances(text), origin)


def _chat(line: str) -> re.Match[str] | None:
    return _CHAT.match(line[:_HEADING]) if line[:1].isdigit() and ":" in line[8:_HEADING] else None


def _block(line: str) -> re.Match[str] | None:
    return (_SPEAKER_LINE.match(line) or _CLOCK_FIRST.match(line)) if len(line) < _HEADING else None


def chat_utterances(text: str) -> Iterator[Utterance]:
    """Zoom's chat: a clock, a name, the words; lines without a clock go on with the message above."""
    speaker, clock, words = "", 0.0, list[str]()
    for line in text.split("\n"):
        match = _chat(line)
        if match is None:
            words.append(line)
            continue
        yield from _chat_message(speaker, clock, words)
        speaker, clock, words = match[3].strip(), seconds(match[2]), [line[match.end() :]]
    yield from _chat_message(speaker, clock, words)


def _chat_message(speaker: str, clock: float, words: Iterable[str]) -> Iterator[Utterance]:
    text = "\n".join(words).strip()
    if text and not _REACTION.match(text):
        yield Utterance(speaker, _REPLY.sub("", text, count=1), clock, clock)


def block_utterances(text: str) -> Iterator[Utterance]:
    """Otter and Teams: a line with name and clock, the words below it; Otter's footer is left out."""
    speaker, clock, words = "", 0.0, list[str]()
    begun = False
    for line in text.split("\n"):
        match = _block(line)
        if match is None:
            if begun and not _OTTER_FOOTER.match(line):
                words.append(line)
            continue
        if begun:
            yield Utterance(speaker, "\n".join(words), clock)
        speaker, clock, words = match["name"].strip(), seconds(match["clock"]), []
        begun = True
    if begun:
        yield Utterance(speaker, "\n".join(words), clock)


def meet_utterances(text: str) -> Iterator[Utterance]:
    """Google Meet: `Name: words` lines under a clock that comes every few minutes."""
    clock = 0.0
    speaker, words = "", list[str]()
    begun = False
    for line in (raw.strip() for raw in text.split("\n")):
        if _MEET_END.match(line):
            break
        if _MEET_CLOCK.match(line):
            if words:
                yield Utterance(speaker, " ".join(words), clock)
                words = []
            clock = seconds(line)
            begun = True
            continue
        match = _MEET_LINE.match(line) if begun else None
        if match is not None:
            if words:
                yield Utterance(speaker, " ".join(words), clock)
            speaker, words = match["name"], [match["text"]]
        elif begun and words and line:
            words.append(line)
        elif line.casefold() == "transcript" or line.casefold().endswith("- transcript"):
            begun = begun or line.casefold() == "transcript"
    if words:
        yield Utterance(speaker, " ".join(words), clock)


def meet_call(text: str, call: Call) -> Call:
    """Title, start and attendees from the document's head."""
    lines = [line.strip() for line in text.split("\n")[:_HEAD_LINES] if line.strip()]
    title, started, people = call.title, call.started_at, call.people
    for number, line in enumerate(lines):
        match = _MEET_TITLE.match(line[:_HEADING])
        if match and started is None:
            title, started = match["title"], _meet_start(match)
        if line.casefold() in ("attendees", "invited") and number + 1 < len(lines) and not call.people:
            people = (*people, *(Person(name.strip()) for name in lines[number + 1].split(",") if name.strip()))
    return replace(call, title=title, started_at=started, people=people)


def _meet_start(match: re.Match[str]) -> datetime | None:
    zone = int(match["zone"] or 0)
    try:
        at = datetime.fromisoformat(f"{match['day']}T{match['time']}:00{zone:+03d}:00")
    except ValueError:
        return None
    return at.astimezone(UTC) if not match["zone"] else at


def seconds(clock: str) -> float:
    total = 0
    for part in clock.split(":"):
        total = total * 60 + int(part)
    return float(total)
