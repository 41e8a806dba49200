"""Commands of reviewers: list an account's signals, accept, reject, relabel."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.commands.terminal import Author, Json, author_named, find_account, moment_on, print_json, print_page
from pipeline.rescore import Rescored
from pipeline.reviewing import decide, find_signal
from pipeline.wiring import wire
from scoring.facts import Verdict
from store.accounts import all_accounts
from store.decisions import reviews_of
from store.signals import observations_of

Id = Annotated[str, typer.Argument(help="id of the signal, or its beginning")]
Name = Annotated[str, typer.Argument(help="id or name of the account")]
_SHORT = slice(7, 19)


def register(app: typer.Typer) -> None:
    review = typer.Typer(help="Decide on signals: list, accept, reject, relabel.", no_args_is_help=True)
    review.command("list")(list_signals)
    review.command("accept")(accept)
    review.command("reject")(reject)
    review.command("relabel")(relabel)
    app.add_typer(review, name="review")


def say_standing(scored: Rescored) -> None:
    """Where the account stands now, in one line."""
    print_page(scored.after.explanation["sentence"].replace("[", "\\["))


def list_signals(account: Name, json: Json = False) -> None:
    """An account's current signals with what reviewers said of them, newest first."""
    with wire().database.reading() as connection:
        known = find_account(all_accounts(connection), account)
        found = sorted(observations_of(connection, known.id), key=lambda o: o.observed_at, reverse=True)
        reviews = reviews_of(connection, known.id)
    rows = []
    for seen in found:
        said = [r for r in reviews if r.is_about(seen)]
        rows.append(
            {
                "id": seen.signal.id,
                "type": seen.signal.type,
                "severity": seen.signal.severity,
                "said": seen.observed_at,
                "quote": seen.signal.evidence[0].quote if seen.signal.evidence else "",
                "verdict": said[-1].verdict.value if said else None,
                "reason": said[-1].reason if said else None,
                "author": said[-1].author if said else None,
            }
        )
    if json:
        print_json(rows)
        return
    for row in rows:
        decided = f"  [{row['verdict']} by {row['author']}: {row['reason']}]" if row["verdict"] else ""
        words = " ".join(str(row["quote"]).split())
        head = f"{str(row['id'])[_SHORT]}  {str(row['said'])[:10]}  {row['type']} {row['severity']}"
        print_page(f"{head}  “{words}”{decided}".replace("[", "\\["))


def accept(signal: Id, reason: str = "", author: Author = None) -> None:
    """It is what it says."""
    _decide(signal, Verdict.ACCEPT, reason, author)


def reject(signal: Id, reason: Annotated[str, typer.Option("--reason")], author: Author = None) -> None:
    """It is not; it stops counting from now on, and the movement says so."""
    _decide(signal, Verdict.REJECT, reason, author)


def relabel(
    signal: Id,
    reason: Annotated[str, typer.Option("--reason")],
    to_type: Annotated[str, typer.Option("--type", help="the type it should have")] = "",
    severity: Annotated[int, typer.Option("--severity", min=0, max=3, help="the severity it should have")] = 0,
    author: Author = None,
) -> None:
    """It is something else, or graver, or milder."""
    _decide(signal, Verdict.RELABEL, reason, author, to_type, severity)


def _decide(
    signal: str, verdict: Verdict, reason: str, author: str | None, to_type: str = "", severity: int = 0
) -> None:
    app = wire()
    with app.database.transaction() as connection:
        found = find_signal(connection, signal)
        now = moment_on(None, "--day", app.settings.today)
        say_standing(
            decide(connection, app.rulebooks, found, verdict, author_named(author), reason, now, to_type, severity)
        )
