"""One engine over labelled samples: detect, ground, and keep everything as a record.

```
EvaluationError
├── the samples, the engine's answers or a stored run are not what an evaluation can stand on
```
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from eval.dataset import dataset_digest
from eval.figures import Figures, figures
from eval.intervals import SEED
from eval.prediction import gold_labels, predicted_labels, refused
from eval.provenance import read_environment
from eval.record import FORMAT, DocumentResult, Environment, Header, RunRecord, Words
from extractor.detector import Detection, Detector
from extractor.document import Document
from extractor.grounding import ground
from extractor.labelled import LabelledDocument
from extractor.taxonomy import Taxonomy, load_taxonomy

Progress = Callable[[int, int], None]
"""Called after each document with how many are done and how many there are."""


class EvaluationError(ValueError):
    """An evaluation that would say nothing; the message names the file or document and the remedy."""


def evaluate(
    samples: Sequence[LabelledDocument],
    detector: Detector,
    *,
    dataset_name: str,
    seed: int = SEED,
    progress: Progress | None = None,
    model: str = "",
    prompt_digest: str = "",
    environment: Environment | None = None,
    taxonomy: Taxonomy | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    clock: Callable[[], float] = time.perf_counter,
) -> RunRecord:
    """Run the engine over the samples, in their order, and keep what came of it.

    The engine never sees labels, tags or the account's gold; every claim is grounded as in production. `model` and
    `prompt_digest` are for the header, where the engine's name does not say enough.

    Raises EvaluationError without samples, and where the engine answers for other documents than it was given.
    """
    if not samples:
        raise EvaluationError(f"{dataset_name}: no samples; choose another file or --split all")
    taxonomy = taxonomy or load_taxonomy()
    started_at, begun = now(), clock()
    documents = [sample.document() for sample in samples]
    results: list[DocumentResult] = []
    for sample, document, detection in zip(samples, documents, detector.detect(documents), strict=False):
        if detection.document_id != document.id:
            raise EvaluationError(f"{detector.extractor} answers for another document than {sample.id!r}, in its place")
        results.append(_result(sample, document, detection, detector.extractor, taxonomy))
        if progress:
            progress(len(results), len(samples))
    if len(results) != len(samples):
        raise EvaluationError(f"{detector.extractor} stopped after {len(results)} of {len(samples)} documents")
    return RunRecord(
        header=Header(
            dataset=dataset_name,
            dataset_digest=dataset_digest(samples),
            taxonomy_digest=taxonomy.digest,
            extractor=detector.extractor,
            model=model,
            prompt_digest=prompt_digest,
            seed=seed,
            started_at=started_at,
            seconds=clock() - begun,
            environment=environment or read_environment(),
        ),
        documents=tuple(results),
    )


def rescore(record: RunRecord) -> Figures:
    """The figures of a stored run, without its engine."""
    return figures(record)


def save_run(record: RunRecord, path: Path) -> None:
    """JSON in UTF-8 with sorted keys, so that two runs can be compared line by line."""
    path.parent.mkdir(parents=True, exist_ok=True)
    text = json.dumps(record.model_dump(mode="json"), ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(text + "\n", encoding="utf-8")


def load_run(path: Path) -> RunRecord:
    """A stored run, alone or inside the report that `whyred evaluate --json` writes (its `run`).

    Raises EvaluationError for a file that is no run of this format.
    """
    try:
        content = json.loads(path.read_text("utf-8"))
        if isinstance(content, dict) and "run" in content:
            content = content["run"]
        return RunRecord.model_validate(content)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        where = ".".join(str(part) for part in fault["loc"])
        raise EvaluationError(f"{path}: not a run of format {FORMAT}: {where}: {fault['msg']}") from error
    except ValueError as error:
        raise EvaluationError(f"{path}: not a run of format {FORMAT}: {error}") from error
    except OSError as error:
        raise EvaluationError(f"{path}: {error}") from error


def _result(
    sample: LabelledDocument, document: Document, detection: Detection, extractor: str, taxonomy: Taxonomy
) -> DocumentResult:
    grounded = ground(detection.claims, document, extractor, taxonomy)
    return DocumentResult(
        id=sample.id,
        account=sample.account,
        source=sample.source,
        title=sample.title,
        tags=sample.tags,
        messages=tuple(
            Words(id=m.id, speaker=m.speaker, role=m.role, job_title=m.job_title, at=m.at, text=m.text)
            for m in sample.messages
        ),
        gold=gold_labels(sample),
        predicted=predicted_labels(document, grounded.signals),
        rejections=refused(grounded.rejections),
        outcome=detection.outcome,
        detail=detection.detail,
        usage=detection.usage,
    )
