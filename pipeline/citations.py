"""Checks citations that any tool made, and writes predictions, over labelled-format documents; nothing is stored."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from eval.prediction import predictions_line
from extractor.detector import Detector, Outcome
from extractor.grounding import Grounder, ground
from extractor.labelled import LabelledDocument, LabelledFileError
from extractor.signal import Reason

UNKNOWN_DOCUMENT = "unknown_document"


class Citation(BaseModel):
    """A quote that some tool claims to prove a signal type; further keys are carried along."""

    model_config = ConfigDict(extra="allow", frozen=True)

    document: str
    message: str | None = None
    type: str
    quote: str


def load_citations(path: Path) -> list[Citation]:
    """Raises LabelledFileError with file, line and fault."""
    found = []
    try:
        with path.open(encoding="utf-8") as lines:
            for number, line in enumerate(lines, 1):
                if not line.strip():
                    continue
                try:
                    found.append(Citation.model_validate_json(line))
                except ValidationError as error:
                    fault = error.errors(include_url=False)[0]
                    where = ".".join(str(part) for part in fault["loc"])
                    raise LabelledFileError(f"{path}:{number}: {where or 'line'}: {fault['msg']}") from error
    except (OSError, UnicodeDecodeError) as error:
        raise LabelledFileError(f"{path}: {error}") from error
    return found


def check_citations(citations: Iterable[Citation], samples: Iterable[LabelledDocument]) -> Iterator[dict[str, Any]]:
    """Each citation with `found`, and where it stands in its message or why it is refused, in the given order."""
    by_id = {sample.id: sample for sample in samples}
    ready: dict[str, Grounder] = {}
    for citation in citations:
        line = citation.model_dump(mode="json")
        if citation.document not in by_id:
            yield {**line, "found": False, "reason": UNKNOWN_DOCUMENT}
            continue
        grounder = ready.get(citation.document)
        if grounder is None:
            grounder = ready[citation.document] = Grounder(by_id[citation.document].document())
        yield {**line, **_checked(citation, grounder)}


def _checked(citation: Citation, grounder: Grounder) -> dict[str, Any]:
    if citation.type not in grounder.taxonomy.by_id:
        return {"found": False, "reason": Reason.UNKNOWN_TYPE.value}
    place = grounder.locate(citation.quote, citation.message)
    if place.reason is not None or place.span is None or place.message is None:
        reason = place.reason or Reason.NOT_FOUND
        return {"found": False, "reason": reason.value, "detail": place.detail}
    begin = place.message.span.start
    return {
        "found": True,
        "message": place.message.id,
        "start": place.span.start - begin,
        "end": place.span.end - begin,
    }


def predictions(
    samples: Sequence[LabelledDocument], detector: Detector, progress: Callable[[str, int, int], None]
) -> Iterator[dict[str, Any]]:
    """What the engine finds in each document; one that was not read says so in `outcome`."""
    documents = [sample.document() for sample in samples]
    for number, (document, detection) in enumerate(zip(documents, detector.detect(documents), strict=True), 1):
        found = ground(detection.claims, document, detector.extractor)
        line = predictions_line(document, found.signals, found.rejections)
        if detection.outcome is not Outcome.READ:
            line |= {"outcome": detection.outcome.value, "detail": detection.detail}
        progress("reading documents", number, len(documents))
        yield line


def write_lines(path: Path, lines: Iterable[dict[str, Any]]) -> int:
    """Write JSON Lines, one at a time, so that what is done survives; returns how many."""
    count = 0
    with path.open("w", encoding="utf-8") as out:
        for line in lines:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
            out.flush()
            count += 1
    return count
