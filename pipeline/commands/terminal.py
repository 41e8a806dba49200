"""What every command shares: progress on standard error, JSON on standard output, dates."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from getpass import getuser
from typing import Annotated, Any, Protocol

import typer
from pydantic import TypeAdapter
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from pipeline.lookup import WrongInputError

ERRORS = Console(stderr=True)
_ANYTHING: TypeAdapter[Any] = TypeAdapter(Any)


class Advance(Protocol):
    def __call__(self, doing: str, done: int, of: int) -> None: ...


@contextmanager
def progress_bar() -> Iterator[Advance]:
    """A bar for each kind of work, on standard error, and only where somebody watches."""
    columns = (TextColumn("{task.description:<18}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=ERRORS, disable=not sys.stderr.isatty()) as bars:
        tasks: dict[str, Any] = {}

        def advance(doing: str, done: int, of: int) -> None:
            if doing not in tasks:
                tasks[doing] = bars.add_task(doing, total=of)
            bars.update(tasks[doing], completed=done, total=of)

        yield advance


def print_json(value: Any) -> None:
    sys.stdout.write(json.dumps(_ANYTHING.dump_python(value, mode="json"), ensure_ascii=False, indent=2) + "\n")


def print_json_line(value: Any) -> None:
    sys.stdout.write(json.dumps(_ANYTHING.dump_python(value, mode="json"), ensure_ascii=False) + "\n")


def print_page(page: Any) -> None:
    """To a terminal at its width, elsewhere wide enough that no table is cut."""
    Console(width=None if sys.stdout.isatty() else 160, highlight=False).print(page)


def counted(count: int, thing: str) -> str:
    """`1 document`, `2 documents`."""
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def parse_day(text: str | None, option: str) -> date | None:
    """Raises WrongInputError for anything but YYYY-MM-DD."""
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongInputError(f"{option} {text!r} is no date; write it as YYYY-MM-DD") from None


Json = Annotated[bool, typer.Option("--json", help="one JSON document on standard output")]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="the day, YYYY-MM-DD")]
Author = Annotated[str | None, typer.Option("--author", help="who says so; default is the user of this machine")]


def author_named(name: str | None) -> str:
    return name or getuser()


def moment_on(text: str | None, option: str, today: date | None) -> datetime:
    """This moment, on the day that was given, or that the settings take for today, or the real one."""
    now = datetime.now(UTC)
    return datetime.combine(parse_day(text, option) or today or now.date(), now.timetz())
