"""Commands that read raw files: parse, ingest, quarantine."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.table import Table

from extractor.document import Document
from extractor.readers import Unread, read
from pipeline.assigning import AssignError, assign
from pipeline.commands.terminal import ERRORS, Json, counted, print_json, print_json_line, print_page, progress_bar
from pipeline.directory import directory_beside
from pipeline.intake import take_in
from pipeline.labels import load_labels
from pipeline.lookup import WrongInputError, find_account
from pipeline.wiring import wire
from store.accounts import all_accounts
from store.quarantine import held

Paths = Annotated[list[Path], typer.Argument(help="files or folders", show_default=False)]


def register(app: typer.Typer) -> None:
    app.command("parse")(parse_command)
    app.command("ingest")(ingest_command)
    quarantine = typer.Typer(help="What could not be read or matched to an account.", invoke_without_command=True)
    quarantine.callback()(quarantine_command)
    quarantine.command("assign")(assign_command)
    app.add_typer(quarantine, name="quarantine")


def parse_command(files: Paths, json: Json = False) -> None:
    """Show the canonical documents of raw files; nothing is stored."""
    settings = wire().settings
    bad = 0
    for path in files:
        directory = directory_beside(path, settings.own_domain_names)
        for item in read(path, path.parent):
            if isinstance(item, Unread):
                bad += 1
                ERRORS.print(f"{item.origin}: {item.reason}: {item.detail}", style="yellow", markup=False)
                continue
            resolution = directory.resolve(item)
            account = resolution.account_id or item.account_hint
            if json:
                print_json_line(canonical(resolution.document, account))
            else:
                _show(resolution.document, account)
    if bad:
        raise typer.Exit(1)


def ingest_command(
    paths: Paths,
    account: Annotated[str | None, typer.Option("--account", help="account that everything read belongs to")] = None,
    labels: Annotated[
        Path | None, typer.Option("--labels", help="take signals from these labels, not a detector")
    ] = None,
    json: Json = False,
) -> None:
    """Read folders and files into the store; repeating it changes nothing."""
    app = wire()
    lines = load_labels(labels) if labels else None
    account_id = None
    if account is not None:
        with app.database.reading() as connection:
            account_id = find_account(all_accounts(connection), account).id
    with progress_bar() as advance:
        report = take_in(app, paths, account_id=account_id, labels=lines, progress=advance)
    if json:
        print_json(asdict(report))
        return
    print_page(
        f"{counted(report.files, 'file')}: {counted(report.documents, 'document')} ({report.new} new), "
        f"{counted(report.rows, 'table row')} new or changed, "
        f"{report.held} held in quarantine"
    )
    if report.refused:
        print_page(f"{counted(report.refused, 'recording')} refused by a speaker: nothing of these meetings is kept")
    for note, count in sorted(report.notes.items()):
        ERRORS.print(f"{count} with the note: {note}", style="dim", markup=False)
    if labels:
        print_page(f"labels: {counted(report.signals, 'signal')}, {counted(report.rejected, 'quote')} refused")
    for name in report.unmatched_labels:
        ERRORS.print(f"labels speak of {name}, which was not among the files", style="yellow", markup=False)
    if report.held:
        ERRORS.print("`whyred quarantine` lists what was held and why", style="yellow")


def assign_command(
    held_id: Annotated[str, typer.Argument(help="id of the held item, or its beginning")],
    account: Annotated[str, typer.Argument(help="id or name of the account it belongs to")],
) -> None:
    """Say whose a held document is; it is read again and kept."""
    app = wire()
    with app.database.reading() as connection:
        known = find_account(all_accounts(connection), account)
        rows = [row for row in held(connection) if row.id.removeprefix("sha256:").startswith(held_id)]
    if len(rows) != 1:
        raise WrongInputError(f"{held_id!r} names {len(rows)} held items; `whyred quarantine` lists their ids")
    (row,) = rows
    try:
        assign(app, row, known.id)
    except AssignError as error:
        raise WrongInputError(str(error)) from error
    print_page(f"{row.origin} belongs to {known.id} now")


def quarantine_command(context: typer.Context, json: Json = False) -> None:
    """List what is held, with the reason and the accounts it might belong to."""
    if context.invoked_subcommand is not None:
        return
    with wire().database.reading() as connection:
        rows = held(connection)
    if json:
        print_json([asdict(row) for row in rows])
        return
    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in ("id", "origin", "reason", "detail", "candidates"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(
            row.id.removeprefix("sha256:")[:12], row.origin, row.reason, row.detail, ", ".join(row.candidates)
        )
    print_page(table if rows else "the quarantine is empty")


def canonical(document: Document, account: str | None) -> dict[str, Any]:
    """A document as outside scripts read it; excluded stretches index the message's own text.

    `account` is the account's id where it is known, else what the export says of it.
    """
    return {
        "id": document.id,
        "source": document.source.value,
        "title": document.title,
        "account_hint": account,
        "messages": [
            {
                "id": m.id,
                "speaker": m.speaker,
                "role": m.role.value,
                "at": m.at.isoformat() if m.at else None,
                "text": document.words(m),
                "excluded": list(_excluded(document, m.span.start, m.span.end)),
            }
            for m in document.messages
        ],
    }


def _excluded(document: Document, start: int, end: int) -> Iterator[list[int | str]]:
    for exclusion in document.excluded:
        if start <= exclusion.span.start and exclusion.span.end <= end:
            yield [exclusion.span.start - start, exclusion.span.end - start, exclusion.why]


def _show(document: Document, account: str | None) -> None:
    ERRORS.print(f"{document.origin}", style="dim", markup=False)
    print_page(f"{document.source.value}  {document.title}  ({account or 'no account named'})  {document.id[:19]}")
    for message in document.messages:
        when = f"{message.at:%Y-%m-%d %H:%M}" if message.at else "undated"
        print_page(f"\n[{message.id}] {message.speaker} ({message.role.value}), {when}".replace("[", "\\["))
        print_page(document.words(message).replace("[", "\\["))
    for note in document.notes:
        ERRORS.print(f"note: {note}", style="yellow", markup=False)
