"""Raw mails for tests, written here: no fixture is copied from elsewhere."""

from collections.abc import Callable, Iterator
from email.message import EmailMessage
from pathlib import Path
from types import SimpleNamespace

import pytest

from extractor.document import Document
from extractor.readers import Unread, read
from extractor.readers.mail.message import read_mail
from extractor.readers.marks import outside

HEAD = {
    "From": "Jana Holt <jana.holt@halden.example>",
    "To": "Nadia Corvane <nadia@vendor.example>",
    "Subject": "Re: review",
    "Date": "Wed, 20 May 2026 12:41:00 +0200",
    "Message-ID": "<one@halden.example>",
}


def raw(body: bytes, **headers: str) -> bytes:
    """A mail with these headers over the usual ones and this body as it stands; an empty header is left out."""
    fields = HEAD | {name.replace("_", "-"): value for name, value in headers.items()}
    return "".join(f"{k}: {v}\n" for k, v in fields.items() if v).encode() + b"\n" + body


def plain(text: str, **headers: str) -> bytes:
    """A base64 mail with this text, line ends included."""
    message = EmailMessage()
    for name, value in (HEAD | {k.replace("_", "-"): v for k, v in headers.items()}).items():
        if value:
            message[name] = value
    message.set_content(text, cte="base64")
    return message.as_bytes()


def parsed(data: bytes) -> Document:
    return read_mail(data, "test.eml")


def new_words(document: Document) -> str:
    """What is left of the sender's own turn when the exclusions are cut out."""
    span = document.messages[0].span
    kept = outside(document.text[: span.end], [e for e in document.excluded if e.span.end <= span.end])
    return kept[span.start :].strip()


@pytest.fixture(scope="session")
def mails() -> SimpleNamespace:
    return SimpleNamespace(raw=raw, plain=plain, parsed=parsed, new_words=new_words)


@pytest.fixture
def reading(tmp_path: Path) -> Callable[[str, str | bytes], list[Document | Unread]]:
    """Write a file of this name and content and read it."""

    def write_and_read(name: str, content: str | bytes) -> list[Document | Unread]:
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        items: Iterator[Document | Unread] = read(path, tmp_path)
        return list(items)

    return write_and_read
