"""How many messages a second each reader gives, and mail against the standard library's parser on the same bytes.

`python -m bench.readers [--mbox MIB]` prints one line per format; with `--mbox` it also writes an mbox
of that size in a temporary folder and prints the peak memory of reading it. Times are processor seconds of one core.
"""

from __future__ import annotations

import argparse
import resource
import tempfile
import time
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

from extractor.document import Document
from extractor.readers import read
from extractor.readers.mail.mbox import split_mbox
from extractor.readers.mail.message import read_mail

PORTFOLIO = Path(__file__).parents[1] / "samples" / "portfolio"
ROUNDS = 5
ATTACHMENT = b"QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVphYmNkZWZnaGlqa2xtbm9wcXJzdHV2d3h5eg==\n" * 3000


def fastest(work: Callable[[], int]) -> tuple[float, int]:
    """Seconds of the fastest round and how many messages it gave."""
    best, count = float("inf"), 0
    for _ in range(ROUNDS):
        started = time.process_time()
        count = work()
        best = min(best, time.process_time() - started)
    return best, count


def portfolio_mails() -> list[bytes]:
    archive = [data for data in split_mbox(PORTFOLIO / "mail" / "archive.mbox") if data is not None]
    return [path.read_bytes() for path in sorted((PORTFOLIO / "mail").glob("*.eml"))] + archive


def library(data: bytes) -> str:
    """What a program would do with the standard library alone: headers and the preferred body as text."""
    message = message_from_bytes(data, policy=default)
    body = message.get_body(("plain", "html")) if isinstance(message, EmailMessage) else None
    return f"{message['from']}{message['to']}{message['subject']}{message['date']}{body.get_content() if body else ''}"


def mail_ratio(name: str, mails: list[bytes]) -> None:
    ours, count = fastest(lambda: sum(1 for data in mails if read_mail(data, "x")))
    parse, _ = fastest(lambda: sum(1 for data in mails if message_from_bytes(data, policy=default)))
    whole, _ = fastest(lambda: sum(1 for data in mails if library(data)))
    print(
        f"{name:24} {count / ours:8.0f} messages/s   {ours / parse:5.2f} x email, parse only   "
        f"{ours / whole:5.2f} x email with headers and body"
    )


def with_attachment(data: bytes, number: int) -> bytes:
    head = b"Message-ID: <%d@bench.example>\nMIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=qq\n\n" % number
    attached = b"--qq\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n" + ATTACHMENT + b"--qq--\n"
    body = b"--qq\nContent-Type: text/plain\n\nPlease see the attached plan.\n\nJana\n"
    return (
        b"From: Jana <jana@halden.example>\nTo: n@vendor.example\nSubject: plan\n" + head + body + attached
        if data
        else data
    )


def big_mbox(mebibytes: int) -> None:
    mails = portfolio_mails()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.mbox"
        with path.open("wb") as stream:
            number = 0
            while stream.tell() < mebibytes << 20:
                data = mails[number % len(mails)]
                number += 1
                whole = with_attachment(data, number) if number % 3 == 0 else data
                stream.write(b"From a@b.example Wed May 20 12:41:00 2026\n" + whole + b"\n")
        started = time.process_time()
        count = sum(1 for item in read(path) if isinstance(item, Document))
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        print(f"{mebibytes} MiB mbox: {count} mails, {time.process_time() - started:.0f} s, peak memory {peak} MiB")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--mbox", type=int, default=0, metavar="MIB")
    wanted = parser.parse_args()
    mails = portfolio_mails()
    mail_ratio("mail", mails)
    mail_ratio("mail with attachments", [with_attachment(data, n) for n, data in enumerate(mails[:20])])
    for name, pattern in (("webvtt", "calls/*.vtt"), ("gong", "calls/*.gong.json"), ("zendesk", "tickets/*.ndjson")):
        paths = sorted(PORTFOLIO.glob(pattern))
        seconds, count = fastest(
            lambda paths=paths: sum(len(i.messages) for p in paths for i in read(p) if isinstance(i, Document))
        )
        print(f"{name:24} {count / seconds:8.0f} messages/s")
    if wanted.mbox:
        big_mbox(wanted.mbox)


if __name__ == "__main__":
    main()
