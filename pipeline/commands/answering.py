"""Commands that score and answer: nightly, why, portfolio, demo, runs, screening, verify, settings."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Literal

import typer
from rich.text import Text

from extractor.local.model import ModelError
from pipeline.answers import portfolio_on, why
from pipeline.commands.terminal import (
    ERRORS,
    Advance,
    AsOf,
    Json,
    counted,
    parse_day,
    print_json,
    print_page,
    progress_bar,
)
from pipeline.demo import run_demo
from pipeline.divergence import divergences_on
from pipeline.indexing import index_passages
from pipeline.lookup import WrongInputError, find_account
from pipeline.nightly import NightlyReport, days_between, missed_nights, nightly
from pipeline.screening import live_estimate
from pipeline.settings import Settings
from pipeline.show import explanation_page, portfolio_table, settings_table
from pipeline.show_survey import differed_lines, survey_page
from pipeline.survey import survey
from pipeline.unscored import FEED, nothing_known, unscored_lines
from pipeline.verify import verify
from pipeline.wiring import App, wire
from scoring.bands import UNKNOWN
from scoring.wording import said_at
from store.accounts import all_accounts
from store.browse import accounts_for
from store.runs import STOPPED, all_runs
from store.snapshots import last_snapshot_day
from store.standings import last_standing_day

Length = Literal["line", "paragraph", "page", "ledger"]


def register(app: typer.Typer) -> None:
    app.command("demo")(demo)
    app.command("nightly")(nightly_command)
    app.command("why")(why_command)
    app.command("portfolio")(portfolio_command)
    app.command("runs")(runs_command)
    app.command("screening")(screening_command)
    app.command("verify")(verify_command)
    app.command("settings")(settings_command)


def demo(json: Json = False) -> None:
    """Ingest the sample portfolio, run ten months of nightly jobs, print who turned red and why."""
    with progress_bar() as advance:
        found = run_demo(wire(), advance)
    if json:
        print_json({"portfolio": [asdict(row) for row in found.rows], "why": found.explanation})
        return
    print_page(portfolio_table(found.rows, found.day))
    print_page("")
    print_page(explanation_page(found.explanation))
    ERRORS.print(f"in the browser, as on that day: whyred serve --today {found.day}", markup=False, soft_wrap=True)


def nightly_command(
    as_of: AsOf = None,
    since: Annotated[str | None, typer.Option("--from", metavar="DATE", help="first day of a replay")] = None,
    until: Annotated[str | None, typer.Option("--to", metavar="DATE", help="last day of a replay")] = None,
    every: Annotated[str, typer.Option("--every", metavar="DAYS", help="step of a replay, e.g. 7d")] = "1d",
    workers: Annotated[int, typer.Option("--workers", min=1, help="processes that score")] = 1,
    json: Json = False,
) -> None:
    """Read what is new, score every account, keep snapshots, explanations and actions.

    Without a day it is tonight's run, and scores the nights that were missed since the last one too.
    """
    app = wire()
    days = _asked_days(app, as_of, since, until, every)
    with progress_bar() as advance:
        report = nightly(app.database, app.rulebooks, app.detector(), days, advance, workers, announce=since is None)
        _index(app, advance)
    if json:
        print_json(asdict(report))
    else:
        _say(report, days)


def _index(app: App, advance: Advance) -> None:
    """Ahead of tomorrow's questions; without an encoder they are answered by words alone."""
    try:
        index_passages(app.database, app.passages, progress=advance)
    except ModelError as error:
        ERRORS.print(f"passages are not indexed: {error}", style="yellow", markup=False)


def why_command(
    account: Annotated[str, typer.Argument(help="id or name of the account")],
    as_of: AsOf = None,
    since: Annotated[str | None, typer.Option("--since", metavar="DATE", help="compare with this day")] = None,
    length: Annotated[
        Length, typer.Option("--length", help="how much to say: line, paragraph, page or ledger")
    ] = "page",
    json: Json = False,
) -> None:
    """Why does this account stand where it stands: every cause in points, with quotes."""
    app = wire()
    day = parse_day(as_of, "--as-of")
    with app.database.reading() as connection:
        known = find_account(all_accounts(connection), account)
        if last_snapshot_day(connection, known.id) is None and nothing_known(connection, known, day):
            raise WrongInputError(f"{known.id} has no score, since nothing is known of it: ingest {FEED}")
    found = why(app.database, app.rulebooks, known.id, day, parse_day(since, "--since"))
    if json:
        print_json(found)
    elif length == "page":
        print_page(explanation_page(found))
        with app.database.reading() as connection:
            differed = divergences_on(connection, app.rulebooks[-1], found.as_of, only=found.account.id)
        for line in differed_lines(differed):
            print_page(Text(f"  {line}"))
    else:
        typer.echo(said_at(found, length))


