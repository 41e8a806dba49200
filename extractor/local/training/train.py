"""From labelled samples to the artefact that ships, in one go."""

from __future__ import annotations

import copy
import random
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn
from sklearn.metrics import average_precision_score

from extractor.labelled import LabelledDocument
from extractor.local.choosing import Scored
from extractor.local.encoder import Network, Shape, load_base, read, ready
from extractor.local.model import (
    MODEL_DIR,
    WEIGHTS,
    Card,
    encoder_files,
    installed_encoder,
    save_card,
    save_weights,
)
from extractor.local.tokens import Tokens
from extractor.local.training.lessons import joined
from extractor.local.training.loop import Lessons, Recipe, Stage, fit
from extractor.local.training.measure import Case, Figures, case, measure
from extractor.local.training.samples import Samples, folds, kept_out, load_samples
from extractor.local.training.targets import Marker, Piece
from extractor.local.training.thresholds import choose_rule
from extractor.local.windows import Frame, windows
from extractor.taxonomy import Taxonomy, load_taxonomy

SEED = 17
THREADS = 2
_LIBRARIES = ("torch", "numpy", "tokenizers", "scikit-learn", "safetensors")


def train(
    samples: Path,
    out: Path = MODEL_DIR,
    *,
    encoder: Path | None = None,
    recipe: Recipe | None = None,
    seed: int = SEED,
    console: Console | None = None,
) -> Card:
    """Fit, judge on documents unseen in fitting, choose thresholds there, and write card and weights to `out`.

    The same samples, seed and machine give the same artefact. Takes about half an hour on two free cores.
    """
    recipe = recipe or Recipe()
    console = console or Console(stderr=True)
    torch.set_num_threads(THREADS)
    taxonomy = load_taxonomy()
    base = encoder or installed_encoder()
    learnt = _Learner(base, taxonomy, recipe, seed, console).learn(load_samples(samples))
    out.mkdir(parents=True, exist_ok=True)
    digest = save_weights(_arrays(learnt.network), out / WEIGHTS)
    rule = choose_rule(learnt.cases, taxonomy.ids)
    figures = measure(learnt.cases, taxonomy.ids, rule)
    card = Card(
        taxonomy=taxonomy.digest,
        types=taxonomy.ids,
        encoder=encoder_files(base),
        weights=digest,
        rule=rule,
        recipe=_flat(asdict(recipe)),
        seeds=(seed,),
        data=learnt.digests,
        versions={library: version(library) for library in _LIBRARIES},
        metrics=figures.as_dict() | learnt.precision,
    )
    save_card(card, out)
    _tell(console, figures)
    return card


@dataclass(frozen=True, slots=True)
class _Learnt:
    """`cases` are training documents, each scored by the branch that had not seen it."""

    network: Network
    cases: list[Case]
    precision: dict[str, float]
    digests: dict[str, str]


