"""Commands of reviewers: what to look at first, accept, reject, relabel, retract, who agrees, what came twice, export as samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table
from rich.text import Text

from eval.export import Exported, NotExported
from eval.report import reviewers_table
from pipeline.agreeing import agreement_of
from pipeline.citations import write_lines
from pipeline.commands.terminal import (
    AsOf,
    Author,
    Json,
    author_named,
    counted,
    moment_on,
    parse_day,
    print_json,
    print_page,
)
from pipeline.gold import reviewed_samples
from pipeline.lookup import find_account
from pipeline.rescore import Rescored
from pipeline.review_queue import first_to_see
from pipeline.reviewing import decide, find_signal, take_back
from pipeline.wiring import wire
from scoring.facts import Account, Observation, Verdict, unretracted
from store.accounts import all_accounts
from store.audit import Entry, append
from store.browse import sightings_in
from store.database import Connection
from store.decisions import reviews_of
from store.facts import facts_of, origins_of
from store.signals import observations_of

Id = Annotated[str, typer.Argument(help="id of the signal, or its beginning")]
Name = Annotated[str, typer.Argument(help="id or name of the account")]
_SHORT = slice(7, 19)


def register(app: typer.Typer) -> None:
    review = typer.Typer(
        help="Decide on signals: queue, list, accept, reject, relabel, retract, agreement.", no_args_is_help=True
    )
    review.command("queue")(queue_signals)
    review.command("list")(list_signals)
    review.command("accept")(accept)
    review.command("reject")(reject)
    review.command("relabel")(relabel)
    review.command("retract")(retract)
    review.command("agreement")(show_agreement)
    app.add_typer(review, name="review")
    app.command("copies")(list_copies)
    app.command("export-labels")(export_labels)


def say_standing(scored: Rescored) -> None:
    """Where the account stands now, in one line."""
    print_page(scored.after.explanation["sentence"].replace("[", "\\["))


def queue_signals(
    most: Annotated[int, typer.Option("--most", min=1, help="how many to show")] = 20, json: Json = False
) -> None:
    """What is most worth a look: the most uncertain and most harmful signals of all accounts first."""
    with wire().database.reading() as connection:
        found = first_to_see(connection, most=most)
        read = sightings_in(connection, sorted({w.document_id for w in found}))
    signals = {s.signal.id: s.signal for seen in read.values() for s in seen}
    if json:
        print_json(
            [
                {
                    "id": w.signal_id,
                    "account": w.account_id,
                    "type": w.type,
                    "severity": w.severity,
                    "confidence": w.confidence,
                    "quotes": [e.quote for e in signals[w.signal_id].evidence],
                }
                for w in found
            ]
        )
        return
    table = Table(box=None, header_style="dim", pad_edge=False)
    for heading in ("id", "account", "type", "severity", "confidence", "quote"):
        table.add_column(heading, overflow="fold")
    for w in found:
        quote = Text(" ".join(" ".join(e.quote for e in signals[w.signal_id].evidence[:1]).split()))
        table.add_row(w.signal_id[_SHORT], w.account_id, w.type, str(w.severity), f"{w.confidence:.2f}", quote)
    print_page(table if found else "nothing awaits review")


def export_labels(
    out: Annotated[Path, typer.Option("--out", help="labelled samples to write, JSON Lines")],
    json: Json = False,
) -> None:
    """Reviewed documents as labelled samples; a document counts once every one of its signals is decided on."""
    found = list(reviewed_samples(wire().database))
    ready = [one for one in found if isinstance(one, Exported)]
    waiting = [one for one in found if isinstance(one, NotExported)]
    write_lines(out, (one.sample.model_dump(mode="json") for one in ready))
    provenance = out.with_suffix(".provenance.jsonl")
    write_lines(
        provenance,
        (
            {"id": one.sample.id, "judgements": [asdict(j) | {"at": j.at.isoformat()} for j in one.judgements]}
            for one in ready
        ),
    )
    if json:
        print_json({"exported": [one.sample.id for one in ready], "waiting": [asdict(one) for one in waiting]})
        return
    print_page(f"{counted(len(ready), 'document')} to {out}, who decided what to {provenance}")
    for one in waiting:
        print_page(f"not yet: {one.document_id[_SHORT]}: {one.reason}")


def show_agreement(json: Json = False) -> None:
    """How far reviewers agree who judged the same signals: Cohen's κ by type, and the signals on which they part."""
    with wire().database.reading() as connection:
        found = agreement_of(reviews_of(connection))
    if json:
        print_json(found)
    else:
        print_page(reviewers_table(found))


