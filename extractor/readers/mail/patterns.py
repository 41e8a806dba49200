"""What clients write around quoted, forwarded and signed text: `patterns.yaml`, checked and compiled once."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict

PATTERNS_FILE = Path(__file__).with_name("patterns.yaml")

ByLanguage = dict[str, tuple[str, ...]]


class PatternFile(BaseModel):
    """The data file as it stands; an unknown key or an empty section is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    attribution_starts: ByLanguage
    attribution_verbs: ByLanguage
    original_message: ByLanguage
    forwarded_message: ByLanguage
    headers: dict[str, tuple[str, ...]]
    forward_subject: tuple[str, ...]
    reply_subject: tuple[str, ...]
    footer_lines: ByLanguage
    disclaimer_stems: tuple[str, ...]
    disclaimers: ByLanguage
    disclaimer_headings: tuple[str, ...]
    machine_lines: tuple[str, ...]
    sign_offs: ByLanguage


@dataclass(frozen=True, slots=True)
class Patterns:
    """Compiled: each answers one question about one line whose white space is collapsed."""

    starts: re.Pattern[str]
    verbs: tuple[str, ...]
    verb_at_end: re.Pattern[str]
    verb_then_date: re.Pattern[str]
    original: re.Pattern[str]
    forwarded: re.Pattern[str]
    header_names: Mapping[str, str]
    forward_subject: re.Pattern[str]
    reply_subject: re.Pattern[str]
    footer: re.Pattern[str]
    disclaimer_stems: tuple[str, ...]
    disclaimer: re.Pattern[str]
    disclaimer_heading: re.Pattern[str]
    machine: re.Pattern[str]
    sign_off: re.Pattern[str]

    def may_be_disclaimer(self, text: str) -> bool:
        """Whether it is worth comparing with `disclaimer`."""
        folded = text.casefold()
        return any(stem in folded for stem in self.disclaimer_stems)

    def ends_with_verb(self, bare: str) -> bool:
        """Whether it is worth comparing with `verb_at_end`."""
        return bare[-40:].casefold().rstrip(":： \"'*_>").endswith(self.verbs)


@lru_cache(maxsize=4)
def load_patterns(path: Path = PATTERNS_FILE) -> Patterns:
    """Raises ValueError (pydantic's) where the file has unknown or missing keys, re.error where a pattern is broken."""
    data = PatternFile.model_validate(yaml.safe_load(path.read_text("utf-8")))
    verbs = _any(re.escape(verb) for verb in _all(data.attribution_verbs))
    starts = _any(re.escape(start) for start in _all(data.attribution_starts))
    rule = r"(?:[-_*=~#\s\u2010-\u2015]|&nbsp;)"
    return Patterns(
        starts=_compile(rf"^\W{{0,3}}(?:{starts})\b"),
        verbs=tuple(v.casefold() for v in _all(data.attribution_verbs)),
        verb_at_end=_compile(rf"(?:^|\W)(?:{verbs})\s*[:：]?\W{{0,3}}$"),
        verb_then_date=_compile(rf"(?:^|\W)(?:{verbs})(?:\W.{{0,80}})?[:：]\W{{0,3}}$"),
        original=_compile(rf"^{rule}{{2,}}\s*(?:{_any(_all(data.original_message))})\s*{rule}*[:：]?$"),
        forwarded=_compile(rf"^(?:{rule}{{2,}})?\s*(?:{_any(_all(data.forwarded_message))})\s*[:：]?\s*{rule}*[:：]?$"),
        header_names={name.casefold(): kind for kind, names in data.headers.items() for name in names},
        forward_subject=_compile(
            rf"^\W*(?:(?:{_any(data.reply_subject)})\s*[:：]\s*)*(?:{_any(data.forward_subject)})\s*[:：]"
        ),
        reply_subject=_compile(
            rf"^\W*(?:(?:{_any((*data.reply_subject, *data.forward_subject))})(?:\[\d+\]|\(\d+\))?\s*[:：]\s*)+"
        ),
        footer=_compile(rf"^\W*(?:{_any(_all(data.footer_lines))})\W*(?:<\S{{1,200}}>|\(?https?:\S{{1,200}})?\W*$"),
        disclaimer_stems=data.disclaimer_stems,
        disclaimer=_compile(_any(_all(data.disclaimers))),
        disclaimer_heading=_compile(rf"^\W*(?:{_any(data.disclaimer_headings)})\W*$"),
        machine=_compile(_any(data.machine_lines)),
        sign_off=_compile(rf"^\W*(?:{_any(_all(data.sign_offs))})\W*$"),
    )


def _all(by_language: ByLanguage) -> Iterable[str]:
    """Every language's entries; longest first, so that an alternation prefers the longer word."""
    return sorted({entry for entries in by_language.values() for entry in entries}, key=lambda e: (-len(e), e))


def _any(patterns: Iterable[str]) -> str:
    return "|".join(f"(?:{pattern})" for pattern in patterns)


def _compile(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern, re.IGNORECASE)