def portfolio_command(
    as_of: AsOf = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="what happened since, beside the queue")
    ] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="the last day; as --as-of")] = None,
    owner: Annotated[str | None, typer.Option("--owner", help="only this owner's accounts")] = None,
    json: Json = False,
) -> None:
    """The ranked queue; with --since also bands over time, the migration between the two days and what stands out."""
    app = wire()
    if as_of is not None and until is not None:
        raise WrongInputError("--as-of and --until both name the last day; give one")
    day = parse_day(until, "--until") or parse_day(as_of, "--as-of")
    owners = [owner] if owner is not None else []
    rows = portfolio_on(app.database, day, owners)
    first = parse_day(since, "--since")
    with app.database.reading() as connection:
        known = accounts_for(connection, owners)
        for line in unscored_lines(connection, known, (row.account_id for row in rows), day):
            ERRORS.print(line, markup=False, soft_wrap=True)
    if day is None:
        _say_age(app, max((row.day for row in rows), default=None))
    if first is None:
        if json:
            print_json([asdict(row) for row in rows])
        elif rows:
            print_page(portfolio_table(rows, day or max(row.day for row in rows)))
        return
    with app.database.reading() as connection:
        found = survey(connection, app.rulebooks[-1], first, day, owners)
    if json:
        print_json(found.as_json() | {"queue": [asdict(row) for row in rows]})
        return
    print_page(portfolio_table(rows, found.day))
    print_page("")
    print_page(survey_page(found, [*(b.id for b in app.rulebooks[-1].bands), UNKNOWN]))


def runs_command(json: Json = False) -> None:
    """What each job did and when, newest first; failures are listed by document."""
    with wire().database.reading() as connection:
        found = all_runs(connection)
    if json:
        print_json([asdict(run) for run in found])
        return
    for run in found:
        counts = ", ".join(f"{k} {v}" for k, v in run.report.items() if isinstance(v, int) and v)
        state = f"took {(run.ended - run.started).total_seconds():.1f} s" if run.ended else "did not end"
        print_page(f"{run.id:>4}  {run.job:<8} {run.started:%Y-%m-%d %H:%M:%S}  {state}  {counts}")
        if run.report.get(STOPPED):
            print_page(f"      stopped before its end: {run.report[STOPPED]}")
        for failure in run.report.get("failures", []):
            print_page(f"      {failure}")
    if (estimate := live_estimate(found)) is not None:
        print_page(str(estimate))


def screening_command(json: Json = False) -> None:
    """What the cascade's screening spared in past nights, and the recall lost by its audit, with a 95 % interval."""
    with wire().database.reading() as connection:
        estimate = live_estimate(all_runs(connection))
    if json:
        print_json(asdict(estimate) if estimate else None)
    else:
        print_page(str(estimate or "no nightly run of the cascade yet: WHYRED_ENGINE=cascade"))


def verify_command(json: Json = False) -> None:
    """Derive every id again and slice every quote again; status 1 when anything differs."""
    found = verify(wire().database)
    if json:
        print_json(asdict(found))
    else:
        for fault in found.faults:
            print_page(fault)
        print_page(
            f"{counted(found.documents, 'document')}, {counted(found.quotes, 'quote')}, "
            f"{counted(found.snapshots, 'snapshot')}: {counted(len(found.faults), 'fault')}"
        )
    if found.faults:
        raise typer.Exit(1)


def settings_command(json: Json = False) -> None:
    """Every setting with its variable, value and meaning."""
    settings = wire().settings
    if json:
        print_json({f"WHYRED_{name.upper()}": getattr(settings, name) for name in Settings.model_fields})
    else:
        print_page(settings_table(settings))


def _say_age(app: App, last: date | None) -> None:
    today = _today(app)
    if last is not None and (today - last).days > 1:
        ago = (today - last).days
        ERRORS.print(f"last scored {ago} days ago, on {last}: run `whyred nightly`, which makes up for missed nights")


def _tonight(app: App) -> list[date]:
    """Today and the nights that were missed; says so."""
    today = _today(app)
    with app.database.reading() as connection:
        last = last_standing_day(connection)
    missed = missed_nights(last, today)
    if missed:
        nights = counted(len(missed), "missed night")
        ERRORS.print(f"last scored on {last}: {nights} from {missed[0]} on scored too")
        if last is not None and missed[0] > last + timedelta(days=1):
            ERRORS.print(f"for the days before: `whyred nightly --from {last} --to {missed[0]}`", style="yellow")
    return [*missed, today]


def _today(app: App) -> date:
    return app.settings.today or datetime.now(UTC).date()


def _asked_days(app: App, as_of: str | None, since: str | None, until: str | None, every: str) -> list[date]:
    first, last = parse_day(since, "--from"), parse_day(until, "--to")
    if (first is None) != (last is None):
        raise WrongInputError("a replay needs both --from and --to")
    if first is None or last is None:
        asked = parse_day(as_of, "--as-of")
        return [asked] if asked is not None else _tonight(app)
    if as_of is not None:
        raise WrongInputError("--as-of and --from/--to exclude each other")
    if last < first:
        raise WrongInputError(f"--to {last} lies before --from {first}")
    step = every.removesuffix("d")
    if not step.isdigit() or int(step) < 1:
        raise WrongInputError(f"--every {every!r} is no number of days; write it as 7d")
    return days_between(first, last, int(step))


def _say(report: NightlyReport, days: list[date]) -> None:
    print_page(
        f"{counted(report.read, 'document')} read, {counted(report.signals, 'signal')}, "
        f"{counted(report.rejected, 'claim')} refused; {counted(report.scored, 'day')} scored, "
        f"{report.unchanged} unchanged, over {counted(len(days), 'date')}; {counted(report.opened, 'action')} opened"
    )
    for failure in report.failures:
        ERRORS.print(f"not read: {failure}", style="yellow")
