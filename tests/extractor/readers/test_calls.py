"""Who said what, when: every transcript format gives turns of uninterrupted speakers."""

import json
from datetime import UTC, datetime

import pytest

from extractor.document import Role, Took

META = {
    "id": "halden-c01",
    "title": "Review",
    "started_at": "2026-05-20T12:00:00+00:00",
    "account_id": "a-halden",
    "participants": [
        {"name": "Jana Holt", "email": "Jana.Holt@halden.example", "job_title": "IT Director", "external": True},
        {"name": "Nadia Corvane", "email": "nadia@vendor.example", "external": False},
        {"name": "Petra Noor", "email": "petra@halden.example", "external": True},
    ],
}


def said(document) -> list[tuple[str, str]]:
    return [(m.speaker, document.words(m)) for m in document.messages]


def seconds(document) -> list[float | None]:
    start = datetime(2026, 5, 20, 12, tzinfo=UTC)
    return [None if m.at is None else (m.at - start).total_seconds() for m in document.messages]


@pytest.fixture
def call(reading):
    """Read a transcript of this name with the data of the call beside it."""

    def read_with_meta(name: str, content: str | bytes):
        reading("halden-c01.meta.json", json.dumps(META))
        (item,) = reading(name, content)
        return item

    return read_with_meta


TEAMS = """WEBVTT

00:00:02.400 --> 00:00:04.300
<v Nadia Corvane>Is Hugo &amp; Marta</v>

00:00:04.300 --> 00:00:05.000
<v Nadia Corvane>joining?</v>

00:00:06.000 --> 00:00:08.000
<v Jana Holt>No. We compare you with another platform.</v>
"""
ZOOM = """WEBVTT

1
00:00:02.400 --> 00:00:04.300
Nadia Corvane: Is Hugo &amp; Marta

2
00:00:04.300 --> 00:00:05.000
Nadia Corvane: joining?

3
00:00:06.000 --> 00:00:08.000
Jana Holt: No. We compare you with another platform.
"""
SRT = """1
00:00:02,400 --> 00:00:05,000
Nadia Corvane: Is Hugo &amp; Marta joining?

2
00:00:06,000 --> 00:00:08,000
Jana Holt: No. We compare you with another platform.
"""
EXPECTED = [("Nadia Corvane", "Is Hugo & Marta joining?"), ("Jana Holt", "No. We compare you with another platform.")]


