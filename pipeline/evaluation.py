"""Runs an engine over labelled samples together with what it must beat, and over the portfolio's bands."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

from eval.bands import BandAgreement, band_agreement
from eval.baselines import baselines
from eval.dataset import Split, load_all, select
from eval.figures import Figures
from eval.record import RunRecord
from eval.run import evaluate, rescore
from eval.screening import Screening, screening
from extractor.cascade import Cascade, tally
from extractor.detector import Detector
from extractor.labelled import LabelledDocument, load_splits
from extractor.llm.request import Asker
from extractor.llm.settings import LlmSettings
from extractor.screen import LocalScreen
from extractor.taxonomy import load_taxonomy
from pipeline.demo import EVERY, period
from pipeline.demo import SAMPLES as PORTFOLIO
from pipeline.engines import OPENAI, cascade_settings, local_detector
from pipeline.ingest import ingest
from pipeline.nightly import days_between, nightly
from pipeline.settings import Settings
from prompts import load_prompt
from scoring.rulebook.model import Rulebook
from store.accounts import all_accounts
from store.database import Database
from store.snapshots import latest_snapshot

LABELLED = PORTFOLIO.parent / "labelled"
Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Dataset:
    """Samples to judge by, and those the learning baseline may learn from."""

    name: str
    samples: Sequence[LabelledDocument]
    training: Sequence[LabelledDocument]


def dataset(paths: Sequence[Path], split: str | None) -> Dataset:
    """The asked files, by default the project's own whole documents.

    Where `splits.json` beside the files names every sample, the test split is what counts unless another is asked
    for; otherwise all samples are.
    """
    chosen = list(paths) or sorted(LABELLED.glob("dev_*.jsonl"))
    samples = load_all(chosen)
    beside = chosen[0].parent / "splits.json"
    named = beside.is_file() and {s.id for s in samples} <= set(load_splits(beside).documents)
    wanted = split or (Split.TEST if named else Split.ALL)
    name = "+".join(path.stem for path in chosen)
    if not named:
        return Dataset(name, samples if wanted == Split.ALL else select(samples, load_splits(beside), wanted), ())
    splits = load_splits(beside)
    return Dataset(f"{name}:{wanted}", select(samples, splits, wanted), select(samples, splits, Split.TRAIN))


def judged(engine: Detector, data: Dataset, progress: Progress, model: str = "", prompt: str = "") -> RunRecord:
    return evaluate(
        data.samples,
        engine,
        dataset_name=data.name,
        model=model,
        prompt_digest=prompt,
        progress=lambda done, of: progress("reading documents", done, of),
    )


def rivals(data: Dataset, progress: Progress) -> Mapping[str, Figures]:
    """The figures of every baseline on the same samples."""
    found = {}
    for name, rival in baselines(data.training or data.samples, load_taxonomy()).items():
        record = evaluate(
            data.samples, rival, dataset_name=data.name, progress=lambda done, of: progress("baselines", done, of)
        )
        found[name] = rescore(record)
    return found


def screened(data: Dataset, settings: Settings, engine: Detector, progress: Progress) -> Screening:
    """The local engine as a screen over the same samples; `engine`'s own routings where it is a cascade that was run."""
    from bpe_openai import get_encoding  # noqa: PLC0415  reads the tokenizer's ranks as it is imported

    screen = LocalScreen(local_detector(settings))
    documents = [sample.document() for sample in data.samples]
    seen = []
    for number, detection in enumerate(screen.detect(documents), 1):
        seen.append(detection)
        progress("screening", number, len(documents))
    count = get_encoding("o200k_base")
    asked = LlmSettings(settings.llm_model, OPENAI, prompt=settings.llm_prompt)
    asker = Asker(load_prompt(asked.prompt), load_taxonomy(), asked, lambda text: len(count.encode(text)))
    found = screening(
        data.samples,
        documents,
        seen,
        screen=screen.extractor,
        settings=cascade_settings(settings),
        tokens=lambda document: sum(request.prompt_tokens for request in asker.requests(document)),
    )
    ran = tally(engine.routings) if isinstance(engine, Cascade) and engine.routings else None
    return found.model_copy(update={"run": ran})


@dataclass(frozen=True, slots=True)
class PortfolioBands:
    """How the bands agree with people's, and for each day that does not: what the engine's signals made of it."""

    agreement: BandAgreement
    misses: tuple[str, ...]


def portfolio_bands(engine: Detector, rulebooks: tuple[Rulebook, ...], progress: Progress) -> PortfolioBands:
    """The sample portfolio scored with this engine's signals, every week and on the days that people judged."""
    expected = json.loads((PORTFOLIO / "expected.json").read_text("utf-8"))
    judged_days = {date.fromisoformat(check["as_of"]) for story in expected.values() for check in story["expected"]}
    with TemporaryDirectory() as folder:
        database = Database(f"sqlite:///{Path(folder) / 'bands.db'}")
        ingest(database, [PORTFOLIO], (), progress=progress)
        first, last = period(database)
        days = sorted({*days_between(first, last, EVERY), *judged_days})
        nightly(database, rulebooks, engine, days, progress)
        with database.reading() as connection:
            standing = {
                (account.id, day.isoformat()): found
                for account in all_accounts(connection)
                for day in judged_days
                if (found := latest_snapshot(connection, account.id, day)) is not None
            }
        database.close()
    bands: dict[str, dict[str, str]] = {}
    for (account_id, day), snapshot in standing.items():
        bands.setdefault(account_id, {})[day] = snapshot.band
    agreement = band_agreement(expected, bands)
    misses = tuple(
        f"{row.account} {row.day}: {row.found}, not {' or '.join(row.acceptable)}: "
        f"{standing[row.account, row.day].explanation['sentence']}"
        for row in agreement.rows
        if row.verdict == "wrong"
    )
    return PortfolioBands(agreement, misses)
