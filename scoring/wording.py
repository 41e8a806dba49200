"""Says an explanation the way a CSM would tell a manager: one line, a paragraph, the full ledger.

The words come from `wording.yaml`; every figure comes from the explanation.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, Protocol

import yaml
from pydantic import BaseModel, ConfigDict

from scoring.bands import UNKNOWN
from scoring.explanation import CauseInWords, Explanation
from scoring.labels import within

WORDING_FILE = Path(__file__).with_name("wording.yaml")
_ISO_DAY = re.compile(r"\b\d{4}-\d\d-\d\d\b")


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Line(_Strict):
    unknown: str
    stays: str
    moved: str
    turned: str
    one_day: str
    several_days: str
    because: str
    cause: str


class _Wording(_Strict):
    line: _Line
    kinds: dict[str, str]
    notes: dict[str, str]
    paragraph: dict[str, str]
    day: str
    most_causes: int
    longest_quote: int


@lru_cache(maxsize=4)
def load_wording(path: Path = WORDING_FILE) -> _Wording:
    return _Wording.model_validate(yaml.safe_load(path.read_text("utf-8")))


def said_at(found: Explanation, length: Literal["line", "paragraph", "ledger"]) -> str:
    """The same answer, as long as somebody has time for."""
    return {"line": one_line, "paragraph": one_paragraph, "ledger": ledger_text}[length](found)


class Stands(Protocol):
    """Where an account stands on a day, in points."""

    @property
    def day(self) -> date: ...
    @property
    def band(self) -> str: ...
    @property
    def score(self) -> float: ...
    @property
    def coverage(self) -> float: ...


def one_line(found: Explanation) -> str:
    causes = [(c.label, c.points) for c in main_causes(found)]
    return in_one_line(found.account.name, found.before, found.after, found.change, causes)


def in_one_line(name: str, before: Stands, after: Stands, change: float, main: Sequence[tuple[str, float]]) -> str:
    """The line that a movement of `change` points gives; `main` holds labels and points of its main causes."""
    said = load_wording().line
    values: dict[str, Any] = {"name": name, "band_before": before.band, "band": after.band}
    values["before"], values["score"] = _told_apart(before.score, after.score)
    if after.band == UNKNOWN:
        return said.unknown.format(**values, coverage=after.coverage, day=_day(after.day))
    if before.band == after.band and abs(change) < 1:
        return said.stays.format(**values)
    named = [_named(label, points) for label, points in _by_label(main)]
    values["because"] = said.because.format(causes=", ".join(named)) if named else ""
    values["over"] = _over((after.day - before.day).days)
    return (said.moved if before.band == after.band else said.turned).format(**values)


def _by_label(causes: Sequence[tuple[str, float]]) -> Iterable[tuple[str, float]]:
    """What one thing did by itself and by what it answered is one cause within a line."""
    if len(dict(causes)) == len(causes):
        return causes
    tenths: dict[str, int] = {}
    for label, points in causes:
        tenths[label] = tenths.get(label, 0) + round(10 * points)
    return [(label, sum_ / 10) for label, sum_ in tenths.items()]


@lru_cache(maxsize=65536)
def _told_apart(before: float, after: float) -> tuple[str, str]:
    """In whole points, unless the tenths are all that moved."""
    if round(before) != round(after) or before == after:
        return f"{before:.0f}", f"{after:.0f}"
    return f"{before:.1f}", f"{after:.1f}"


@lru_cache(maxsize=65536)
def _named(label: str, points: float) -> str:
    """A cause within a line; the same few come up in many accounts."""
    return load_wording().line.cause.format(label=within(label), points=in_points(points))


@lru_cache(maxsize=1024)
def _over(days: int) -> str:
    said = load_wording().line
    return said.one_day if days == 1 else said.several_days.format(days=days)


def one_paragraph(found: Explanation) -> str:
    return " ".join(sentence for sentence in _sentences(found) if sentence)


def ledger_text(found: Explanation) -> str:
    """Every line of the score and every cause of the movement, with their sums."""
    lines = [f"{found.account.name} on {_day(found.as_of)}: {found.after.score:.1f} ({found.after.band})", ""]
    for item in found.inputs:
        state = "" if item.present else "  does not count"
        lines.append(f"{item.points:>8.1f}  {item.label} of {item.weight:.1f}{state}")
        lines += [f"{_amount(line.points, line.label, line.detail)}" for line in found.ledger if line.input == item.id]
    lines += [_amount(line.points, line.label, line.detail) for line in found.ledger if not line.input]
    lines += [f"{found.after.score:>8.1f}  in all", "", f"since {_day(found.since)}: {found.before.score:.1f}"]
    for cause in found.causes:
        lines.append(_amount(cause.points, cause.label, "; ".join(cause.details)))
        lines += [f"{'':>20}“{' '.join(q.quote.split())}” {q.speaker}, {q.origin}" for q in cause.evidence]
    lines.append(f"{found.change:>+8.1f}  in all, {found.residual:.1f} unexplained")
    return "\n".join(lines)


def main_causes(found: Explanation) -> list[CauseInWords]:
    """The causes that moved the score its way, in the order told."""
    return [c for c in found.causes if c.points * found.change > 0][: load_wording().most_causes]


def _sentences(found: Explanation) -> Iterator[str]:
    said = load_wording().paragraph
    yield found.sentence or one_line(found)
    main = main_causes(found)
    if found.first_mover is not None:
        first = found.first_mover
        yield said["first"].format(since=_day(first.since), label=within(first.label))
    if main:
        yield said["with"].format(causes="; ".join(_cause(c) for c in main))
    yield from _quoted(main[:1])
    against = [c for c in found.causes if c.points * found.change < 0][: load_wording().most_causes]
    if against:
        yield said["against"].format(causes="; ".join(_cause(c) for c in against))
    if found.after.coverage < 100:
        after = found.after
        yield said["coverage"].format(coverage=after.coverage, low=after.low, high=after.high)
    yield from _overlaid(found)
    for play in found.plays[:1]:
        due = said["overdue" if play.due < found.as_of else "play"]
        yield due.format(label=within(play.label), owner=play.owner, due=_day(play.due))


def _overlaid(found: Explanation) -> Iterator[str]:
    said, overlay = load_wording().paragraph, found.overlay
    if overlay is None:
        return
    if overlay.divergent:
        yield said["divergent"].format(assessed=overlay.assessed, computed=overlay.computed)
    if overlay.override is not None:
        held = overlay.override
        yield said["overridden"].format(author=held.author, band=held.band, last=_day(held.last), reason=held.reason)


def _quoted(causes: Iterable[CauseInWords]) -> Iterator[str]:
    wording = load_wording()
    for cause in causes:
        for quote in cause.evidence[:1]:
            words = " ".join(quote.quote.split())
            if len(words) > wording.longest_quote:
                words = words[: wording.longest_quote].rsplit(" ", 1)[0] + " …"
            when = _day(quote.at.date()) if quote.at else "an unknown day"
            yield wording.paragraph["quote"].format(speaker=quote.speaker, day=when, words=words)


def _cause(cause: CauseInWords) -> str:
    details = _details(cause.details)
    values = {"label": within(cause.label), "since": _day(cause.since), "details": details}
    return load_wording().kinds[cause.kind].format(**values, points=in_points(cause.points))


def _details(details: Sequence[str]) -> str:
    return f"; {in_words(details[0])}" if details else ""


def in_points(value: float) -> str:
    """With its sign, a minus and not a hyphen."""
    return f"{value:+.1f}".replace("-", "\N{MINUS SIGN}")


def in_words(detail: str) -> str:
    """A detail as people read it: the ledger names days for machines, 2026-08-24, a page as 24 Aug 2026."""
    return _ISO_DAY.sub(_spoken_day, detail)


def _spoken_day(found: re.Match[str]) -> str:
    try:
        return _day(date.fromisoformat(found[0]))
    except ValueError:  # digits that look like a day, in somebody's name
        return found[0]


def _amount(points: float, label: str, detail: str) -> str:
    return f"{points:>+16.1f}  {label}" + (f"  ({detail})" if detail else "")


def _day(day: date) -> str:
    return day.strftime(load_wording().day)
