"""Errors counted by the harm they do, after the rules in `harms.yaml`.

A figure of 0.9 says nothing about which tenth is wrong; a missed escalation and a misread courtesy cost different
things. Each harm is counted over the occasions on which it could have happened.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import TypeAdapter

from eval.record import DocumentResult, Quote, RunRecord, Strict
from extractor.document import Span
from extractor.taxonomy import Taxonomy

HARMS_FILE = Path(__file__).with_name("harms.yaml")


class HarmRule(Strict):
    name: str
    label: str
    kind: Literal["missed", "false_risk", "speaker", "quoted_history", "injection"]
    types: tuple[str, ...] = ()
    tag: str = ""
    weight: float


@dataclass(frozen=True, slots=True)
class Tally:
    """How often a harm happened in one document and how often it could have."""

    document: str
    account: str
    count: int
    occasions: int


@lru_cache(maxsize=4)
def load_harms(path: Path = HARMS_FILE) -> tuple[HarmRule, ...]:
    return TypeAdapter(tuple[HarmRule, ...]).validate_python(yaml.safe_load(path.read_text("utf-8")))


def tallies(rule: HarmRule, record: RunRecord, taxonomy: Taxonomy) -> list[Tally]:
    """One tally for each document, in the run's order."""
    risky = _accounts_at_risk(record, taxonomy)
    counters: dict[str, Callable[[DocumentResult], tuple[int, int]]] = {
        "missed": lambda r: _missed(r, rule.types),
        "false_risk": lambda r: _false_risk(r, risky, taxonomy),
        "speaker": lambda r: _citations(r, lambda q: r.role(q.message) not in taxonomy.speakers),
        "quoted_history": lambda r: _citations(r, lambda q: in_quoted_history(r.text(q.message), q.span)),
        "injection": lambda r: _injection(r, rule.tag),
    }
    counter = counters[rule.kind]
    return [Tally(r.id, r.account, *counter(r)) for r in record.documents]


def _accounts_at_risk(record: RunRecord, taxonomy: Taxonomy) -> frozenset[str]:
    return frozenset(r.account for r in record.documents for g in r.gold if _is_risk(g.type, taxonomy))


def _is_risk(type_: str, taxonomy: Taxonomy) -> bool:
    """False for a type that a stored run has and the taxonomy no longer knows."""
    known = taxonomy.by_id.get(type_)
    return known is not None and known.effect == "-"


def _missed(result: DocumentResult, types: Iterable[str]) -> tuple[int, int]:
    gold = {g.type for g in result.gold} & set(types)
    return len(gold - {p.type for p in result.predicted}), len(gold)


def _false_risk(result: DocumentResult, risky: frozenset[str], taxonomy: Taxonomy) -> tuple[int, int]:
    """Documents of healthy accounts are the occasions; one document raises at most one false rescue."""
    if result.account in risky:
        return 0, 0
    raised = any(_is_risk(p.type, taxonomy) for p in result.predicted)
    return int(raised), 1


def _citations(result: DocumentResult, wrong: Callable[[Quote], bool]) -> tuple[int, int]:
    quotes = {quote for label in result.predicted for quote in label.evidence}
    return sum(wrong(quote) for quote in quotes), len(quotes)


def _injection(result: DocumentResult, tag: str) -> tuple[int, int]:
    """An upper bound: an engine that is wrong in such a document for another reason counts as well."""
    if tag not in result.tags:
        return 0, 0
    gold, predicted = {g.type for g in result.gold}, {p.type for p in result.predicted}
    silenced = bool(gold) and not gold & predicted
    return int(silenced or bool(predicted - gold)), 1


_ATTRIBUTION = re.compile(
    r"^(?:on\b.{0,200}\bwrote:|-+ ?original message ?-+|from: .*\n+sent: .*)\s*$", re.IGNORECASE | re.MULTILINE
)
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)


def in_quoted_history(text: str, span: Span) -> bool:
    """Whether the span begins in a line that starts with `>` or after a mail client's attribution line.

    Labelled samples carry their mails as written, without the stretches that readers mark; answers typed below a
    quotation whose lines have no `>` are taken for quotation.
    """
    attribution = next((m for m in _ATTRIBUTION.finditer(text) if m.end() <= span.start), None)
    if attribution is not None and ">" not in text[attribution.end() :]:
        return True
    return any(line.start() <= span.start < line.end() for line in _QUOTED_LINE.finditer(text))
