"""Which type was read as which: a missed gold type and a false alarm that quote overlapping words are one confusion."""

from __future__ import annotations

from collections import Counter

import numpy as np

from eval.figures.facts import by_type
from eval.figures.shape import Confused
from eval.record import DocumentResult, RunRecord
from eval.words import quoted_words, token_f1


def confusion(record: RunRecord) -> tuple[Confused, ...]:
    """Hits, confusions, plain misses (`predicted` None) and plain false alarms (`gold` None), most frequent first."""
    cells: Counter[tuple[str | None, str | None]] = Counter()
    for result in record.documents:
        cells.update(_document(result))
    ordered = sorted(cells.items(), key=lambda cell: (-cell[1], str(cell[0])))
    return tuple(Confused(gold=gold, predicted=predicted, n=n) for (gold, predicted), n in ordered)


def _document(result: DocumentResult) -> list[tuple[str | None, str | None]]:
    gold, predicted = by_type(result.gold), by_type(result.predicted)
    missed, alarms = sorted(gold.keys() - predicted.keys()), sorted(predicted.keys() - gold.keys())
    cells: list[tuple[str | None, str | None]] = [(t, t) for t in sorted(gold.keys() & predicted.keys())]
    if missed and alarms:
        from scipy.optimize import linear_sum_assignment  # noqa: PLC0415 - loads on first use, so that no other command waits for it

        words = {t: quoted_words(result, labels) for t, labels in (gold | predicted).items()}
        alike = np.array([[token_f1(words[m], words[a]) for a in alarms] for m in missed])
        rows, columns = linear_sum_assignment(alike, maximize=True)
        confused = [(missed[r], alarms[c]) for r, c in zip(rows, columns, strict=True) if alike[r, c] > 0]
        cells += confused
        missed = [m for m in missed if m not in {gold_type for gold_type, _ in confused}]
        alarms = [a for a in alarms if a not in {predicted_type for _, predicted_type in confused}]
    return cells + [(m, None) for m in missed] + [(None, a) for a in alarms]
