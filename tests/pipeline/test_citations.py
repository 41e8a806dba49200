"""Checking citations that any tool made, and writing predictions, over labelled documents."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from extractor.detector import Detection, Outcome
from extractor.document import Document
from extractor.labelled import LabelledDocument, LabelledFileError, load_documents
from extractor.signal import Claim
from pipeline.citations import Citation, check_citations, load_citations, predictions, write_lines

LABELLED = Path(__file__).parents[2] / "samples" / "labelled"


@pytest.fixture(scope="module")
def samples() -> list[LabelledDocument]:
    return load_documents(LABELLED / "dev_ticket.jsonl")


def gold(samples: Sequence[LabelledDocument]) -> list[Citation]:
    return [
        Citation(document=s.id, message=e.message, type=signal.type, quote=e.quote)
        for s in samples
        for signal in s.signals
        for e in signal.evidence
    ]


def test_gold_citations_are_found_at_their_place_in_their_message(samples: list[LabelledDocument]) -> None:
    texts = {(s.id, m.id): m.text for s in samples for m in s.messages}
    citations = gold(samples)
    checked = list(check_citations(citations, samples))
    assert len(checked) == len(citations) > 100
    for line, citation in zip(checked, citations, strict=True):
        assert line["found"] is True, line
        assert texts[citation.document, line["message"]][line["start"] : line["end"]] == citation.quote


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"document": "no-such"}, "unknown_document"),
        ({"type": "mood"}, "unknown_type"),
        ({"quote": "words that nobody in this document has ever said"}, "not_found"),
        ({"quote": "…"}, "empty"),
    ],
)
def test_a_citation_that_does_not_hold_says_why(
    samples: list[LabelledDocument], change: dict[str, str], reason: str
) -> None:
    wrong = gold(samples)[0].model_copy(update=change)
    (line,) = check_citations([wrong], samples)
    assert (line["found"], line["reason"]) == (False, reason)


def test_further_keys_of_a_citation_are_carried_along(samples: list[LabelledDocument]) -> None:
    citation = Citation.model_validate({**gold(samples)[0].model_dump(), "tool": "other/1"})
    (line,) = check_citations([citation], samples)
    assert line["tool"] == "other/1"


def test_a_bad_line_of_citations_is_named(tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    path.write_text('{"document": "d", "type": "t", "quote": "q"}\n{"document": "d"}\n', "utf-8")
    with pytest.raises(LabelledFileError, match=r"claims\.jsonl:2: type"):
        load_citations(path)


class First:
    """Cites the first words of each document's first message, and fails at every fourth document."""

    extractor = "first/1"

    def detect(self, documents: Sequence[Document]) -> Iterator[Detection]:
        for number, document in enumerate(documents):
            words = document.words(document.messages[0])
            claim = Claim("value_gap", words[:40].rpartition(" ")[0], 2, 0.5, document.messages[0].id)
            if number % 4:
                yield Detection(document.id, Outcome.READ, (claim,))
            else:
                yield Detection(document.id, Outcome.FAILED, detail="it broke off")


def test_predictions_are_written_for_every_document_in_order(samples: list[LabelledDocument], tmp_path: Path) -> None:
    out = tmp_path / "predictions.jsonl"
    count = write_lines(out, predictions(samples, First(), lambda *_: None))
    lines: list[dict[str, Any]] = [json.loads(line) for line in out.read_text("utf-8").splitlines()]
    assert count == len(samples)
    assert [line["id"] for line in lines] == [s.id for s in samples]
    assert [line.get("outcome") for line in lines[::4]] == ["failed"] * len(lines[::4])
    for line, sample in zip(lines, samples, strict=True):
        for signal in line["signals"]:
            for evidence in signal["evidence"]:
                text = next(m.text for m in sample.messages if m.id == evidence["message"])
                assert text[evidence["start"] : evidence["end"]] == evidence["quote"]
    assert any(line["signals"] for line in lines)
