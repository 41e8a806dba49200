"""JSON of speech recognisers and note takers: AssemblyAI, Deepgram, AWS Transcribe Call Analytics, Whisper, Fireflies.

Sources: the vendors' API references for transcript objects; field names as they stand there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any

from extractor.document import Document, Role, Took
from extractor.names import name_key
from extractor.readers.calls.transcript import Call, Person, Utterance, call_document
from extractor.readers.fields import Json, number_of, object_of, objects_of, parse_iso, text_of

_SIDES = {"AGENT": Role.VENDOR, "CUSTOMER": Role.CUSTOMER}


def is_assemblyai(data: Any) -> bool:
    return (
        isinstance(data, dict)
        and ("utterances" in data or "words" in data)
        and ("audio_url" in data or "acoustic_model" in data)
    ) or bool(_assembled(object_of(data)))


def _assembled(data: Json) -> list[Json]:
    """What `/sentences` and `/paragraphs` of a transcript list, in milliseconds."""
    listed = objects_of(data.get("sentences")) or objects_of(data.get("paragraphs"))
    return listed if "audio_duration" in data and all("start" in s and "words" in s for s in listed) else []


def read_assemblyai(data: Json, call: Call, origin: str) -> Document:
    """Utterances where speakers were told apart, else sentences out of words. Raises UnreadableError."""
    said = [
        Utterance(_speaker(u.get("speaker")), text_of(u.get("text")), _ms(u.get("start")), _ms(u.get("end")))
        for u in objects_of(data.get("utterances")) or _assembled(data)
    ]
    if not said:
        said = list(_from_words(objects_of(data.get("words")), "text", 1000))
    if not said:
        said = [Utterance("", text_of(data.get("text")))]
    return call_document(_with_id(call, text_of(data.get("id"))), said, origin)


def is_deepgram(data: Any) -> bool:
    results = object_of(data.get("results")) if isinstance(data, dict) else {}
    return bool(objects_of(results.get("channels"))) and "alternatives" in objects_of(results.get("channels"))[0]


def read_deepgram(data: Json, call: Call, origin: str) -> Document:
    """Utterances where there are some, else words. Raises UnreadableError."""
    meta, results = object_of(data.get("metadata")), object_of(data.get("results"))
    channels = objects_of(results.get("channels"))
    several = len(channels) > 1
    said = [
        Utterance(
            _speaker(u.get("channel") if several and u.get("channel") is not None else u.get("speaker")),
            text_of(u.get("transcript")),
            number_of(u.get("start")),
            number_of(u.get("end")),
        )
        for u in objects_of(results.get("utterances"))
    ]
    for number, channel in enumerate(channels) if not said else ():
        best = next(iter(objects_of(channel.get("alternatives"))), {})
        words = list(_from_words(objects_of(best.get("words")), "punctuated_word", 1))
        words = words or [Utterance("", text_of(best.get("transcript")))]
        said.extend(replace(w, speaker=w.speaker or _speaker(number)) if len(channels) > 1 else w for w in words)
    started = call.started_at or parse_iso(meta.get("created"))
    return call_document(replace(_with_id(call, text_of(meta.get("request_id"))), started_at=started), said, origin)


def is_aws(data: Any) -> bool:
    """Call Analytics, also as Amazon Connect's Contact Lens writes it (`ParticipantId` in place of the role)."""
    return isinstance(data, dict) and any("BeginOffsetMillis" in t for t in objects_of(data.get("Transcript"))[:1])


def read_aws(data: Json, call: Call, origin: str) -> Document:
    """Turns by AGENT and CUSTOMER. Raises UnreadableError."""
    listed = objects_of(data.get("Participants"))
    roles = {text_of(p.get("ParticipantId")): text_of(p.get("ParticipantRole")) for p in listed}
    said = [
        Utterance(
            text_of(t.get("ParticipantRole"))
            or roles.get(text_of(t.get("ParticipantId")), text_of(t.get("ParticipantId"))),
            text_of(t.get("Content")),
            _ms(t.get("BeginOffsetMillis")),
            _ms(t.get("EndOffsetMillis")),
        )
        for t in objects_of(data.get("Transcript"))
    ]
    sides = tuple(Person(side.capitalize(), role=role, key=side) for side, role in _SIDES.items())
    known = _with_id(call, text_of(data.get("JobName")))
    return call_document(replace(known, people=(*call.people, *sides)), said, origin)


def is_whisper(data: Any) -> bool:
    """OpenAI's segments, or the `transcription` that whisper.cpp writes."""
    if not isinstance(data, dict):
        return False
    return any("start" in s and "text" in s for s in objects_of(data.get("segments"))[:1]) or bool(_of_cpp(data))


