"""Commands that tell others: trends of the portfolio, the weekly digest, alerts to webhooks and mail."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.commands.terminal import AsOf, Json, counted, parse_day, print_json, print_page
from pipeline.delivery import deliver, senders_of
from pipeline.digest import as_markdown, as_page, digests
from pipeline.lookup import WrongInputError
from pipeline.receivers import FILE, load_receivers
from pipeline.show_survey import survey_page
from pipeline.survey import survey
from pipeline.wiring import wire
from scoring.bands import UNKNOWN
from store.outbox import all_deliveries
from store.standings import standings_on

Receivers = Annotated[Path | None, typer.Option("--receivers", help="YAML of webhooks and mail; default in the home")]


def register(app: typer.Typer) -> None:
    app.command("trends")(trends_command)
    app.command("digest")(digest_command)
    alerts = typer.Typer(help="Band crossings and actions for webhooks and mail: send, list.", no_args_is_help=True)
    alerts.command("send")(send_command)
    alerts.command("list")(list_command)
    app.add_typer(alerts, name="alerts")


def trends_command(
    as_of: AsOf = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help="default a quarter back")] = None,
    json: Json = False,
) -> None:
    """Who migrated between bands, is it structural, how cohorts do, what green hides. Status 1 when structural."""
    app = wire()
    with app.database.reading() as connection:
        found = survey(connection, app.rulebooks[-1], parse_day(since, "--since"), parse_day(as_of, "--as-of"))
    if json:
        print_json(found.as_json())
    else:
        print_page(survey_page(found, [*(b.id for b in app.rulebooks[-1].bands), UNKNOWN]))
    if found.structural.is_structural:
        raise typer.Exit(1)


def digest_command(
    as_of: AsOf = None,
    owner: Annotated[str | None, typer.Option("--owner", help="only this owner's")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="folder for one .md and one .html each")] = None,
) -> None:
    """The week of each owner: Markdown on standard output, or files."""
    app = wire()
    with app.database.reading() as connection:
        last = _last_day([s.day for s in standings_on(connection, parse_day(as_of, "--as-of")).values()])
        found = digests(connection, app.rulebooks[-1], last, owner)
    if owner is not None and not found:
        raise WrongInputError(f"--owner {owner!r} owns no scored account")
    for item in found:
        if out is None:
            typer.echo(as_markdown(item))
            continue
        out.mkdir(parents=True, exist_ok=True)
        name = item.owner.replace("/", "_") or "nobody"
        (out / f"{item.day.isoformat()}-{name}.md").write_text(as_markdown(item), "utf-8")
        (out / f"{item.day.isoformat()}-{name}.html").write_text(as_page(item), "utf-8")
    if out is not None:
        print_page(f"{counted(len(found), 'digest')} of {last} in {out}")


def send_command(receivers: Receivers = None, json: Json = False) -> None:
    """Deliver what waits; what a receiver does not take is tried again later. Status 1 when something failed."""
    app = wire()
    file = receivers or app.settings.home / FILE
    known = load_receivers(file)
    if not known.all:
        raise WrongInputError(f"{file}: names no receiver; write webhooks or mail into it")
    report = deliver(app.database, senders_of(known, file), datetime.now(UTC))
    if json:
        print_json(asdict(report))
    else:
        print_page(f"{report.delivered} delivered, {report.failed} refused, {report.waiting} left for the next run")
    if report.failed:
        raise typer.Exit(1)


def list_command(json: Json = False) -> None:
    """What was announced and what became of it."""
    with wire().database.reading() as connection:
        found = all_deliveries(connection)
    if json:
        print_json([asdict(item) for item in found])
        return
    for item in found:
        state = f"delivered to {item.receiver}" if item.delivered else item.error or "waiting"
        print_page(f"{item.day}  {item.kind:<14} {item.content['text']}  ({state})".replace("[", "\\["))


def _last_day(days: list[date]) -> date:
    if not days:
        raise WrongInputError("nothing is scored; `whyred portfolio` says what the accounts lack")
    return max(days)
