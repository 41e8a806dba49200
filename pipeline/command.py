"""`whyred`: the command. Exit status 0 done, 1 a check failed, 2 arguments or input are wrong (one line says what)."""

from __future__ import annotations

import os
import signal
import sys
from types import FrameType
from typing import NoReturn

import typer

from pipeline.commands import (
    acting,
    answering,
    erasing,
    evaluating,
    governing,
    judging,
    reading,
    reviewing,
    serving,
    telling,
)

ROOMS = frozenset({"api", "eval", "extractor", "pipeline", "prompts", "scoring", "store"})

app = typer.Typer(
    name="whyred",
    help="Why did this account turn red? Signals from mails, calls and tickets, each with verbatim evidence.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)
for room in (answering, reading, judging, evaluating, serving, governing, acting, reviewing, telling, erasing):
    room.register(app)


def main() -> NoReturn:
    """Run the command line; a fault of the input is one line on standard error and status 2."""
    signal.signal(signal.SIGTERM, _ended)
    try:
        app()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except Exception as error:
        if not is_fault_of_the_input(error):
            raise
        sys.stderr.write(f"whyred: {error}\n")
        sys.exit(2)
    sys.exit(0)


def is_fault_of_the_input(error: Exception) -> bool:
    """The project's own errors name file, value and remedy; any other is a bug and keeps its trace."""
    return type(error).__module__.partition(".")[0] in ROOMS


def _ended(number: int, _frame: FrameType | None) -> NoReturn:
    """Who is asked to end tidies up first: a job tells in its report that it did not come to its end."""
    sys.exit(128 + number)
