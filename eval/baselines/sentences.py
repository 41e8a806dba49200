"""Sentences of whoever may be quoted: the ground that all baselines walk on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from extractor.document import Document
from extractor.local.sentences import sentences
from extractor.taxonomy import Taxonomy

_QUOTED_LINE = ">"


class Sentence(NamedTuple):
    message: str
    text: str


def eligible_sentences(document: Document, taxonomy: Taxonomy) -> Iterator[Sentence]:
    """In reading order, without excluded stretches and sentences that begin with `>`."""
    for message in document.messages:
        if message.role not in taxonomy.speakers:
            continue
        words = document.words(message)
        for span in sentences(words):
            text = span.of(words)
            excluded = document.exclusion_at(span.moved(message.span.start)) is not None
            if any(c.isalnum() for c in text) and not text.startswith(_QUOTED_LINE) and not excluded:
                yield Sentence(message.id, text)
