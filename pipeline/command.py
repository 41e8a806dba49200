"""`whyred`: the command. Exit status 0 done, 1 a check failed, 2 arguments or input are wrong (one line says what)."""

from __future__ import annotations

import os
import sys
from typing import NoReturn

import typer

from extractor.labelled import LabelledFileError
from extractor.local.model import ModelError
from extractor.readers import UnreadableError
from pipeline.commands import answering, judging, reading
from pipeline.commands.terminal import WrongInputError
from pipeline.ingest import IngestError
from pipeline.settings import SettingsError
from scoring.rulebook.loading import RulebookError
from store.database import StoreError

INPUT_FAULTS = (
    IngestError,
    LabelledFileError,
    ModelError,
    RulebookError,
    SettingsError,
    StoreError,
    UnreadableError,
    WrongInputError,
)

app = typer.Typer(
    name="whyred",
    help="Why did this account turn red? Signals from mails, calls and tickets, each with verbatim evidence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
for room in (answering, reading, judging):
    room.register(app)


def main() -> NoReturn:
    """Run the command line; a fault of the input is one line on standard error and status 2."""
    try:
        app()
    except INPUT_FAULTS as error:
        sys.stderr.write(f"whyred: {error}\n")
        sys.exit(2)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)
    sys.exit(0)
