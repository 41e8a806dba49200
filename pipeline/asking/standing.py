"""Why an account stands where it stands: what the question took for granted is put right first."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from pipeline.asking.answer import Citation, Sentence, citation_of, said_day
from pipeline.asking.intent import Presumed
from scoring.explanation import Explanation, LineInWords
from scoring.wording import in_points, in_words
from store.browse import Point

AGAINST = 4
FOR = 2


def put_right(found: Explanation, taken: Presumed, history: Sequence[Point], since: date | None) -> list[Sentence]:
    """What did not happen as the question has it; `history` reaches to the explained day, oldest first."""
    if taken.band and history:
        text, day = _of_band(found, taken, history, since)
    elif (taken.fell and found.change > 0) or (taken.rose and found.change < 0):
        way = "rose" if found.change > 0 else "fell"
        scores = f"from {found.before.score:.0f} to {found.after.score:.0f}"
        text = f"The score of {found.account.name} {way} {scores} since {said_day(found.since)}."
        day = found.since
    else:
        return []
    return [Sentence(text, (), (_scored(day), _scored(found.as_of)))] if text else []


def told_outlook(found: Explanation) -> list[Sentence]:
    """Where it stands, how sure that is, and what speaks against and for it: a score foretells nothing."""
    now = found.after
    stands = (
        f"{found.account.name} is {now.band} at {now.score:.0f} on {said_day(found.as_of)}, which is no forecast: the "
        f"bounds are {now.low:.0f} and {now.high:.0f}, with {now.coverage:.0f} % known of what the rules ask for."
    )
    against = _largest(found, -1)[:AGAINST]
    nothing = [] if against else [Sentence("Nothing speaks against the account that day.", (), (_scored(found.as_of),))]
    return [
        Sentence(stands, (), (_scored(found.as_of),)),
        *(_line(found, line, "Against the account") for line in against),
        *nothing,
        *(_line(found, line, "For the account") for line in _largest(found, 1)[:FOR]),
    ]


def _of_band(found: Explanation, taken: Presumed, history: Sequence[Point], since: date | None) -> tuple[str, date]:
    name, now, first = found.account.name, found.after.band, history[0].day
    others = [p.day for p in history if p.band != taken.band]
    if now == taken.band:
        began = next(p.day for p in history if not others or p.day > others[-1])
        if not taken.turned or (others and (since is None or began > since)):
            return "", first
        start = f"since {said_day(began)}" if others else f"on every scored day since {said_day(began)}"
        did_not = f"did not turn {now} since {said_day(since)}: it has been so" if since else f"has been {now}"
        return f"{name} {did_not} {start}.", began
    last = max((p.day for p in history if p.band == taken.band), default=None)
    if last is None:
        return f"{name} is {now}, and was {taken.band} on no scored day since {said_day(first)}.", first
    until = f"it was {taken.band} until {said_day(last)}"
    if since is not None and last < since and taken.turned:
        return f"{name} did not turn {taken.band} since {said_day(since)}: it is {now}; {until}.", last
    return f"{name} is {now}, not {taken.band}; {until}.", last


def _largest(found: Explanation, sign: int) -> list[LineInWords]:
    """Lines of the ledger that take or give points, the largest first."""
    moving = (line for line in found.ledger if line.kind not in {"baseline", "bound"} and line.points * sign > 0)
    return sorted(moving, key=lambda line: -abs(line.points))


def _line(found: Explanation, line: LineInWords, stands: str) -> Sentence:
    quotes = tuple(_quoted(found, line))
    detail = f" ({in_words(line.detail)})" if line.detail and not quotes else ""
    return Sentence(f"{stands}: {line.label}, {in_points(line.points)} points{detail}.", quotes, (line.rule,))


def _quoted(found: Explanation, line: LineInWords) -> Iterator[Citation]:
    """The words that the explanation itself quotes for the line's signals, the first of them."""
    wanted = (q for c in found.causes for q in c.evidence if q.signal in line.signals)
    first = next(wanted, None)
    if first is not None:
        yield citation_of(first)


def _scored(day: date) -> str:
    return f"score:{day}"
