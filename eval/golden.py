"""The golden run: the shipped engine on the test split, kept in the repository, and the model card made from it.

`python -m eval.golden` makes both again after a new model; a test says when they no longer belong to the engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from eval.baselines import baselines
from eval.dataset import Split, load_all, select
from eval.model_card import model_card
from eval.record import RunRecord
from eval.run import evaluate, load_run, rescore, save_run
from extractor.detector import Detector
from extractor.labelled import LabelledDocument, load_splits
from extractor.local.detector import LocalDetector
from extractor.taxonomy import Taxonomy, load_taxonomy

ROOT = Path(__file__).parents[1]
LABELLED = ROOT / "samples" / "labelled"
GOLDEN_RUN = Path(__file__).with_name("golden.json")
MODEL_CARD = ROOT / "docs" / "MODEL_CARD.md"
DATASET = "samples/labelled, test split"


def labelled(split: Split, folder: Path = LABELLED) -> list[LabelledDocument]:
    """One side of the project's own samples."""
    return select(load_all(sorted(folder.glob("dev_*.jsonl"))), load_splits(folder / "splits.json"), split)


def keyless_engines(training: Iterable[LabelledDocument], taxonomy: Taxonomy) -> dict[str, Detector]:
    """Every engine that needs no key, the shipped one first; nothing is loaded before it is used."""
    return {"local": LocalDetector(taxonomy=taxonomy), **baselines(training, taxonomy)}


def golden_card(golden: RunRecord, training: Iterable[LabelledDocument], test: list[LabelledDocument]) -> str:
    """The model card of a stored run, beside the baselines on the same documents."""
    taxonomy = load_taxonomy()
    rivals = {
        name: rescore(evaluate(test, engine, dataset_name=golden.header.dataset))
        for name, engine in baselines(training, taxonomy).items()
    }
    return model_card(golden, rescore(golden), taxonomy, rivals)


def main() -> None:
    training, test = labelled(Split.TRAIN), labelled(Split.TEST)
    save_run(evaluate(test, LocalDetector(), dataset_name=DATASET), GOLDEN_RUN)
    MODEL_CARD.write_text(golden_card(load_run(GOLDEN_RUN), training, test), encoding="utf-8")


if __name__ == "__main__":
    main()
