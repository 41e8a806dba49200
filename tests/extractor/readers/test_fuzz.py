"""Whatever bytes a file holds, reading it gives documents and set-aside items, never an error."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from extractor.document import Document, document_id
from extractor.readers import Unread, read

SEEDS = {
    "mail.eml": b"From: a <a@b.example>\nTo: c@d.example\nSubject: =?utf-8?q?x?=\nDate: Wed, 20 May 2026 12:41:00 +0200\n"
    b'Content-Type: multipart/alternative; boundary="b"\n\n--b\nContent-Type: text/plain; charset=utf-8\n'
    b"Content-Transfer-Encoding: quoted-printable\n\nwords =C3=A4\n\n> quoted\n--b\nContent-Type: text/html\n\n<p>words</p>\n--b--\n",
    "mails.mbox": b"From a@b Wed May 20 12:41:00 2026\nFrom: a@b\nSubject: x\n\nwords\n\nFrom a@b Wed May 20 12:41:00 2026\nFrom: c@d\n\ny\n",
    "call.vtt": b"WEBVTT\n\n1\n00:00:01.000 --> 00:00:02.000\n<v Jana Holt>words &amp; more</v>\n\n00:02.000 --> 00:03.000\nNadia: yes\n",
    "call.srt": b"1\n00:00:01,000 --> 00:00:02,000\nwords\n\n2\n00:00:02,500 --> 00:00:03,000\nmore\n",
    "chat.txt": b"00:00:01\tJana:\thello\n00:00:02\tNadia:\tyes\n",
    "otter.txt": b"Jana Holt  0:01\nwords\n\nNadia  0:12\nmore\n\nTranscribed by https://otter.ai\n",
    "meet.txt": b"Review (2026-05-20 12:41 GMT+2) - Transcript\nAttendees\nJana, Nadia\nTranscript\n00:00:00\nJana: words\nNadia: yes\n",
    "event.ics": b"BEGIN:VCALENDAR\nMETHOD:REQUEST\nBEGIN:VEVENT\nUID:1\nSUMMARY:QBR\nDTSTART:20260603T090000Z\n"
    b"ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.example\nEND:VEVENT\nEND:VCALENDAR\n",
    "rows.csv": b"ticket,author,created at,body\n1,Jana,2026-05-20,words\n1,Nadia,20.05.2026 12:41,more\n",
    "page.html": b"<p>words</p><blockquote type=cite>old</blockquote>",
    "note.txt": b"just words\n\n-- \nJana\n",
}
JSONS = [
    {"calls": [{"metaData": {"id": "1", "started": "2026-05-20T12:41:00Z"}, "parties": [{"speakerId": "5", "name": "J"}]}],
     "callTranscripts": [{"callId": "1", "transcript": [{"speakerId": "5", "sentences": [{"start": 1, "end": 2, "text": "w"}]}]}]},
    {"data": {"transcript": {"id": "1", "sentences": [{"speaker_name": "J", "text": "w", "start_time": 1}], "speakers": []}}},
    {"Transcript": [{"ParticipantRole": "AGENT", "Content": "w", "BeginOffsetMillis": 1, "EndOffsetMillis": 2}]},
    {"results": {"channels": [{"alternatives": [{"transcript": "w", "words": [{"word": "w", "start": 1, "end": 2}]}]}]}},
    {"id": "1", "audio_url": "u", "words": [{"text": "w.", "start": 1, "end": 2}], "utterances": None},
    {"segments": [{"start": 0.1, "end": 0.2, "text": "w"}]},
    {"id": "1", "created_at": 1779273660, "source": {"body": "<p>w</p>", "author": {"type": "user", "id": "1"}},
     "conversation_parts": {"conversation_parts": [{"body": None, "author": {"type": "bot"}}]}},
    {"id": 1, "requester_id": 2, "description_text": "w", "conversations": [{"body_text": "x", "incoming": True, "user_id": 2}]},
    {"key": "S-1", "fields": {"summary": "s", "description": {"type": "doc", "content": [{"type": "paragraph", "content": [
        {"type": "text", "text": "w"}]}]}, "comment": {"comments": [{"body": "x", "jsdPublic": False, "author": {}}]}}},
    {"records": [{"attributes": {"type": "Case"}, "Id": "5", "Description": "w"}, {"ParentId": "5", "TextBody": "x"}]},
    {"results": [{"id": "1", "properties": {"hs_note_body": "w", "hs_timestamp": "2026-05-20T12:41:00Z"}}]},
    {"engagement": {"id": 1, "type": "EMAIL", "timestamp": 1779273660000}, "metadata": {"text": "w", "from": {"email": "a@b"}}},
    {"id": 5, "requester_id": 1, "subject": "s", "comments": [{"author_id": 1, "plain_body": "w", "public": True}], "users": []},
    {"id": "1", "threadId": "t", "labelIds": ["INBOX"], "internalDate": "1779273660000", "payload": {
        "mimeType": "multipart/mixed", "headers": [{"name": "From", "value": "a@b.example"}], "body": {"data": "dw"},
        "parts": [{"mimeType": "text/plain", "headers": [{"name": "Content-Type", "value": "text/plain"}], "body": {"data": "d29yZHM"}}]}},
    {"messages": [{"id": "1", "threadId": "t", "raw": "RnJvbTogYUBiLmV4YW1wbGUKCndvcmRz"}]},
    {"value": [{"id": "1", "conversationId": "c", "body": {"contentType": "html", "content": "<p>w</p>"}, "subject": "s",
        "from": {"emailAddress": {"name": "a", "address": "a@b.example"}}, "toRecipients": [{"emailAddress": {"address": "c@d.example"}}],
        "sentDateTime": "2026-05-20T12:41:00Z", "internetMessageHeaders": [{"name": "References", "value": "<1@x>"}]}]},
    {"transcriptEntries": [{"name": "conferenceRecords/1/transcripts/2/entries/3", "participant": "conferenceRecords/1/participants/4",
        "text": "w", "startTime": "2026-05-20T12:41:00Z"}], "participants": [{"name": "x", "signedinUser": {"displayName": "J"}}]},
    {"transcription": [{"offsets": {"from": 1, "to": 2}, "text": "w"}]},
    {"audio_duration": 1, "sentences": [{"text": "w", "start": 1, "end": 2, "words": []}]},
    {"comments": [{"author_id": 1, "plain_body": "w"}], "users": [{"id": 1, "name": "J"}]},
]  # fmt: skip
ODD = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.just([]),
    st.just({}),
    st.just([None]),
    st.just({"id": {}}),
)
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def check(path) -> None:
    for item in read(path, path.parent):
        assert isinstance(item, Document | Unread)
        if isinstance(item, Document):
            assert item.id == document_id(item)
            assert all(m.span.end <= len(item.text) for m in item.messages)
        else:
            assert item.reason
            assert item.detail


@pytest.mark.parametrize("name", SEEDS)
@given(data=st.data())
@QUIET
def test_damaged_files(tmp_path, name, data):
    content = bytearray(SEEDS[name])
    for _ in range(data.draw(st.integers(0, 6))):
        start = data.draw(st.integers(0, len(content)))
        length = data.draw(st.integers(0, 12))
        content[start : start + length] = data.draw(st.binary(max_size=12))
    path = tmp_path / name
    path.write_bytes(bytes(content))
    check(path)


@pytest.mark.parametrize("value", JSONS, ids=lambda v: "+".join(sorted(v))[:40])
@given(data=st.data())
@QUIET
def test_json_with_fields_of_any_type(tmp_path, value, data):
    path = tmp_path / "export.json"
    path.write_text(json.dumps(data.draw(damaged(value))))
    check(path)


def damaged(value) -> st.SearchStrategy:
    """The value with any of its parts replaced by something of another type."""
    if isinstance(value, dict):
        whole = st.fixed_dictionaries({key: st.one_of(damaged(inner), ODD) for key, inner in value.items()})
    elif isinstance(value, list):
        whole = st.tuples(*(st.one_of(damaged(inner), ODD) for inner in value)).map(list)
    else:
        return st.just(value)
    return st.one_of(st.just(value), whole)


@given(
    st.sampled_from([".eml", ".mbox", ".vtt", ".txt", ".json", ".ndjson", ".csv", ".msg", ".ics", ".html", ""]),
    st.binary(max_size=300),
)
@QUIET
def test_noise_under_any_name(tmp_path, suffix, content):
    path = tmp_path / f"noise{suffix}"
    path.write_bytes(content)
    check(path)