def _of_cpp(data: Json) -> list[Json]:
    return [s for s in objects_of(data.get("transcription")) if "offsets" in s and "text" in s]


def read_whisper(data: Json, call: Call, origin: str) -> Document:
    """Segments; speakers only where a diarisation was added (`speaker`). Raises UnreadableError."""
    said = [
        Utterance(text_of(s.get("speaker")), text_of(s.get("text")), number_of(s.get("start")), number_of(s.get("end")))
        for s in objects_of(data.get("segments"))
    ]
    for s in _of_cpp(data) if not said else ():
        offsets = object_of(s.get("offsets"))
        said.append(
            Utterance(
                text_of(s.get("speaker")), text_of(s.get("text")), _ms(offsets.get("from")), _ms(offsets.get("to"))
            )
        )
    return call_document(call, said, origin)


def fireflies(data: Any) -> list[Json]:
    """The transcripts in a Fireflies answer, with or without the GraphQL envelope; none where it is something else."""
    inner = object_of(data).get("data")
    holder = object_of(inner) if isinstance(inner, dict) else object_of(data)
    found = [object_of(holder.get("transcript")), *objects_of(holder.get("transcripts")), holder]
    return [t for t in found if "sentences" in t and ("speakers" in t or "meeting_attendees" in t or _spoken_by(t))]


def _spoken_by(transcript: Json) -> bool:
    return any("speaker_name" in s for s in objects_of(transcript.get("sentences"))[:1])


def read_fireflies(data: Json, call: Call, origin: str) -> Document:
    """One transcript; empty sentences are left out. Raises UnreadableError."""
    said = [
        Utterance(
            text_of(s.get("speaker_name")) or _speaker(s.get("speaker_id")),
            text_of(s.get("text")) or text_of(s.get("raw_text")),
            number_of(s.get("start_time")),
            number_of(s.get("end_time")),
        )
        for s in objects_of(data.get("sentences"))
    ]
    known = replace(
        _with_id(call, text_of(data.get("id"))),
        title=text_of(data.get("title")) or call.title,
        started_at=parse_iso(data.get("dateString")) or parse_iso(data.get("date")) or call.started_at,
        people=(*call.people, *_attendees(data)),
    )
    return call_document(known, said, origin)


def _attendees(data: Json) -> Iterator[Person]:
    seen: set[str] = set()
    came = {name_key(text_of(a.get("name"))) for a in objects_of(data.get("meeting_attendance"))}
    for attendee in objects_of(data.get("meeting_attendees")):
        address = text_of(attendee.get("email")).lower()
        name = text_of(attendee.get("displayName")) or text_of(attendee.get("name")) or address
        if name:
            seen.add(address)
            missing = bool(came) and name_key(name) not in came
            yield Person(name, address or None, took=Took.RECEIVED if missing else Took.ATTENDED)
    listed = data.get("participants")
    invited = ",".join(text_of(a).lower() for a in listed) if isinstance(listed, list) else ""
    for address in dict.fromkeys(a.strip() for a in invited.split(",")):
        if "@" in address and address not in seen:
            yield Person(address, address)


def _from_words(words: Iterable[Json], field: str, per_second: int) -> Iterator[Utterance]:
    """Words of one speaker up to the end of a sentence."""
    held: list[Json] = []
    for word in words:
        if held and held[-1].get("speaker") != word.get("speaker"):
            yield _sentence(held, field, per_second)
            held = []
        held.append(word)
        if _word(word, field).endswith((".", "?", "!")):
            yield _sentence(held, field, per_second)
            held = []
    if held:
        yield _sentence(held, field, per_second)


def _sentence(words: list[Json], field: str, per_second: int) -> Utterance:
    start, end = number_of(words[0].get("start")), number_of(words[-1].get("end"))
    return Utterance(
        _speaker(words[0].get("speaker")),
        " ".join(_word(w, field) for w in words),
        None if start is None else start / per_second,
        None if end is None else end / per_second,
    )


def _word(word: Json, field: str) -> str:
    return text_of(word.get(field)) or text_of(word.get("word"))


def _speaker(label: Any) -> str:
    shown = text_of(label)
    return f"Speaker {shown}" if shown else ""


def _ms(value: Any) -> float | None:
    number = number_of(value)
    return None if number is None else number / 1000


def _with_id(call: Call, found: str) -> Call:
    """The call's own id where the data beside it names none."""
    return replace(call, id=found) if found and not call.named else call