def list_signals(account: Name, json: Json = False) -> None:
    """An account's current signals with what reviewers said of them, newest first."""
    with wire().database.reading() as connection:
        known = find_account(all_accounts(connection), account)
        found = sorted(observations_of(connection, known.id), key=lambda o: o.observed_at, reverse=True)
        reviews = unretracted(reviews_of(connection, known.id))
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
        reason = f": {row['reason']}" if row["reason"] else ""
        decided = f"  [{row['verdict']} by {row['author']}{reason}]" if row["verdict"] else ""
        words = " ".join(str(row["quote"]).split())
        head = f"{str(row['id'])[_SHORT]}  {str(row['said'])[:10]}  {row['type']} {row['severity']}"
        print_page(f"{head}  “{words}”{decided}".replace("[", "\\["))


def list_copies(account: Name, as_of: AsOf = None, json: Json = False) -> None:
    """Quotes that reached us in a second document and so count once: mirrored comments, mails of two mailboxes."""
    app = wire()
    day = parse_day(as_of, "--as-of") or moment_on(None, "--as-of", app.settings.today).date()
    with app.database.reading() as connection:
        known = find_account(all_accounts(connection), account)
        found = facts_of(connection, known).as_of(day).copies
        origins = origins_of(connection, known.id)
    rows = [
        {
            "type": copy.observation.signal.type,
            "said": evidence.at,
            "speaker": evidence.speaker,
            "quote": evidence.quote,
            "signal": copy.observation.signal.id,
            "origin": origins.get(evidence.document_id, ""),
            "original": copy.original.signal.id,
            "original_origin": origins.get(copy.original.signal.document_id, ""),
        }
        for copy in found
        for evidence in copy.observation.signal.evidence
    ]
    if json:
        print_json(rows)
        return
    for row in rows:
        words = " ".join(str(row["quote"]).split())
        page = f"{str(row['said'])[:16]}  {row['type']}  {row['speaker']}: “{words}”"
        print_page(f"{page}\n    in {row['origin']}, counted in {row['original_origin']}".replace("[", "\\["))
    if not rows:
        print_page("no words reached us twice")


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
    quote: Annotated[
        list[str] | None, typer.Option("--quote", help="words of the document that show it, instead; up to three")
    ] = None,
    author: Author = None,
) -> None:
    """It is something else, or graver, or milder, or other words show it."""
    _decide(signal, Verdict.RELABEL, reason, author, to_type, severity, quote or [])


def retract(signal: Id, reason: str = "", author: Author = None) -> None:
    """Take your last decision on it back; it stands as it did before, and the decision stays in the log."""
    app = wire()
    with app.database.transaction() as connection:
        found = find_signal(connection, signal)
        now = moment_on(None, "--day", app.settings.today)
        say_standing(take_back(connection, app.rulebooks, found, author_named(author), reason, now))
        _note(connection, found, Verdict.RETRACT, author_named(author))


def _decide(
    signal: str,
    verdict: Verdict,
    reason: str,
    author: str | None,
    to_type: str = "",
    severity: int = 0,
    quotes: Sequence[str] = (),
) -> None:
    app = wire()
    with app.database.transaction() as connection:
        found = find_signal(connection, signal)
        now = moment_on(None, "--day", app.settings.today)
        say_standing(
            decide(
                connection, app.rulebooks, found, verdict, author_named(author), reason, now, to_type, severity, quotes
            )
        )
        _note(connection, found, verdict, author_named(author))


def _note(connection: Connection, found: tuple[Account, Observation], verdict: Verdict, author: str) -> None:
    """Into the audit log, as every decision."""
    account, observation = found
    detail = {"account": account.id}
    append(
        connection,
        Entry(datetime.now(UTC), author, "admin", f"review_{verdict.value}", observation.signal.id, detail),
    )
