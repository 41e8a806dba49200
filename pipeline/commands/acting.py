"""Commands of those who look after accounts: actions, assess, override."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated

import typer
from rich.table import Table

from pipeline import acting
from pipeline.commands.reviewing import say_standing
from pipeline.commands.terminal import Author, Json, author_named, moment_on, parse_day, print_json, print_page
from pipeline.lookup import WrongInputError, find_account
from pipeline.overlaying import assess, override
from pipeline.wiring import wire
from store.accounts import all_accounts
from store.actions import Action, all_actions, events_of
from store.database import Connection
from store.overrides import Override, overrides_of

Day = Annotated[str | None, typer.Option("--day", metavar="DATE", help="the day it happened; default today")]
Id = Annotated[str, typer.Argument(help="id, or its beginning")]
Name = Annotated[str, typer.Argument(help="id or name of the account")]
_SHORT = slice(7, 19)


def register(app: typer.Typer) -> None:
    actions = typer.Typer(help="What is to do: list, start, note, snooze, done.", no_args_is_help=True)
    actions.command("list")(list_actions)
    actions.command("show")(show_action)
    actions.command("start")(start_action)
    actions.command("note")(note_action)
    actions.command("snooze")(snooze_action)
    actions.command("done")(finish_action)
    app.add_typer(actions, name="actions")
    app.command("assess")(assess_command)
    app.command("override")(override_command)


def list_actions(
    owner: Annotated[str | None, typer.Option("--owner", help="only this owner's")] = None,
    as_of: Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="as they stood on this day")] = None,
    everything: Annotated[bool, typer.Option("--all", help="closed ones too")] = False,
    json: Json = False,
) -> None:
    """Running actions by due date, and how long people took to touch them."""
    day = _day(as_of)
    with wire().database.reading() as connection:
        found = [a for a in all_actions(connection) if owner is None or a.owner == owner]
        names = {a.id: a.name for a in all_accounts(connection)}
    shown = [a for a in found if everything or a.is_running(day)]
    figures = acting.time_to_intervene(found, day)
    if json:
        print_json({"actions": [asdict(a) for a in shown], "time_to_intervene": asdict(figures)})
        return
    print_page(_table(shown, names, day))
    typical = "nobody has touched one yet" if figures.median_days is None else f"median {figures.median_days:g} days"
    print_page(
        f"{len(shown)} actions, {figures.overdue} overdue, {figures.untouched} untouched; time to intervene: {typical}"
    )


def show_action(action: Id, json: Json = False) -> None:
    """One action with its history."""
    with wire().database.reading() as connection:
        found = acting.find_action(connection, action)
        events = events_of(connection, found.id)
    if json:
        print_json(asdict(found) | {"events": [asdict(e) for e in events]})
        return
    print_page(f"{found.label} ({found.account_id}), {found.owner}, due {found.due}, {found.state}")
    for step in found.steps:
        print_page(f"  · {step}")
    for event in events:
        print_page(f"  {event.day}  {event.author}  {event.kind}  {event.text}".replace("[", "\\["))


def start_action(action: Id, author: Author = None, day: Day = None, text: str = "") -> None:
    """Somebody works on it."""
    _change(action, lambda c, a: acting.start(c, a, _day(day), author_named(author), text))


def note_action(action: Id, text: str, author: Author = None, day: Day = None) -> None:
    """Add a note; closed actions take notes too."""
    _change(action, lambda c, a: acting.note(c, a, _day(day), author_named(author), text))


def snooze_action(
    action: Id,
    until: Annotated[str, typer.Option("--until", metavar="DATE", help="quiet until this day")],
    reason: Annotated[str, typer.Option("--reason", help="why it can wait")],
    author: Author = None,
    day: Day = None,
) -> None:
    """Let it rest until a day, and say why."""
    quiet = parse_day(until, "--until")
    assert quiet is not None
    _change(action, lambda c, a: acting.snooze(c, a, _day(day), quiet, author_named(author), reason))


def finish_action(
    action: Id,
    result: Annotated[str, typer.Option("--result", help="what came of it")],
    author: Author = None,
    day: Day = None,
) -> None:
    """Close it with its result."""
    _change(action, lambda c, a: acting.finish(c, a, _day(day), author_named(author), result))


def assess_command(
    account: Name,
    answers: Annotated[list[str], typer.Option("--answer", help="QUESTION=ANSWER, as often as needed")],
    comment: Annotated[str, typer.Option("--comment")] = "",
    author: Author = None,
    day: Day = None,
) -> None:
    """The CSM's monthly view; it expires, and where it differs from the score the account shows it."""
    pairs = dict(_pair(text) for text in answers)
    app = wire()
    with app.database.transaction() as connection:
        known = find_account(all_accounts(connection), account)
        say_standing(assess(connection, app.rulebooks, known, pairs, author_named(author), _moment(day), comment))


def override_command(
    account: Name,
    band: Annotated[str | None, typer.Option("--band", help="the band to hold; without it, list what was set")] = None,
    until: Annotated[str | None, typer.Option("--until", metavar="DATE", help="the last day it holds")] = None,
    reason: Annotated[str, typer.Option("--reason", help="what the score cannot know")] = "",
    author: Author = None,
    day: Day = None,
    json: Json = False,
) -> None:
    """Set a band by hand until a day; the nightly run respects it and the score stays visible beside it."""
    app = wire()
    with app.database.transaction() as connection:
        known = find_account(all_accounts(connection), account)
        if band is None:
            found = overrides_of(connection, known.id)
            print_json([asdict(o) for o in found]) if json else _list(found)
            return
        last = parse_day(until, "--until")
        if last is None:
            raise WrongInputError("an override needs --until DATE; nothing is set by hand for ever")
        now = _moment(day)
        wanted = Override(known.id, now.date(), last, band, author_named(author), reason, now)
        say_standing(override(connection, app.rulebooks, known, wanted))


def _change(action: str, change: Callable[[Connection, Action], None]) -> None:
    with wire().database.transaction() as connection:
        change(connection, acting.find_action(connection, action))
        after = acting.find_action(connection, action)
    print_page(f"{after.id[_SHORT]}  {after.label}: {after.state}")


def _list(found: list[Override]) -> None:
    for item in found:
        print_page(f"{item.first} to {item.last}  {item.band}  {item.author}: {item.reason}".replace("[", "\\["))
    if not found:
        print_page("nothing was set by hand")


def _table(actions: list[Action], names: dict[str, str], day: date) -> Table:
    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in ("id", "account", "action", "owner", "opened", "due", "state", "opened by"):
        table.add_column(heading, overflow="fold")
    for a in actions:
        late = " overdue" if a.due < day and a.is_running(day) else ""
        state = f"{a.state}{late}" if a.snoozed_until is None else f"{a.state} until {a.snoozed_until}"
        cells = (names.get(a.account_id, a.account_id), a.label, a.owner, str(a.opened), str(a.due), state)
        table.add_row(a.id[_SHORT], *cells, ", ".join(a.opened_by))
    return table


def _pair(text: str) -> tuple[str, str]:
    question, sign, answer = text.partition("=")
    if not sign:
        raise WrongInputError(f"--answer {text!r}: write it as QUESTION=ANSWER")
    return question.strip(), answer.strip()


def _day(text: str | None) -> date:
    return _moment(text).date()


def _moment(text: str | None) -> datetime:
    return moment_on(text, "--day", wire().settings.today)
