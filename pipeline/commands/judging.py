"""Commands about extraction itself: extract, ground, evaluate, train."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Any

import typer

from extractor.labelled import load_documents
from pipeline.citations import check_citations, load_citations, predictions, write_lines
from pipeline.commands.terminal import ERRORS, counted, progress_bar
from pipeline.lookup import WrongInputError
from pipeline.settings import Engine
from pipeline.wiring import wire

Dataset = Annotated[Path, typer.Option("--dataset", help="labelled-format documents, JSON Lines")]
Out = Annotated[Path, typer.Option("--out", help="file to write, JSON Lines")]
ENGINES: tuple[Engine, ...] = ("local", "llm", "cascade")
EngineName = Annotated[str | None, typer.Option("--engine", help="local, llm or cascade")]


def register(app: typer.Typer) -> None:
    app.command("extract")(extract_command)
    app.command("ground")(ground_command)
    app.command("train")(train_command)


def extract_command(dataset: Dataset, out: Out, engine: EngineName = None) -> None:
    """Write an engine's predictions for labelled-format documents; nothing is stored."""
    detector = wire().detector(engine_named(engine))
    samples = load_documents(dataset)
    with progress_bar() as advance:
        count = _written(out, predictions(samples, detector, advance))
    ERRORS.print(f"{counted(count, 'document')} by {detector.extractor} to {out}", markup=False)


def ground_command(
    dataset: Dataset, out: Out, claims: Annotated[Path, typer.Option("--claims", help="citations to check, JSON Lines")]
) -> None:
    """Check citations that any tool made: is each quote really there, and said by somebody who counts?"""
    citations = load_citations(claims)
    checked = list(check_citations(citations, load_documents(dataset)))
    _written(out, iter(checked))
    good = sum(line["found"] for line in checked)
    ERRORS.print(f"{good} of {len(checked)} citations stand in their documents, to {out}", markup=False)


def train_command(
    samples: Annotated[Path, typer.Option("--samples", help="folder of labelled samples")] = Path("samples/labelled"),
    out: Annotated[Path | None, typer.Option("--out", help="folder of the model; default is the shipped one")] = None,
) -> None:
    """Train the local engine on the labelled samples' training split; deterministic, about half an hour on two free cores."""
    from extractor.local.model import MODEL_DIR  # noqa: PLC0415  keeps torch away from every other command
    from extractor.local.training.train import train  # noqa: PLC0415

    card = train(samples, out or MODEL_DIR)
    ERRORS.print(f"trained local/{card.version}", markup=False)


def engine_named(name: str | None) -> Engine | None:
    """Raises WrongInputError for a name that no engine has."""
    if name is None:
        return None
    for engine in ENGINES:
        if engine == name:
            return engine
    raise WrongInputError(f"--engine {name!r} is unknown; engines are {', '.join(ENGINES)}")


def _written(path: Path, lines: Iterable[dict[str, Any]]) -> int:
    try:
        return write_lines(path, lines)
    except OSError as error:
        raise WrongInputError(f"--out {path}: {error.strerror}") from error
