"""Amazon Transcribe's plain output: words as `items`, with speakers or channels where these were told apart.

Source: the Amazon Transcribe developer guide, "Data input and output" and its examples of diarization and channel
identification. Call Analytics has a shape of its own and is read in `speech`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from extractor.document import Document
from extractor.readers.calls.transcript import Call, Utterance, call_document
from extractor.readers.fields import Json, number_of, object_of, objects_of, text_of


def is_transcribe(data: Any) -> bool:
    results = object_of(data.get("results")) if isinstance(data, dict) else {}
    return "transcript" in next(iter(objects_of(results.get("transcripts"))), {}) and "items" in results


def read_transcribe(data: Json, call: Call, origin: str) -> Document:
    """Segments where the job made some, else its words, else the whole as one. Raises UnreadableError."""
    results = object_of(data.get("results"))
    said = list(_segments(results)) or list(_sentences(results))
    if not said:
        said = [Utterance("", text_of(t.get("transcript"))) for t in objects_of(results.get("transcripts"))]
    name = text_of(data.get("jobName"))
    return call_document(replace(call, id=name) if name and not call.named else call, said, origin)


def _segments(results: Json) -> Iterator[Utterance]:
    """A segment names its speaker, its channel, or neither."""
    for segment in objects_of(results.get("audio_segments")):
        yield Utterance(
            _speaker(segment),
            text_of(segment.get("transcript")),
            number_of(segment.get("start_time")),
            number_of(segment.get("end_time")),
        )


def _sentences(results: Json) -> Iterator[Utterance]:
    """Words of one speaker up to the end of a sentence."""
    speakers = _speaker_by_moment(results)
    held: list[Json] = []
    for item in _items(results):
        speaker = _speaker(item) or speakers.get(text_of(item.get("start_time")), "")
        if held and not _is_mark(item) and (speaker != held[0]["speaker"] or _word(held[-1]).endswith((".", "?", "!"))):
            yield _sentence(held)
            held = []
        held.append({**item, "speaker": speaker})
    if held:
        yield _sentence(held)


def _items(results: Json) -> Iterator[Json]:
    """Each channel's own where there are several: their joint list does not say whose a word is."""
    channels = objects_of(object_of(results.get("channel_labels")).get("channels"))
    for channel in channels:
        for item in objects_of(channel.get("items")):
            yield {"channel_label": channel.get("channel_label"), **item}
    if not channels:
        yield from objects_of(results.get("items"))


def _speaker_by_moment(results: Json) -> dict[str, str]:
    """Older jobs name a word's speaker only in a list of their own, by when the word begins."""
    segments = objects_of(object_of(results.get("speaker_labels")).get("segments"))
    words = (word for segment in segments for word in objects_of(segment.get("items")))
    return {text_of(word.get("start_time")): _speaker(word) for word in words}


def _sentence(items: list[Json]) -> Utterance:
    text = "".join(_word(item) if _is_mark(item) else f" {_word(item)}" for item in items)
    starts = [start for item in items if (start := number_of(item.get("start_time"))) is not None]
    ends = [end for item in items if (end := number_of(item.get("end_time"))) is not None]
    return Utterance(items[0]["speaker"], text, min(starts, default=None), max(ends, default=None))


def _is_mark(item: Json) -> bool:
    return text_of(item.get("type")) == "punctuation"


def _word(item: Json) -> str:
    return text_of(next(iter(objects_of(item.get("alternatives"))), {}).get("content"))


def _speaker(item: Json) -> str:
    """`spk_0` as `Speaker 0`, `ch_0` as `Channel 0`."""
    for field, shown in (("speaker_label", "Speaker"), ("channel_label", "Channel")):
        label = text_of(item.get(field))
        if label:
            return f"{shown} {label.rpartition('_')[2]}"
    return ""
