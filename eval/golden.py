"""The golden run: the shipped engine on the test split, kept in the repository, its figures and the model card.

`python -m eval.golden` makes all three again after a new model; a test says when they no longer belong to the engine.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from eval.baselines import baselines
from eval.dataset import Split, load_all, select
from eval.figures import Figures
from eval.golden_figures import golden_figures, save_golden_figures
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


def rivals_of(
    golden: RunRecord, training: Iterable[LabelledDocument], test: list[LabelledDocument]
) -> dict[str, Figures]:
    """The figures of the baselines on the documents of a stored run."""
    return {
        name: rescore(evaluate(test, engine, dataset_name=golden.header.dataset))
        for name, engine in baselines(training, load_taxonomy()).items()
    }


def main() -> None:
    training, test = labelled(Split.TRAIN), labelled(Split.TEST)
    save_run(evaluate(test, LocalDetector(), dataset_name=DATASET), GOLDEN_RUN)
    golden = load_run(GOLDEN_RUN)
    figures, rivals = rescore(golden), rivals_of(golden, training, test)
    save_golden_figures(golden_figures(golden, figures, rivals))
    MODEL_CARD.write_text(model_card(golden, figures, load_taxonomy(), rivals), encoding="utf-8")


if __name__ == "__main__":
    main()
