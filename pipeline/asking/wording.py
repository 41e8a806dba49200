"""The answer in a model's words, as far as its citations hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from extractor.document import Document, Span
from extractor.llm.wording import Source, Wording
from pipeline.asking.answer import Citation, Sentence, passage_citation
from store.search import Passage


def worded(wording: Wording, question: str, passages: Sequence[Passage], texts: dict[str, Document]) -> list[Sentence]:
    """Sentences over these passages alone; none where nothing the model said could be verified."""
    sources = [Source(texts[p.document], p.message, Span(p.start, p.end)) for p in passages]
    return [
        Sentence(s.text, tuple(_citation(passages[c.source], sources[c.source], c.span) for c in s.citations))
        for s in wording.word(question, sources)
    ]


def _citation(passage: Passage, source: Source, span: Span) -> Citation:
    quote = span.of(source.document.text)
    return replace(passage_citation(passage), start=span.start, end=span.end, quote=quote)
