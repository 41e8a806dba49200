"""What finding quotes costs, in CPU time of this process and as a ratio to a bare search for the same words."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

from extractor.document import Document, Role, Source, Turn, compose
from extractor.grounding import Grounder
from extractor.labelled import load_documents

LABELLED = Path(__file__).parents[1] / "samples" / "labelled"
ABSENT = "words that stand nowhere in this document, however long one looks for them"


def best_of(job: Callable[[], object], times: int = 15) -> float:
    """Milliseconds of CPU, the best of several."""
    found = []
    for _ in range(times):
        begun = time.process_time()
        job()
        found.append(time.process_time() - begun)
    return 1000 * min(found)


def looked_up(document: Document, quotes: list[str]) -> None:
    grounder = Grounder(document)
    for quote in quotes:
        grounder.locate(quote)


def main() -> None:
    documents = [s.document() for path in sorted(LABELLED.glob("dev_*.jsonl")) for s in load_documents(path)]
    document = min(documents, key=lambda d: abs(len(d.text.split()) - 300))
    words = document.text.split()
    quotes = [" ".join(words[n : n + 12]) for n in range(0, 250, 50)]
    ours = best_of(lambda: looked_up(document, quotes))
    bare = best_of(lambda: [document.text.find(quote) for quote in quotes])
    print(
        f"grounding   {len(words)} words, 5 quotes: {ours:.2f} ms ({ours / max(bare, 1e-4):.0f} x str.find), limit 1 ms"
    )
    text = " ".join(w for d in documents for w in d.text.split())
    long = compose([Turn(" ".join(text.split()[:20_000]), "x", Role.CUSTOMER)], source=Source.TICKET, key="x")
    absent = best_of(lambda: looked_up(long, [ABSENT]), 5)
    print(f"grounding   20,000 words, one absent quote: {absent:.1f} ms, limit 50 ms")


if __name__ == "__main__":
    main()
