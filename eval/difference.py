"""How two sides differ on one type in one document, gravest first."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from eval.record import DocumentResult, Label
from eval.words import SAME_WORDS, quoted_words, token_f1


class Kind(StrEnum):
    MISSED = "missed"
    FALSE_ALARM = "false alarm"
    OTHER_WORDS = "right type, other words"
    SEVERITY = "severity misjudged"


def difference(result: DocumentResult, gold: Sequence[Label], predicted: Sequence[Label]) -> Kind | None:
    """None where both sides say the same; the labels are those of one type, and one side has some."""
    if not predicted:
        return Kind.MISSED
    if not gold:
        return Kind.FALSE_ALARM
    if token_f1(quoted_words(result, gold), quoted_words(result, predicted)) < SAME_WORDS:
        return Kind.OTHER_WORDS
    if max(label.severity for label in gold) != max(label.severity for label in predicted):
        return Kind.SEVERITY
    return None
