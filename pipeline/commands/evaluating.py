"""`whyred evaluate`: figures anyone can check, with intervals, a comparison and a gate."""

from __future__ import annotations

import json as jsonlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, TypedDict

import typer

from eval.agreement import agreement
from eval.bands import BandAgreement
from eval.compare import Comparison, compare
from eval.figures import Figures
from eval.gate import GATE_FILE, GateRow, check, load_gate, passed
from eval.model_card import model_card
from eval.report import agreement_table, as_json, html, markdown, overview, table
from eval.run import load_run, rescore, save_run
from eval.screening import Screening
from extractor.labelled import load_documents
from extractor.taxonomy import load_taxonomy
from pipeline.commands.judging import EngineName, engine_named
from pipeline.commands.terminal import ERRORS, print_page, progress_bar
from pipeline.evaluation import PortfolioBands, dataset, judged, portfolio_bands, rivals, screened
from pipeline.lookup import WrongInputError
from pipeline.wiring import wire

Datasets = Annotated[list[Path] | None, typer.Option("--dataset", help="labelled documents; default the shipped ones")]
File = Path | None


class Beside(TypedDict):
    """What a report shows besides the run itself."""

    baseline: Comparison | None
    gate: Sequence[GateRow]
    rivals: Mapping[str, Figures]
    bands: BandAgreement | None
    screening: Screening | None


def register(app: typer.Typer) -> None:
    app.command("evaluate")(evaluate_command)


def evaluate_command(
    datasets: Datasets = None,
    engine: EngineName = None,
    split: Annotated[
        str | None, typer.Option("--split", help="train, test or all; default test where splits.json knows the samples")
    ] = None,
    json: Annotated[
        File, typer.Option("--json", metavar="OUT", help="write the figures as JSON, - for standard output")
    ] = None,
    html_page: Annotated[File, typer.Option("--html", metavar="OUT", help="write one self-contained page")] = None,
    markdown_text: Annotated[
        File, typer.Option("--markdown", metavar="OUT", help="write a table for a pull request")
    ] = None,
    card: Annotated[File, typer.Option("--model-card", metavar="OUT", help="write the model card")] = None,
    run: Annotated[
        File, typer.Option("--run", metavar="OUT", help="keep the whole run, replayable without the engine")
    ] = None,
    rescored: Annotated[
        File, typer.Option("--rescore", metavar="RUN", help="figures of a stored run, nothing is read anew")
    ] = None,
    baseline: Annotated[File, typer.Option("--baseline", metavar="RUN", help="compare with a stored run")] = None,
    gate: Annotated[Path, typer.Option("--gate", help="what may not fall")] = GATE_FILE,
    bands: Annotated[bool, typer.Option("--bands", help="also score the sample portfolio with this engine")] = False,
    agree: Annotated[
        tuple[Path, Path] | None, typer.Option("--agreement", metavar="A B", help="compare two annotators instead")
    ] = None,
) -> None:
    """How often is the engine right? Status 1 when the gate fails."""
    if agree is not None:
        print_page(agreement_table(agreement(load_documents(agree[0]), load_documents(agree[1]), load_taxonomy())))
        return
    app = wire()
    limits = load_gate(gate)
    with progress_bar() as advance:
        if rescored is not None:
            record, others, spared = load_run(rescored), dict[str, Figures](), None
        else:
            data = dataset(datasets or [], split)
            detector = app.detector(engine_named(engine))
            record = judged(detector, data, advance)
            others = dict(rivals(data, advance))
            spared = screened(data, app.settings, detector, advance)
        found = portfolio_bands(app.detector(engine_named(engine)), app.rulebooks, advance) if bands else None
    figures = rescore(record)
    compared = compare(record, load_run(baseline)) if baseline else None
    rows = check(figures, limits, compared, others)
    if run is not None:
        save_run(record, run)
    view = Beside(
        baseline=compared, gate=rows, rivals=others, bands=found.agreement if found else None, screening=spared
    )
    if json is not None:
        _write(json, jsonlib.dumps(as_json(record, figures, **view), ensure_ascii=False, indent=1) + "\n")
    if html_page is not None:
        _write(html_page, html(record, figures, **view))
    if markdown_text is not None:
        _write(markdown_text, markdown(record, figures, **view))
    if card is not None:
        _write(card, model_card(record, figures, load_taxonomy(), others))
    if str(json) != "-":
        print_page(overview({record.header.extractor: figures, **others}))
        print_page(table(record, figures, **view))
        _print_misses(found)
    if not passed(rows):
        raise typer.Exit(1)


def _print_misses(found: PortfolioBands | None) -> None:
    for miss in found.misses if found else ():
        print_page(f"band missed  {miss}")


def _write(path: Path, text: str) -> None:
    if str(path) == "-":
        typer.echo(text, nl=False)
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    except OSError as error:
        raise WrongInputError(f"{path}: {error.strerror}; choose another file") from error
    ERRORS.print(f"wrote {path}", markup=False, style="dim")
