"""What any engine must beat: the most frequent type, a keyword list, and sentiment read as signals."""

from __future__ import annotations

from collections.abc import Iterable

from eval.baselines.keywords import Keywords, load_keywords
from eval.baselines.majority import Majority
from eval.baselines.sentiment import Sentiment, load_feelings
from extractor.detector import Detector
from extractor.labelled import LabelledDocument
from extractor.taxonomy import Taxonomy

__all__ = ["Keywords", "Majority", "Sentiment", "baselines"]


def baselines(training: Iterable[LabelledDocument], taxonomy: Taxonomy) -> dict[str, Detector]:
    """All baselines by name; only the majority baseline learns anything, and only from `training`."""
    return {
        "majority": Majority.learnt(training, taxonomy),
        "keywords": Keywords(load_keywords(), taxonomy),
        "sentiment": Sentiment(load_feelings(), taxonomy),
    }
