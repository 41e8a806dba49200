"""JSON of recorders and recognisers, in the shapes that their vendors document, gives the same turns."""

import json
from copy import deepcopy
from datetime import UTC, datetime

import pytest

from extractor.document import Role, Took


def said(document) -> list[tuple[str, str]]:
    return [(m.speaker, document.words(m)) for m in document.messages]


def seconds(document) -> list[float | None]:
    start = datetime(2026, 5, 20, 12, tzinfo=UTC)
    return [None if m.at is None else (m.at - start).total_seconds() for m in document.messages]


WORDS = [
    {"word": "hello", "punctuated_word": "Hello.", "start": 1.0, "end": 1.5, "speaker": 0},
    {"word": "we", "punctuated_word": "We", "start": 2.0, "end": 2.5, "speaker": 1},
    {"word": "stay", "punctuated_word": "stay.", "start": 2.5, "end": 3.0, "speaker": 1},
]
JSONS = {
    "gong": (
        {
            "calls": [
                {
                    "metaData": {"id": "77", "title": "Review", "started": "2026-05-20T14:00:00+02:00"},
                    "parties": [
                        {
                            "speakerId": "1",
                            "name": "Jana Holt",
                            "emailAddress": "j@halden.example",
                            "affiliation": "External",
                            "context": [
                                {"system": "Salesforce", "objects": [{"objectType": "Account", "objectId": "a-halden"}]}
                            ],
                        },
                        {"speakerId": "2", "name": "Nadia", "affiliation": "Internal"},
                    ],
                }
            ],
            "callTranscripts": [
                {
                    "callId": "77",
                    "transcript": [
                        {"speakerId": "2", "sentences": [{"start": 1000, "end": 1500, "text": "Hello."}]},
                        {
                            "speakerId": "1",
                            "sentences": [
                                {"start": 2000, "end": 2400, "text": "We"},
                                {"start": 2500, "end": 3000, "text": "stay."},
                            ],
                        },
                    ],
                }
            ],
        },
        "call:77",
        [("Nadia", "Hello."), ("Jana Holt", "We stay.")],
        [1, 2],
    ),
    "fireflies": (
        {
            "data": {
                "transcript": {
                    "id": "ff1",
                    "title": "Review",
                    "dateString": "2026-05-20T12:00:00.000Z",
                    "meeting_attendees": [{"displayName": "Jana Holt", "email": "j@halden.example"}],
                    "sentences": [
                        {"speaker_name": "Nadia", "text": "Hello.", "start_time": 1.0, "end_time": 1.5},
                        {"speaker_name": "Nadia", "text": "", "start_time": 1.6, "end_time": 1.7},
                        {"speaker_name": "Jana Holt", "raw_text": "We stay.", "start_time": 2.0, "end_time": 3.0},
                    ],
                }
            }
        },
        "call:ff1",
        [("Nadia", "Hello."), ("Jana Holt", "We stay.")],
        [1, 2],
    ),
    "aws": (
        {
            "JobName": "job-1",
            "Transcript": [
                {"ParticipantRole": "AGENT", "Content": "Hello.", "BeginOffsetMillis": 1000, "EndOffsetMillis": 1500},
                {
                    "ParticipantRole": "CUSTOMER",
                    "Content": "We stay.",
                    "BeginOffsetMillis": 2000,
                    "EndOffsetMillis": 3000,
                },
            ],
        },
        "call:job-1",
        [("Agent", "Hello."), ("Customer", "We stay.")],
        [None, None],
    ),
    "deepgram utterances": (
        {
            "metadata": {"request_id": "dg1", "created": "2026-05-20T12:00:00Z"},
            "results": {
                "channels": [{"alternatives": [{"transcript": "x", "words": []}]}],
                "utterances": [
                    {"speaker": 0, "transcript": "Hello.", "start": 1.0, "end": 1.5},
                    {"speaker": 1, "transcript": "We stay.", "start": 2.0, "end": 3.0},
                ],
            },
        },
        "call:dg1",
        [("Speaker 0", "Hello."), ("Speaker 1", "We stay.")],
        [1, 2],
    ),
    "deepgram words": (
        {
            "metadata": {"created": "2026-05-20T12:00:00Z"},
            "results": {"channels": [{"alternatives": [{"transcript": "x", "words": WORDS}]}]},
        },
        "call:export",
        [("Speaker 0", "Hello."), ("Speaker 1", "We stay.")],
        [1, 2],
    ),
    "assemblyai": (
        {
            "id": "aa1",
            "audio_url": "u",
            "words": [],
            "utterances": [
                {"speaker": "A", "text": "Hello.", "start": 1000, "end": 1500},
                {"speaker": "B", "text": "We stay.", "start": 2000, "end": 3000},
            ],
        },
        "call:aa1",
        [("Speaker A", "Hello."), ("Speaker B", "We stay.")],
        [None, None],
    ),
    "aws contact lens": (
        {
            "Participants": [{"ParticipantId": "p1", "ParticipantRole": "AGENT"}],
            "Transcript": [
                {"ParticipantId": "p1", "Content": "Hello.", "BeginOffsetMillis": 1000, "EndOffsetMillis": 1500},
                {
                    "ParticipantId": "CUSTOMER",
                    "Content": "We stay.",
                    "BeginOffsetMillis": 2000,
                    "EndOffsetMillis": 3000,
                },
            ],
        },
        "call:export",
        [("Agent", "Hello."), ("Customer", "We stay.")],
        [None, None],
    ),
    "deepgram of two channels": (
        {
            "metadata": {"created": "2026-05-20T12:00:00Z"},
            "results": {
                "channels": [{"alternatives": [{"transcript": "x"}]}, {"alternatives": [{"transcript": "y"}]}],
                "utterances": [
                    {"channel": 0, "transcript": "Hello.", "start": 1.0, "end": 1.5},
                    {"channel": 1, "transcript": "We stay.", "start": 2.0, "end": 3.0},
                ],
            },
        },
        "call:export",
        [("Speaker 0", "Hello."), ("Speaker 1", "We stay.")],
        [1, 2],
    ),
    "assemblyai sentences": (
        {
            "id": "aa1",
            "audio_duration": 4,
            "sentences": [
                {"speaker": "A", "text": "Hello.", "start": 1000, "end": 1500, "words": []},
                {"speaker": "B", "text": "We stay.", "start": 2000, "end": 3000, "words": []},
            ],
        },
        "call:aa1",
        [("Speaker A", "Hello."), ("Speaker B", "We stay.")],
        [None, None],
    ),
    "google meet": (
        {
            "transcriptEntries": [
                {
                    "name": "conferenceRecords/c1/transcripts/t/entries/1",
                    "participant": "conferenceRecords/c1/participants/2",
                    "text": "Hello.",
                    "languageCode": "en-US",
                    "startTime": "2026-05-20T12:00:00.123456789Z",
                    "endTime": "2026-05-20T12:00:01Z",
                },
                {
                    "name": "conferenceRecords/c1/transcripts/t/entries/2",
                    "participant": "conferenceRecords/c1/participants/9",
                    "text": "We stay.",
                    "startTime": "2026-05-20T12:00:05.123456789Z",
                    "endTime": "2026-05-20T12:00:06Z",
                },
            ],
            "participants": [
                {"name": "conferenceRecords/c1/participants/2", "signedinUser": {"user": "u", "displayName": "Nadia"}}
            ],
            "nextPageToken": "",
        },
        "call:c1",
        [("Nadia", "Hello."), ("Participant 9", "We stay.")],
        [0.123456, 5.123456],
    ),
    "whisper.cpp": (
        {
            "systeminfo": "x",
            "transcription": [
                {"timestamps": {"from": "x"}, "offsets": {"from": 1000, "to": 1900}, "text": " Hello."},
                {"timestamps": {"from": "x"}, "offsets": {"from": 2000, "to": 3000}, "text": " We stay."},
            ],
        },
        "call:export",
        [("", "Hello. We stay.")],
        [None],
    ),
    "whisper": (
        {
            "text": "x",
            "language": "en",
            "segments": [
                {"start": 1.0, "end": 1.9, "text": " Hello."},
                {"start": 2.0, "end": 3.0, "text": " We stay."},
            ],
        },
        "call:export",
        [("", "Hello. We stay.")],
        [None],
    ),
}


