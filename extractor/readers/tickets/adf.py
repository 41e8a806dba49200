"""Atlassian Document Format to text, with quoted panels marked. Source: Atlassian's ADF node reference."""

from __future__ import annotations

from typing import Any

from extractor.document import Exclusion, Span
from extractor.readers.fields import Json, object_of, objects_of, text_of
from extractor.readers.html import Rendered

_BLOCKS = frozenset(
    [
        "paragraph",
        "heading",
        "bulletList",
        "orderedList",
        "listItem",
        "blockquote",
        "codeBlock",
        "panel",
        "table",
        "tableRow",
        "rule",
        "mediaSingle",
        "mediaGroup",
        "expand",
        "nestedExpand",
        "taskList",
        "taskItem",
        "decisionList",
        "decisionItem",
    ]
)
_SPOKEN = {
    "mention": "text",
    "emoji": "text",
    "inlineCard": "url",
    "blockCard": "url",
    "status": "text",
    "date": "timestamp",
}


def adf_text(value: Any) -> Rendered:
    """Text of an ADF document, or the string itself where an export holds plain text."""
    if isinstance(value, str):
        return Rendered(value)
    writer = _Writer()
    writer.node(object_of(value))
    text = writer.text.strip("\n")
    ahead = len(writer.text) - len(writer.text.lstrip("\n"))
    spans = (
        Exclusion(Span(max(0, start - ahead), min(len(text), end - ahead)), "quoted_history")
        for start, end in writer.quotes
    )
    return Rendered(text, tuple(s for s in spans if s.span.start < s.span.end))


class _Writer:
    def __init__(self) -> None:
        self.text = ""
        self.quotes: list[tuple[int, int]] = []

    def node(self, node: Json) -> None:
        kind = text_of(node.get("type"))
        start = len(self.text)
        if kind == "text":
            self.text += str(node.get("text") or "")
        elif kind == "hardBreak":
            self.text += "\n"
        elif kind in _SPOKEN:
            attributes = object_of(node.get("attrs"))
            self.text += text_of(attributes.get(_SPOKEN[kind])) or text_of(attributes.get("shortName"))
        if kind == "listItem":
            self.line()
            self.text += "- "
        elif kind in _BLOCKS and not self.text.endswith("- "):
            self.line()
        for child in objects_of(node.get("content")):
            self.node(child)
        if kind in ("tableCell", "tableHeader"):
            self.text += " "
        elif kind in _BLOCKS:
            self.line()
        if kind == "blockquote":
            self.quotes.append((start, len(self.text)))

    def line(self) -> None:
        if self.text and not self.text.endswith("\n"):
            self.text += "\n"