class _Learner:
    def __init__(self, base: Path, taxonomy: Taxonomy, recipe: Recipe, seed: int, console: Console) -> None:
        tokens = Tokens(base / "tokenizer.json")
        self._base = base
        self._types = taxonomy.ids
        self._recipe = recipe
        self._seed = seed
        self._console = console
        self._frame = Frame.of(tokens)
        self._marker = Marker(tokens, taxonomy.ids, taxonomy.speakers)

    def learn(self, samples: Samples) -> _Learnt:
        passages = [self._marker.passage(p) for p in samples.passages if not kept_out(p)]
        judged = [self._marker.passage(p) for p in samples.passages if kept_out(p)]
        trunk = self._new_network()
        self._fit("passages", trunk, passages, (), self._recipe.trunk)
        branches: list[Network] = []
        cases: list[Case] = []
        for number, fold in enumerate(folds(samples.documents), 1):
            branch = copy.deepcopy(trunk)
            self._fit(f"fold {number}", branch, passages, self._pieces(fold.seen), self._recipe.branch, number)
            cases += self._cases(branch, fold.unseen)
            branches.append(branch)
        network = average(branches)
        names = [f"fold {number}" for number in range(1, len(branches) + 1)] + ["shipped"]
        precision = {
            f"kept_out_passages_average_precision, {name}": round(self._precision(one, judged), 4)
            for name, one in zip(names, (*branches, network), strict=True)
        }
        return _Learnt(network, cases, precision, samples.digests)

    def _new_network(self) -> Network:
        torch.manual_seed(self._seed)
        network = Network(Shape(types=len(self._types)), self._recipe.dropout)
        load_base(network, self._base / "model.safetensors")
        return network

    def _fit(
        self,
        name: str,
        network: Network,
        passages: Sequence[Piece],
        documents: Sequence[Piece],
        stage: Stage,
        number: int = 0,
    ) -> None:
        columns = (
            *Progress.get_default_columns()[:-1],
            TextColumn("loss {task.fields[loss]:.3f}"),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
        )
        with Progress(*columns, console=self._console) as progress:
            task = progress.add_task(name, total=None, loss=0.0)
            smooth = 0.0

            def advance(step: int, steps: int, loss: float) -> None:
                nonlocal smooth
                smooth = loss if step == 1 else 0.98 * smooth + 0.02 * loss
                progress.update(task, total=steps, completed=step, loss=smooth)

            fit(network, Lessons(passages, documents, self._frame), self._recipe, stage, self._seed + number, advance)

    def _pieces(self, documents: Sequence[LabelledDocument]) -> list[Piece]:
        return [self._marker.document(document) for document in documents]

    def _cases(self, network: Network, documents: Sequence[LabelledDocument]) -> list[Case]:
        reader = ready(copy.deepcopy(network), half=True)
        cases: list[Case] = []
        for document in documents:
            piece = self._marker.document(document)
            cut = windows(piece.source, piece.sentences, self._frame)
            readings = read(reader, cut)
            sentences = tuple(piece.sentences[i] for window in cut for i in window.sentences)
            types = len(self._types)
            present = np.concatenate([r.present for r in readings] or [np.zeros((0, types), np.float32)])
            severity = np.concatenate([r.severity for r in readings] or [np.zeros((0, types, 2), np.float32)])
            cases.append(case(document, Scored(sentences, present, severity)))
        return cases

    def _precision(self, network: Network, pieces: Sequence[Piece]) -> float:
        """Average precision over (sentence, type) pairs of passages that nothing was fitted to."""
        reader = ready(copy.deepcopy(network), half=True)
        rng = random.Random(0)  # noqa: S311 - shuffling, not secrets
        lessons = [joined([piece], self._frame, rng) for piece in pieces]
        readings = read(reader, [lesson.window for lesson in lessons])
        present = np.concatenate([target.present for lesson in lessons for target in lesson.targets])
        return float(average_precision_score(present, np.concatenate([r.present.ravel() for r in readings])))


def average(networks: Sequence[Network]) -> Network:
    """One network whose weights are the mean of the others'."""
    mean = copy.deepcopy(networks[0])
    states = [network.state_dict() for network in networks]
    mean.load_state_dict({name: torch.stack([s[name] for s in states]).mean(0) for name in states[0]})
    return mean


def _arrays(network: Network) -> dict[str, NDArray[np.float32]]:
    """All weights but the word vectors, which the installed encoder brings."""
    return {name: value.numpy() for name, value in network.state_dict().items() if name != "words.weight"}


def _flat(recipe: dict[str, object], prefix: str = "") -> dict[str, float]:
    flat: dict[str, float] = {}
    for name, value in recipe.items():
        if isinstance(value, dict):
            flat |= _flat(value, f"{prefix}{name}.")
        else:
            flat[prefix + name] = float(value)  # type: ignore[arg-type]
    return flat


def _tell(console: Console, figures: Figures) -> None:
    for name, value in figures.as_dict().items():
        console.print(f"{name:>28} {value:.3f}")
