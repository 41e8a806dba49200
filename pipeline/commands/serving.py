"""Commands about the service: serve, keys, audit."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime, timedelta
from typing import Annotated

import typer
from rich.table import Table

from pipeline.commands.terminal import ERRORS, Json, author_named, parse_day, print_json, print_page
from pipeline.lookup import WrongInputError
from pipeline.roles import ROLES
from pipeline.wiring import wire
from store.accounts import all_accounts
from store.audit import Entry, append, broken_seals, count_entries, entries
from store.database import Connection
from store.keys import all_keys, any_opens_all, create_key, revoke_key
from store.sessions import create_link

APPLICATION = "api.app:create_app"
"""Named, not imported: the service stands above the commands."""

Role = Annotated[str, typer.Option("--role", help=", ".join(ROLES))]
Owners = Annotated[
    list[str] | None,
    typer.Option("--owner", help="CSM whose accounts it opens, by e-mail address; repeat for a team"),
]


def register(app: typer.Typer) -> None:
    app.command("serve")(serve_command)
    keys = typer.Typer(help="Keys for tools, one-time links for people.", no_args_is_help=True)
    keys.command("create")(create_command)
    keys.command("list")(list_command)
    keys.command("revoke")(revoke_command)
    keys.command("link")(link_command)
    app.add_typer(keys, name="keys")
    app.command("audit")(audit_command)


def serve_command(
    host: Annotated[str, typer.Option(help="address to listen on")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8600,
    workers: Annotated[int, typer.Option(min=1, help="processes")] = 1,
    today: Annotated[
        str | None, typer.Option("--today", metavar="DATE", help="look at a portfolio of the past as on this day")
    ] = None,
) -> None:
    """Serve the API and the console. Prints a link that signs an administrator in once, until an admin key works."""
    day = parse_day(today, "--today")
    if day is not None:
        os.environ["WHYRED_TODAY"] = day.isoformat()  # the service reads its own settings, in its own processes
    app = wire()
    where = f"http://{host}:{port}"
    with app.database.transaction() as connection:
        locked_out = not any_opens_all(connection, "admin", _now())
        token = create_link(connection, "administrator", "admin", (), _now()) if locked_out else None
    if token is not None:
        ERRORS.print(f"sign in once, within a day: {where}/sign-in/{token}", markup=False, soft_wrap=True)
    ERRORS.print(f"whyred serves {where} (API under /v1, described by /v1/openapi.json)", markup=False)
    app.database.close()
    serve(APPLICATION, host, port, workers)


def serve(application: str, host: str, port: int, workers: int) -> None:
    """Serve what `module:factory` makes, until the process is told to end."""
    import uvicorn  # noqa: PLC0415  only the service needs it

    uvicorn.run(
        application,
        factory=True,
        host=host,
        port=port,
        workers=workers,
        access_log=False,
        server_header=False,
        log_level="warning",
        timeout_keep_alive=30,
    )


def create_command(
    name: Annotated[str, typer.Option("--name", help="who or what uses it; stands in the audit log")],
    role: Role,
    owner: Owners = None,
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="until it expires")] = 90,
    json: Json = False,
) -> None:
    """Make a key. It is shown once; only a salted digest is kept."""
    owners = _checked(role, owner)
    with wire().database.transaction() as connection:
        key, token = create_key(connection, name, role, owners, _now(), timedelta(days=days))
        _note(connection, "create_key", key.id, role=role)
        _warn_of_strangers(connection, owners)
    if json:
        print_json({**asdict(key), "token": token})
        return
    sys.stdout.write(f"{token}\n")
    ERRORS.print(f"{key.role} {key.name!r}, until {key.expires:%Y-%m-%d}; it is not shown again", markup=False)


def link_command(
    name: Annotated[str, typer.Option("--name", help="the person; stands in the audit log")],
    role: Role,
    owner: Owners = None,
    at: Annotated[str, typer.Option("--at", help="address of the service")] = "http://127.0.0.1:8600",
) -> None:
    """Make a link that signs a person in to the console once, within a day."""
    owners = _checked(role, owner)
    with wire().database.transaction() as connection:
        token = create_link(connection, name, role, owners, _now())
        _note(connection, "create_link", name, role=role)
        _warn_of_strangers(connection, owners)
    sys.stdout.write(f"{at.rstrip('/')}/sign-in/{token}\n")


def list_command(json: Json = False) -> None:
    """List keys: whose, for what, until when."""
    with wire().database.reading() as connection:
        found = all_keys(connection)
    if json:
        print_json([asdict(key) for key in found])
        return
    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in ("id", "name", "role", "owners", "state"):
        table.add_column(heading, overflow="fold")
    now = _now()
    for key in found:
        state = f"until {key.expires:%Y-%m-%d}" if key.works_at(now) else "expired"
        state = f"revoked {key.revoked:%Y-%m-%d}" if key.revoked else state
        table.add_row(key.id, key.name, key.role, ", ".join(key.owners) or "every account", state)
    print_page(table if found else "no keys yet: `whyred keys create --name NAME --role ROLE`")


def revoke_command(key: Annotated[str, typer.Argument(help="id of the key, as `whyred keys list` shows it")]) -> None:
    """Make a key stop working, and end the sessions opened with it."""
    with wire().database.transaction() as connection:
        done = revoke_key(connection, key, _now())
        if done:
            _note(connection, "revoke_key", key)
    if not done:
        raise WrongInputError(f"no working key {key!r}; `whyred keys list` shows them")
    ERRORS.print(f"key {key} works no more", markup=False)


def audit_command(
    subject: Annotated[
        str | None,
        typer.Option("--subject", help="one document, account or signal; also entries that name it beside another"),
    ] = None,
    who: Annotated[str | None, typer.Option("--who", help="name of a key or person")] = None,
    limit: Annotated[int, typer.Option("--limit", min=1, max=100000)] = 50,
    json: Json = False,
) -> None:
    """List who read and decided what, newest first; status 1 when an entry was changed or taken out."""
    app = wire()
    with app.database.reading() as connection:
        found = entries(connection, subject=subject, who=who, limit=limit)
        broken = list(broken_seals(connection))
        total = count_entries(connection)
    if json:
        print_json([asdict(entry) for entry in found])
    else:
        for entry in found:
            print_page(
                f"{entry.id:>6}  {entry.at:%Y-%m-%d %H:%M:%S}  {entry.who} ({entry.role})  {entry.action}  {entry.subject}"
            )
        ERRORS.print(f"{total} entries, {len(broken)} broken seals", markup=False)
    if broken:
        ERRORS.print(f"entries changed, or missing before: {', '.join(map(str, broken[:10]))}", markup=False)
        raise typer.Exit(1)


def _checked(role: str, owners: list[str] | None) -> tuple[str, ...]:
    """Raises WrongInputError for an unknown role, and for a CSM without an owner."""
    if role not in ROLES:
        raise WrongInputError(f"--role {role!r} is unknown; roles are {', '.join(ROLES)}")
    if role == "csm" and not owners:
        raise WrongInputError("a csm sees only accounts they own: give --owner ADDRESS")
    return tuple(address.strip().lower() for address in owners or ())


def _warn_of_strangers(connection: Connection, addresses: Sequence[str]) -> None:
    """Owners may come with tomorrow's accounts, so an address that owns nothing is told, not refused."""
    owners = sorted({account.owner.lower() for account in all_accounts(connection)})
    for address in addresses:
        if address not in owners:
            known = f"; owners are {', '.join(owners[:8])}" if owners else ""
            ERRORS.print(f"{address!r} owns no account, so it opens none yet{known}", markup=False, soft_wrap=True)


def _note(connection: Connection, action: str, subject: str, **detail: str) -> None:
    append(connection, Entry(_now(), author_named(None), "admin", action, subject, detail))


def _now() -> datetime:
    return datetime.now(UTC)
