"""Huge and hostile files end as set aside, each within ten seconds of processor time, and never as an error."""

import io
import random
import time
import zipfile

import pytest

HEAD = b"From: a@b.example\nTo: c@d.example\nSubject: x\nMessage-ID: <1@x>\n"
SECONDS = 10


def bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", b"0" * 20_000_000)
    return buffer.getvalue()


def nested(count: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(count))


CASES = {
    "a 50 MB header": ("a.eml", lambda: b"Subject: " + b"x" * 50_000_000 + b"\n\nbody\n", "too_large"),
    "a 50 MB folded header": ("a.eml", lambda: HEAD + b"X-A: " + b"x\n y" * 12_000_000 + b"\n\nbody\n", "too_large"),
    "10,000 nested parts": ("a.eml", lambda: HEAD + nested(10_000) + b"\n\nhi\n", "too_many_parts"),
    "900 nested parts and a long text": (
        "a.eml",
        lambda: HEAD + nested(900) + b"\n\n" + b"abc\n" * 200_000,
        "too_many_parts",
    ),
    "10,000 flat parts": (
        "a.eml",
        lambda: HEAD + b"Content-Type: multipart/mixed; boundary=q\n\n" + b"--q\n\nhi\n" * 10_000 + b"--q--\n",
        "too_many_parts",
    ),
    "HTML nested 100,000 deep": (
        "a.eml",
        lambda: HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 100_000,
        "too_many_parts",
    ),
    "a million lines of body": ("a.eml", lambda: HEAD + b"\n" + b"\n> a" * 500_000, "too_large"),
    "a million lines of VTT": (
        "a.vtt",
        lambda: b"WEBVTT\n\n" + b"00:00:01.000 --> 00:00:02.000\nJana: words\n\n" * 334_000,
        "too_large",
    ),
    "a zip bomb": ("a.zip", bomb, "unknown_format"),
    "NUL bytes in a mail": ("a.eml", lambda: HEAD + b"\nhello\0world\n", "nul_bytes"),
    "NUL bytes in a transcript": ("a.vtt", lambda: b"WEBVTT\n\n00:01.000 --> 00:02.000\nhe\0llo\n", "nul_bytes"),
    "a lone surrogate in JSON": (
        "a.json",
        lambda: b'{"id":5,"requester_id":1,"subject":"x","description":"a \\ud800 b","comments":[]}',
        "lone_surrogates",
    ),
    "a lone surrogate in UTF-7": (
        "a.eml",
        lambda: HEAD + b"Content-Type: text/plain; charset=utf-7\n\n+2AA-\n",
        "lone_surrogates",
    ),
    "JSON nested a million deep": ("a.json", lambda: b"[" * 1_000_000, "broken_json"),
    "a number of a million digits": ("a.json", lambda: b'{"id":' + b"9" * 1_000_000 + b"}", "broken_json"),
    "noise called .msg": (
        "a.msg",
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + random.Random(5).randbytes(100_000),
        "broken_mime",
    ),
    "nothing": ("a.eml", lambda: b"  \n", "no_text"),
}


@pytest.mark.parametrize(("name", "make", "reason"), CASES.values(), ids=CASES)
def test_set_aside_in_time(reading, name, make, reason):
    content = make()
    started = time.process_time()
    items = reading(name, content)
    assert [getattr(i, "reason", i) for i in items] == [reason]
    assert time.process_time() - started < SECONDS
    assert name in items[0].detail or items[0].detail


SLOW = {
    "quotes in turn": b"> a\nb\n" * 45_000,
    "attributions": b"On Mon, 3 May 2026 at 12:00, X <a@b.c> wrote:\n> a\n" * 35_000,
    "header lines": b"From: a\n" * 90_000,
    "rules": b"- - - - - - - - - - - - - - - - - x\n" * 50_000,
    "drawn rules": b"______\nhello there friend\n\n> q\n" * 22_000,
    "signatures": b"--\nhello there\n\n> q\n" * 22_000,
    "one long line": b"On 2026 wrote: " * 120_000,
    "angle brackets": b">" * 1_900_000,
}


@pytest.mark.parametrize("body", SLOW.values(), ids=SLOW)
def test_no_text_within_the_limits_takes_long(reading, body):
    started = time.process_time()
    reading("a.eml", HEAD + b"\n" + body)
    assert time.process_time() - started < SECONDS
