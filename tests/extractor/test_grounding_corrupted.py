"""Nothing that was altered is ever grounded: a negation, a number, a name, a dropped middle, a reworded end."""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from extractor.document import Document
from extractor.grounding import Grounder
from extractor.labelled import LabelledDocument, load_documents
from extractor.normal import folded
from extractor.signal import Reason

SAMPLES = Path(__file__).parents[2] / "samples" / "labelled"
QUOTES_A_DOCUMENT = 8

Corruption = Callable[[list[str], random.Random], list[str] | None]


def negated(words: list[str], chance: random.Random) -> list[str]:
    place = chance.randrange(1, len(words))
    return [*words[:place], chance.choice(["not", "never", "hardly"]), *words[place:]]


def renumbered(words: list[str], chance: random.Random) -> list[str] | None:
    places = [n for n, word in enumerate(words) if re.search(r"\d", word)]
    if not places:
        return None
    place = chance.choice(places)
    changed = re.sub(r"\d", lambda found: str((int(found.group()) + 1) % 10), words[place], count=1)
    return [*words[:place], changed, *words[place + 1 :]]


def renamed(words: list[str], chance: random.Random) -> list[str] | None:
    places = [n for n, word in enumerate(words) if n and word[:1].isupper()]
    if not places:
        return None
    place = chance.choice(places)
    return [*words[:place], "Quillfeather", *words[place + 1 :]]


def middle_dropped(words: list[str], _chance: random.Random) -> list[str] | None:
    third = len(words) // 3
    return [*words[:third], *words[-third:]] if third else None


def swapped(words: list[str], chance: random.Random) -> list[str]:
    place = chance.randrange(len(words) - 1)
    return [*words[:place], words[place + 1], words[place], *words[place + 2 :]]


def cut_inside_a_word(words: list[str], _chance: random.Random) -> list[str] | None:
    return [*words[:-1], words[-1][:-1]] if len(words[-1]) > 3 and words[-1].isalpha() else None


def reworded(words: list[str], chance: random.Random) -> list[str]:
    place = chance.randrange(len(words))
    return [*words[:place], "allegedly", *words[place + 1 :]]


CORRUPTIONS: tuple[Corruption, ...] = (
    negated,
    renumbered,
    renamed,
    middle_dropped,
    swapped,
    cut_inside_a_word,
    reworded,
)


@pytest.fixture(scope="module")
def documents() -> list[Document]:
    samples: list[LabelledDocument] = [d for path in sorted(SAMPLES.glob("dev_*.jsonl")) for d in load_documents(path)]
    return [sample.document() for sample in samples]


def verbatim(document: Document, chance: random.Random) -> Iterator[list[str]]:
    """Runs of 6 to 20 words from single messages, as a detector might quote them."""
    for _ in range(QUOTES_A_DOCUMENT):
        words = document.words(chance.choice(document.messages)).split()
        if len(words) >= 6:
            size = chance.randint(6, min(20, len(words)))
            start = chance.randrange(len(words) - size + 1)
            yield words[start : start + size]


def test_no_altered_quote_is_grounded(documents: list[Document]) -> None:
    """At least 5,000 alterations over all sample documents; what still stands in the text is no alteration."""
    chance = random.Random(20250101)
    tried: Counter[str] = Counter()
    grounded = []
    for document in documents:
        grounder = Grounder(document)
        text = folded(document.text)
        for words in verbatim(document, chance):
            for corrupt in CORRUPTIONS:
                altered = corrupt(words, chance)
                quote = " ".join(altered) if altered else ""
                unaltered = re.search(rf"(?<!\w){re.escape(folded(quote))}(?!\w)", text)
                if not altered or unaltered:
                    continue
                tried[corrupt.__name__] += 1
                if grounder.locate(quote).reason is None:
                    grounded.append((corrupt.__name__, document.key, quote))
    assert sum(tried.values()) >= 5000, tried
    assert min(tried[c.__name__] for c in CORRUPTIONS) >= 100, tried
    assert grounded == []


def test_a_near_miss_is_named_and_shows_what_the_document_says(documents: list[Document]) -> None:
    document = next(d for d in documents if len(d.words(d.messages[0]).split()) > 20)
    words = document.words(document.messages[0]).split()[:14]
    found = Grounder(document).locate(" ".join([*words[:7], "never", *words[7:]]))
    assert found.reason is Reason.NEAR_MISS
    assert folded(words[0]) in found.detail
