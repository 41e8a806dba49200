"""How much of anything a reader takes in: beyond these sizes an item is set aside as `too_large`.

Each limit lies an order of magnitude above what mail systems and meeting tools produce, and low enough that the worst
permitted item is read within ten seconds on one core.
"""

from __future__ import annotations

from pathlib import Path

from extractor.readers.outcome import Obstacle, UnreadableError

MIB = 1 << 20
MAIL_BYTES = 100 * MIB
"""One mail with its attachments; common providers refuse more than 25 to 150 MiB."""
HEADER_BYTES = 1 * MIB
"""All header fields of one mail together; mail servers refuse more than 64 KiB to 1 MiB."""
HEADER_VALUE = 64 * 1024
"""Characters of one header field that are interpreted; the rest is cut."""
MIME_PARTS = 1000
BODY_CHARACTERS = 2_000_000
"""Characters of one message's text, and of the HTML it is made from."""
BODY_LINES = 100_000
TRANSCRIPT_BYTES = 40 * MIB
CUES = 100_000
"""Cues of one transcript; eight hours of fast talk have about 10,000."""
TRANSCRIPT_LINES = 500_000
JSON_BYTES = 64 * MIB
"""One JSON document; exports of many conversations come as NDJSON, where this holds for a line."""
CONVERSATION_TURNS = 20_000
CALENDAR_CHARACTERS = 1_000_000
TABLE_FIELD = 1_000_000
"""Characters of one CSV field."""


def read_bytes(path: Path, most: int) -> bytes:
    """The whole file. Raises UnreadableError where it is larger than `most` bytes or cannot be opened."""
    try:
        with path.open("rb") as stream:
            data = stream.read(most + 1)
    except OSError as error:
        raise UnreadableError(
            f"{path.name}: {error.strerror or error}; check the path and its permissions", Obstacle.MISSING
        ) from error
    if len(data) > most:
        raise UnreadableError(f"{path.name}: larger than {most // MIB} MiB; split the export", Obstacle.TOO_LARGE)
    return data