@pytest.mark.parametrize(("data", "key", "expected", "times"), JSONS.values(), ids=JSONS)
def test_json_of_recorders(reading, data, key, expected, times):
    (document,) = reading("export.json", json.dumps(data))
    assert document.key == key
    assert said(document) == expected
    assert seconds(document) == times


def test_roles_that_the_export_knows(reading):
    (gong,) = reading("gong.json", json.dumps(JSONS["gong"][0]))
    (aws,) = reading("aws.json", json.dumps(JSONS["aws"][0]))
    assert [m.role for m in gong.messages] == [Role.VENDOR, Role.CUSTOMER]
    assert [m.role for m in aws.messages] == [Role.VENDOR, Role.CUSTOMER]
    assert gong.account_hint == "a-halden"


def test_who_was_invited_and_did_not_come_has_not_attended(reading):
    data = deepcopy(JSONS["gong"][0])
    data["calls"][0]["parties"] += [
        {"name": "Petra", "emailAddress": "p@halden.example", "affiliation": "External", "methods": ["Invitee"]},
        {
            "name": "Tom",
            "emailAddress": "t@halden.example",
            "affiliation": "External",
            "methods": ["Invitee", "Attendee"],
        },
    ]
    (gong,) = reading("gong.json", json.dumps(data))
    assert [p.took for p in gong.participants] == [Took.SPOKE, Took.SPOKE, Took.RECEIVED, Took.ATTENDED]
    transcript = deepcopy(JSONS["fireflies"][0])["data"]["transcript"]
    transcript["meeting_attendance"] = [{"name": "Jana Holt", "join_time": "x"}]
    transcript["meeting_attendees"].append({"displayName": "Petra", "email": "p@halden.example"})
    transcript["participants"] = ["j@halden.example,new@halden.example"]
    (fireflies,) = reading("ff.json", json.dumps({"data": {"transcripts": [transcript]}}))
    assert [(p.name, p.took) for p in fireflies.participants] == [
        ("Jana Holt", Took.SPOKE), ("Petra", Took.RECEIVED), ("new@halden.example", Took.ATTENDED),
    ]  # fmt: skip


def test_gongs_plain_list_of_calls_names_the_call_too(reading):
    data = deepcopy(JSONS["gong"][0])
    data["calls"] = [{"id": "77", "title": "Review", "started": "2026-05-20T12:00:00Z"}]
    (document,) = reading("gong.json", json.dumps(data))
    assert (document.title, seconds(document)) == ("Review", [1, 2])
