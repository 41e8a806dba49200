"""What a call is called in the store."""

from __future__ import annotations

from pathlib import Path

from extractor.document import Document
from extractor.readers import read


def test_two_folders_with_the_same_file_name_hold_two_calls(tmp_path: Path) -> None:
    keys = set()
    for folder in ("monday", "friday"):
        (tmp_path / folder).mkdir()
        path = tmp_path / folder / "transcript.vtt"
        path.write_text("WEBVTT\n\n00:00.000 --> 00:02.000\n<v Ada>Hello there.</v>\n", "utf-8")
        keys |= {item.key for item in read(path, tmp_path) if isinstance(item, Document)}
    assert keys == {"call:monday/transcript", "call:friday/transcript"}
