"""Sentences of whoever may be quoted: the ground that all baselines walk on.

Rough on purpose. An engine under test has its own reading; a baseline is what a team would write in an afternoon.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from extractor.document import Document
from extractor.taxonomy import Taxonomy

_SENTENCE = re.compile(r"[^\n]+?(?:[.!?…]+(?=[\"')\]]*\s)|(?=\n)|\Z)")
_QUOTED_LINE = ">"


class Sentence(NamedTuple):
    message: str
    text: str


def eligible_sentences(document: Document, taxonomy: Taxonomy) -> Iterator[Sentence]:
    """In reading order, without excluded stretches and lines that begin with `>`."""
    for message in document.messages:
        if message.role not in taxonomy.speakers:
            continue
        words = document.words(message)
        for found in _SENTENCE.finditer(words):
            text = found.group().strip()
            start = message.span.start + found.start()
            excluded = any(e.span.start <= start < e.span.end for e in document.excluded)
            if any(c.isalnum() for c in text) and not text.startswith(_QUOTED_LINE) and not excluded:
                yield Sentence(message.id, text)
