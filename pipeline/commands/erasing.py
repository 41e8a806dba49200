"""The command that erases an account or a person for good."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.commands.terminal import ERRORS, Author, Json, author_named, counted, print_json
from pipeline.commands.terminal import print_page as show
from pipeline.erasing import clean_up, erase_account, erase_person
from pipeline.lookup import WrongInputError, find_account
from pipeline.wiring import wire
from store.accounts import all_accounts
from store.audit import Entry, append


def register(app: typer.Typer) -> None:
    app.command("erase")(erase_command)


def erase_command(
    person: Annotated[str | None, typer.Option("--person", help="e-mail address, or full name with --account")] = None,
    account: Annotated[str | None, typer.Option("--account", help="account to erase, or where a name is known")] = None,
    name: Annotated[list[str] | None, typer.Option("--name", help="another name the person goes by; repeat")] = None,
    confirm: Annotated[str, typer.Option("--confirm", help="the address, or the account's name, again")] = "",
    author: Author = None,
    json: Json = False,
) -> None:
    """Erase an account, or a person from all accounts. The audit log keeps that it was done, not of whom."""
    app = wire()
    if person is None and account is None:
        raise WrongInputError("say what to erase: --person ADDRESS or --account ACCOUNT")
    with app.database.transaction() as connection:
        known = find_account(all_accounts(connection), account) if account is not None else None
        wanted = person if person is not None else (known.name if known is not None else "")
        if confirm != wanted:
            raise WrongInputError(f"--confirm {confirm!r}: repeat {wanted!r} to erase it for good")
        home = app.settings.home
        if person is not None:
            account_id = known.id if known is not None else None
            done = erase_person(connection, app.rulebooks, home, person, name or (), account_id)
        else:
            assert known is not None
            done = erase_account(connection, home, known)
        counts = {"documents": done.documents, "messages": done.messages, "signals": done.signals}
        action = "erase_person" if person is not None else "erase_account"
        append(connection, Entry(datetime.now(UTC), author_named(author), "admin", action, done.subject, counts))
    clean_up(app, done)
    if json:
        print_json(asdict(done))
        return
    what = ", ".join(counted(count, thing.removesuffix("s")) for thing, count in counts.items())
    show(f"erased: {what} ({done.subject[:19]})")
    for path in done.elsewhere:
        ERRORS.print(f"{path} still holds it: remove it there, or the next import brings it back", style="yellow")
