"""Plain output of Amazon Transcribe, with and without speakers, gives the same turns."""

import json

import pytest


def said(document) -> list[tuple[str, str]]:
    return [(m.speaker, document.words(m)) for m in document.messages]


def spoken(content: str, start: float | None = None, **label: str) -> dict:
    """A word, or a mark where it has no moment, as Amazon Transcribe lists it."""
    moment = {"start_time": str(start), "end_time": str(start + 0.5)} if start is not None else {}
    kind = "pronunciation" if moment else "punctuation"
    return {"type": kind, "alternatives": [{"confidence": "0.9", "content": content}], **moment, **label}


def transcribed(**results) -> dict:
    whole = {"transcripts": [{"transcript": "Hello. We stay."}], "items": [], **results}
    return {"jobName": "job-1", "accountId": "1", "status": "COMPLETED", "results": whole}


ONE, TWO = {"speaker_label": "spk_0"}, {"speaker_label": "spk_1"}
BARE = [spoken("Hello", 1.0), spoken("."), spoken("We", 2.0), spoken("stay", 2.5), spoken(".")]
LABELS = [ONE, ONE, TWO, TWO, TWO]
SEGMENTS = [
    {"id": 0, "transcript": "Hello.", "start_time": "1.0", "end_time": "1.5", "items": [0, 1], **ONE},
    {"id": 1, "transcript": "We stay.", "start_time": "2.0", "end_time": "3.0", "items": [2, 3, 4], **TWO},
]
TRANSCRIBED = {
    "segments": (transcribed(items=BARE, audio_segments=SEGMENTS), "Speaker"),
    "labelled words": (transcribed(items=[i | label for i, label in zip(BARE, LABELS, strict=True)]), "Speaker"),
    "labels apart": (
        transcribed(
            items=BARE,
            speaker_labels={
                "segments": [
                    {**label, "items": [{"start_time": i["start_time"], **label} for i in items if "start_time" in i]}
                    for label, items in ((ONE, BARE[:2]), (TWO, BARE[2:]))
                ]
            },
        ),
        "Speaker",
    ),
    "channels": (
        transcribed(
            items=BARE,
            channel_labels={
                "channels": [
                    {"channel_label": "ch_0", "items": BARE[:2]},
                    {"channel_label": "ch_1", "items": BARE[2:]},
                ]
            },
        ),
        "Channel",
    ),
}


@pytest.mark.parametrize(("data", "who"), TRANSCRIBED.values(), ids=TRANSCRIBED)
def test_amazon_transcribes_plain_output(reading, data, who):
    (document,) = reading("job.json", json.dumps(data))
    assert document.key == "call:job-1"
    assert said(document) == [(f"{who} 0", "Hello."), (f"{who} 1", "We stay.")]


@pytest.mark.parametrize("items", [BARE, []], ids=["words", "the whole alone"])
def test_amazon_transcribe_without_speakers(reading, items):
    (document,) = reading("job.json", json.dumps(transcribed(items=items)))
    assert " ".join(words for _, words in said(document)) == "Hello. We stay."