class TestCues:
    @pytest.mark.parametrize(
        ("name", "content"),
        [
            ("halden-c01.vtt", TEAMS),
            ("halden-c01.vtt", ZOOM),
            ("halden-c01.srt", SRT),
            ("halden-c01.vtt", "\ufeff" + ZOOM),
            ("halden-c01.vtt", TEAMS.replace("\n", "\r\n")),
            ("halden-c01.vtt", ZOOM.encode("utf-16")),
            (
                "halden-c01.vtt",
                ZOOM.replace("WEBVTT\n", "WEBVTT - made by x\nKind: captions\n\nNOTE a remark\nof two lines\n"),
            ),
            ("halden-c01.vtt", TEAMS.replace("--> 00:00:04.300", "--> 00:00:04.300 align:start position:0%")),
        ],
        ids=["teams", "zoom", "srt", "bom", "crlf", "utf-16", "notes", "settings"],
    )
    def test_cues_of_one_speaker_are_one_message(self, call, name, content):
        document = call(name, content)
        assert said(document) == EXPECTED
        assert seconds(document) == [2.4, 6.0]
        assert [(m.until - m.at).total_seconds() for m in document.messages] == [2.6, 2.0]
        assert (document.key, document.account_hint, document.title) == ("call:halden-c01", "a-halden", "Review")

    def test_people_come_from_the_data_beside_it(self, call):
        document = call("halden-c01.vtt", ZOOM)
        holt = document.messages[1]
        assert (holt.role, holt.address, holt.job_title) == (Role.CUSTOMER, "jana.holt@halden.example", "IT Director")
        assert {p.name: p.took for p in document.participants} == {
            "Jana Holt": Took.SPOKE, "Nadia Corvane": Took.SPOKE, "Petra Noor": Took.ATTENDED,
        }  # fmt: skip

    @pytest.mark.parametrize(
        "shown", ["Jana Holt (she/her)", "Holt, Jana", "jana holt", "Jana", "Jana Holt | Halden", "JANA  HOLT"]
    )
    def test_display_names_become_the_participant(self, call, shown):
        document = call("halden-c01.vtt", f"WEBVTT\n\n00:01.000 --> 00:02.000\n<v {shown}>words</v>\n")
        assert document.messages[0].address == "jana.holt@halden.example"
        assert document.messages[0].speaker == "Jana Holt"

    def test_a_name_that_two_share_names_nobody(self, call):
        document = call("halden-c01.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Jan>words</v>\n")
        assert (document.messages[0].speaker, document.messages[0].role) == ("Jan", Role.UNKNOWN)

    def test_cues_out_of_order_are_put_in_order(self, call):
        blocks = ZOOM.split("\n\n")
        document = call("halden-c01.vtt", "\n\n".join([blocks[0], blocks[3], blocks[1], blocks[2]]))
        assert said(document) == EXPECTED
        assert "cues were out of order" in document.notes

    def test_a_pause_after_a_finished_sentence_ends_the_turn(self, call):
        text = "WEBVTT\n\n00:01.000 --> 00:02.000\n<v Jana Holt>Done.\n\n00:04.000 --> 00:05.000\n<v Jana Holt>Next.\n"
        assert said(call("halden-c01.vtt", text)) == [("Jana Holt", "Done."), ("Jana Holt", "Next.")]

    def test_repeated_captions_of_one_moment_count_once(self, call):
        text = "WEBVTT\n\n00:01.000 --> 00:03.000\n<v Jana Holt>We\n\n00:02.000 --> 00:04.000\n<v Jana Holt>We\n"
        assert said(call("halden-c01.vtt", text)) == [("Jana Holt", "We")]

    def test_captions_without_speakers_are_kept(self, reading):
        (document,) = reading(
            "GMT20240124-202901_Recording.cc.vtt", "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nhello there\n"
        )
        assert said(document) == [("", "hello there")]
        assert document.messages[0].at == datetime(2024, 1, 24, 20, 29, 2, tzinfo=UTC)

    def test_a_colon_within_words_is_no_speaker(self, reading):
        cues = ["Jana: hello", "Nadia: yes", "Jana: so the thing is: we leave", "note: this is odd", "Nadia: why"]
        body = "".join(f"00:00:{n:02d}.000 --> 00:00:{n:02d}.500\n{c}\n\n" for n, c in enumerate(cues))
        (document,) = reading("x.vtt", f"WEBVTT\n\n{body}")
        assert [s for s, _ in said(document)] == ["Jana", "Nadia", "Jana", "", "Nadia"]

    def test_a_refusal_to_be_recorded_drops_the_text(self, call):
        item = call("halden-c01.vtt", ZOOM.replace("No. We compare", "I do not consent to being recorded. We compare"))
        assert item.reason == "not_consented"
        assert "compare" not in item.detail

    def test_a_refusal_that_the_recorder_cut_in_two_is_one(self, call):
        cut = TEAMS.replace("Is Hugo &amp; Marta", "I do not consent to").replace("joining?", "being recorded.")
        assert call("halden-c01.vtt", cut).reason == "not_consented"

    @pytest.mark.parametrize(
        "words", ["Do you consent to being recorded?", "I consent to this recording.", "We recorded a loss."]
    )
    def test_asking_or_agreeing_is_no_refusal(self, call, words):
        assert call("halden-c01.vtt", ZOOM.replace("No.", words)).messages

    def test_the_data_beside_a_transcript_is_no_conversation(self, reading):
        assert [i.reason for i in reading("lonely.meta.json", json.dumps(META))] == ["not_a_conversation"]
        reading("both.vtt", ZOOM)
        assert reading("both.meta.json", json.dumps(META)) == []


class TestText:
    def test_zooms_chat(self, call):
        chat = (
            '00:00:05\tJana Holt:\tHello\nsecond line\n00:00:09\tNadia Corvane:\tReacted to "Hello" with x\n'
            '00:00:12\tNadia Corvane:\tReplying to "Hello"\n\nHi Jana\n12:00:20 From Jana Holt to Everyone:\n\tBye\n'
        )
        assert said(call("halden-c01.txt", chat)) == [
            ("Jana Holt", "Hello second line"), ("Nadia Corvane", "Hi Jana"), ("Jana Holt", "Bye"),
        ]  # fmt: skip

    def test_otter(self, call):
        text = "Jana Holt  0:03  \nWe compare\nyou.\n\nUnknown Speaker  1:02:10  \nYes.\n\nTranscribed by https://otter.ai\n"
        document = call("halden-c01.txt", text)
        assert said(document) == [("Jana Holt", "We compare you."), ("Unknown Speaker", "Yes.")]
        assert seconds(document) == [3, 3730]

    def test_meet(self, reading):
        text = (
            "Halden review (2026-05-20 14:00 GMT+2) - Transcript\nAttendees\nJana Holt, Nadia Corvane, Petra Noor\nTranscript\n"
            "00:00:00\n \nJana Holt: We compare\nNadia Corvane: With whom?\n00:05:00\nJana Holt: I cannot say: sorry.\n"
            "Meeting ended after 00:06:00\nThis editable transcript was computer generated and might contain errors.\n"
        )
        (document,) = reading("Halden review.txt", text)
        assert said(document) == [
            ("Jana Holt", "We compare"), ("Nadia Corvane", "With whom?"), ("Jana Holt", "I cannot say: sorry."),
        ]  # fmt: skip
        assert seconds(document) == [0, 0, 300]
        assert [p.name for p in document.participants if p.took is Took.ATTENDED] == ["Petra Noor"]
