"""Text or HTML without any headers: the body of a mail or a note as it was pasted, its author and time unknown."""

from __future__ import annotations

import hashlib
from pathlib import Path

from extractor.document import Document, Source, Turn, compose
from extractor.readers.encoding import checked, decode, plain_newlines
from extractor.readers.html import Rendered, render
from extractor.readers.limits import BODY_CHARACTERS, read_bytes
from extractor.readers.mail.forward import split_forward
from extractor.readers.mail.spans import not_newly_written
from extractor.readers.outcome import Obstacle, UnreadableError

SUFFIXES = frozenset((".txt", ".text", ".md", ""))
HTML_SUFFIXES = frozenset((".html", ".htm"))


def read_note(path: Path, origin: str) -> Document:
    """Raises UnreadableError where the text is empty, too long or not text."""
    data = read_bytes(path, 4 * BODY_CHARACTERS)
    found = decode(data)
    is_html = path.suffix.lower() in HTML_SUFFIXES
    rendered = render(found.text) if is_html else Rendered(plain_newlines(found.text))
    text = checked(rendered.text, origin)
    if not text.strip():
        raise UnreadableError(f"{origin}: empty text; export it again", Obstacle.NO_TEXT)
    if len(text) > BODY_CHARACTERS:
        raise UnreadableError(f"{origin}: {len(text)} characters; split it", Obstacle.TOO_LARGE)
    notes = ("no headers: read as the body of a mail", *((found.note,) if found.note else ()))
    return compose(
        split_forward(Turn(text, "", excluded=not_newly_written(text, marked=rendered.excluded))),
        source=Source.EMAIL,
        key=f"mail:sha256:{hashlib.sha256(data).hexdigest()}",
        title=path.stem,
        origin=origin,
        notes=notes,
    )
