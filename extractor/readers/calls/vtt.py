"""WebVTT, SubRip and SubViewer: cues of Zoom (`Name: words`), Teams (`<v Name>words</v>`), closed captions without speakers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from extractor.document import Document
from extractor.names import name_key
from extractor.readers.calls.meta import call_of, transcript_text
from extractor.readers.calls.transcript import Call, Utterance, call_document
from extractor.readers.limits import CUES
from extractor.readers.outcome import Obstacle, UnreadableError

_CLOCK = r"(?:(\d{1,4}):)?(\d{1,3}):(\d{1,2})(?:[.,](\d{1,6}))?"
_TIMES = re.compile(rf"^\s*{_CLOCK}\s*-+>\s*{_CLOCK}")
_SBV_TIMES = re.compile(r"^(\d{1,4}):(\d\d):(\d\d)\.(\d{3}),(\d{1,4}):(\d\d):(\d\d)\.(\d{3})$")
_VOICE = re.compile(r"<v(?:\.[^\s>]{0,100})?[ \t]{1,8}([^>]{1,200})>", re.IGNORECASE)
_TAG = re.compile(
    r"</?(?:v|c|i|b|u|ruby|rt|lang|font|s|em|strong)(?:[.\s][^<>]{0,200})?/?>|<\d[\d:.]{1,20}>", re.IGNORECASE
)
_PREFIX = re.compile(r"^\s*(?:-\s*|>>\s*)?([^\s:：<>][^:：<>\n]{0,60}?)\s?[:：]\s+(?=\S)")
_ASS = re.compile(r"\{\\[^}]{1,80}\}")
_NAME_WORD = re.compile(r"^[\w(\[\"'.&/#@+-].*$")
_MOST_WORDS = 6


@dataclass(frozen=True, slots=True)
class Cue:
    start: float
    end: float
    text: str


def read_vtt(path: Path, origin: str) -> Document:
    """Raises UnreadableError where it holds no cue, too many, or the call must not be kept."""
    text = transcript_text(path)
    cues = list(parse_cues(text, origin))
    if not cues:
        raise UnreadableError(f"{origin}: no cue with a time line in it; export the transcript again", Obstacle.NO_TEXT)
    call = call_of(path)
    return call_document(call, spoken(cues, call), origin)


def parse_cues(text: str, origin: str) -> Iterator[Cue]:
    """Every block with a time line, whatever stands around it; notes, styles and numbers are left out."""
    count = 0
    words: list[str] = []
    times: tuple[float, float] | None = None
    for line in text.split("\n"):
        match = _TIMES.match(line) if "->" in line else _SBV_TIMES.match(line.strip()) if line[:1].isdigit() else None
        if match is None and line.strip():
            if times is not None:
                words.append(line)
            continue
        if times is not None and words:
            yield Cue(*times, "\n".join(_without_number(words) if match else words))
        if match is not None:
            count += 1
            if count > CUES:
                raise UnreadableError(f"{origin}: more than {CUES} cues; split the recording", Obstacle.TOO_LARGE)
            times, words = (_seconds(match.groups()[:4]), _seconds(match.groups()[4:])), []
        elif words:
            times, words = None, []
    if times is not None and words:
        yield Cue(*times, "\n".join(words))


def _without_number(words: list[str]) -> list[str]:
    """Where the blank line between two cues is missing, the next cue's number ends the words of this one."""
    return words[:-1] if len(words) > 1 and words[-1].strip().isdigit() else words


def _seconds(parts: Iterable[str | None]) -> float:
    hours, minutes, seconds, fraction = parts
    return int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0) + float(f"0.{fraction or 0}")


def spoken(cues: list[Cue], call: Call) -> Iterator[Utterance]:
    """Cues as utterances; a cue without a speaker in a file with voice tags goes on with the last one."""
    known = {name_key(p.name) for p in call.people}
    names = _prefixes(cues, known) if not any(_VOICE.search(c.text) for c in cues) else frozenset()
    for cue in cues:
        for speaker, text in _split(cue.text, names):
            yield Utterance(speaker, _ASS.sub("", _TAG.sub("", text)), cue.start, cue.end)


def _split(text: str, names: frozenset[str]) -> Iterator[tuple[str, str]]:
    voices = list(_VOICE.finditer(text))
    if voices:
        if before := text[: voices[0].start()].strip():
            yield "", before
        for number, voice in enumerate(voices):
            end = voices[number + 1].start() if number + 1 < len(voices) else len(text)
            yield voice[1].strip(), text[voice.end() : end]
        return
    bare = _TAG.sub("", text)
    match = _PREFIX.match(bare)
    if match and match[1].strip().casefold() in names:
        yield match[1].strip(), bare[match.end() :]
    else:
        yield "", text


def _prefixes(cues: list[Cue], known: set[str]) -> frozenset[str]:
    """The words before a colon that are speakers: participants, and what looks like a name and comes again."""
    counted: Counter[str] = Counter()
    for cue in cues:
        match = _PREFIX.match(_TAG.sub("", cue.text))
        if match:
            counted[match[1].strip()] += 1
    mostly = sum(counted.values()) * 2 >= len(cues)
    return frozenset(
        name.casefold()
        for name, count in counted.items()
        if name_key(name) in known or (_looks_like_name(name) and (mostly or count > 1))
    )


def _looks_like_name(name: str) -> bool:
    words = name.split()
    if not 0 < len(words) <= _MOST_WORDS or name[-1] in "?!,":
        return False
    capital = sum(1 for w in words if not w[0].islower())
    return capital * 2 >= len(words) and all(_NAME_WORD.match(w) for w in words)
