"""What a model's reply says, judged without trusting it: a pure function from text to claims.

A reply that is not the agreed JSON is `UNREADABLE`; one that was cut off or declined is `REFUSED`; both are different
from "no signal". A single bad entry costs itself alone and is told in `detail`; what is well formed but untrue
(unknown type, severity off the scale, quote that is not there) stays a claim, so that grounding can refuse it by name.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from extractor.detector import Outcome
from extractor.llm.exchange import ChatReply, Finish
from extractor.signal import Claim

LOWEST, HIGHEST = 1, 3
MOST_SIGNALS = 60
"""Far beyond any real document's; a reply with more is a model in a loop."""

_FENCE = re.compile(r"\A\s*```(?:json)?\s*\n(.*?)\n?```\s*\Z", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Reading:
    """What one reply comes to; `claims` are empty unless it was read."""

    outcome: Outcome
    claims: tuple[Claim, ...] = ()
    detail: str = ""


class _FaultyEntryError(ValueError):
    """One signal of a reply that cannot be used."""


def reply_schema(types: Sequence[str]) -> dict[str, Any]:
    """The JSON schema a model must answer in: every field required, nothing else allowed, types as an enumeration.

    The quote stands before the type, so that a model finds words first and names them after. Only keywords that
    strict structured output knows; ranges are left to the parser.
    """
    quote = _closed({"message": {"type": "string"}, "quote": {"type": "string"}})
    signal = _closed(
        {
            "evidence": {"type": "array", "items": quote},
            "type": {"type": "string", "enum": list(types)},
            "severity": {"type": "integer", "enum": list(range(LOWEST, HIGHEST + 1))},
            "confidence": {"type": "number"},
        }
    )
    return _closed({"signals": {"type": "array", "items": signal}})


def read_reply(reply: ChatReply) -> Reading:
    """Outcome, claims and what was wrong with single entries."""
    if reply.declined:
        return Reading(Outcome.REFUSED, detail=f"the model declined: {_short(reply.refusal) or 'content filter'}")
    if reply.finish is Finish.LENGTH:
        return Reading(Outcome.REFUSED, detail=f"truncated after {reply.tokens.completion} tokens")
    entries = _entries(reply.text)
    if isinstance(entries, str):
        return Reading(Outcome.UNREADABLE, detail=entries)
    if len(entries) > MOST_SIGNALS:
        return Reading(
            Outcome.UNREADABLE, detail=f"{len(entries)} signals in one reply; at most {MOST_SIGNALS} are real"
        )
    claims: list[Claim] = []
    faults: list[str] = []
    matters: dict[str, int] = {}
    for number, entry in enumerate(entries, 1):
        try:
            claims.extend(_claims(entry, matters))
        except _FaultyEntryError as fault:
            faults.append(f"signal {number}: {fault}")
    if faults and not claims:
        return Reading(Outcome.UNREADABLE, detail="; ".join(faults[:3]))
    return Reading(Outcome.READ, tuple(_without_repeats(claims)), "; ".join(faults[:3]))


def _entries(text: str) -> list[Any] | str:
    """The list of signals, or what is wrong with the reply as a whole."""
    fenced = _FENCE.match(text)
    try:
        read = json.loads(fenced[1] if fenced else text)
    except (ValueError, RecursionError) as error:
        return f"not JSON ({error}): {_short(text)!r}"
    if not isinstance(read, dict) or not isinstance(read.get("signals"), list):
        return f"no list of signals: {_short(text)!r}"
    return list(read["signals"])


def _claims(entry: Any, matters: dict[str, int]) -> list[Claim]:
    """One signal's quotes as claims. Keys that nobody asked for are not looked at. Raises `_FaultyEntryError`."""
    if not isinstance(entry, dict):
        raise _FaultyEntryError(f"not an object: {_short(repr(entry))}")
    named, evidence = entry.get("type"), entry.get("evidence")
    if not isinstance(named, str) or not named:
        raise _FaultyEntryError(f"type is {_short(repr(named))}")
    severity = _severity(named, entry.get("severity"))
    confidence = _confidence(named, entry.get("confidence"))
    quotes = [q for q in evidence if isinstance(q, dict)] if isinstance(evidence, list) else []
    worded = [(q["quote"], _message(q.get("message"))) for q in quotes if isinstance(q.get("quote"), str)]
    if not worded:
        raise _FaultyEntryError(f"{named}: no quote in the evidence")
    matters[named] = matters.get(named, 0) + 1
    matter = "" if matters[named] == 1 else str(matters[named])
    return [Claim(named, quote, severity, confidence, message, matter) for quote, message in worded]


def _severity(named: str, value: Any) -> int:
    """Any whole number: one outside the scale is for grounding to refuse by name."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not _whole(value):
        raise _FaultyEntryError(f"{named}: severity is {_short(repr(value))}")
    return int(value)


def _whole(value: float) -> bool:
    return math.isfinite(value) and value == int(value)


def _confidence(named: str, value: Any) -> float:
    """Any finite number, as with severity."""
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise _FaultyEntryError(f"{named}: confidence is {_short(repr(value))}")
    return float(value)


def _message(value: Any) -> str | None:
    return value if isinstance(value, str) and value else None


def _without_repeats(claims: list[Claim]) -> list[Claim]:
    """The same quote for the same type twice is one claim, as confident as the surer of the two."""
    kept: dict[tuple[str, str | None, str], Claim] = {}
    for claim in claims:
        same = (claim.type, claim.message, " ".join(claim.quote.split()))
        if same not in kept or claim.confidence > kept[same].confidence:
            kept[same] = claim
    return list(kept.values())


def merged(readings: Sequence[Reading]) -> Reading:
    """The windows of one document as one reading: read only where every window was."""
    for reading in readings:
        if reading.outcome is not Outcome.READ:
            return Reading(reading.outcome, detail=reading.detail)
    claims = _without_repeats([claim for reading in readings for claim in reading.claims])
    return Reading(Outcome.READ, tuple(claims), "; ".join(r.detail for r in readings if r.detail))


def _closed(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 80 else line[:79] + "…"
