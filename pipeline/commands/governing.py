"""Commands of those who own the rules: rulebook check, explain, diff; simulate."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.table import Table

from pipeline.commands.terminal import Json, parse_day, print_json, print_page, progress_bar
from pipeline.lookup import WrongInputError
from pipeline.nightly import days_between
from pipeline.rules_in_words import differences, told
from pipeline.simulate import Simulation, simulate
from pipeline.wiring import wire
from scoring.rulebook.loading import load_rulebook
from scoring.rulebook.model import Rulebook
from scoring.scenario import load_scenarios, misses
from store.accounts import last_reading_day

File = Annotated[Path | None, typer.Argument(help="a rulebook; default is the one in force", show_default=False)]


def register(app: typer.Typer) -> None:
    rulebook = typer.Typer(help="The rules as data: check, explain, compare.", no_args_is_help=True)
    rulebook.command("check")(check_command)
    rulebook.command("explain")(explain_command)
    rulebook.command("diff")(diff_command)
    app.add_typer(rulebook, name="rulebook")
    app.command("simulate")(simulate_command)


def check_command(
    file: File = None,
    scenarios: Annotated[
        Path | None, typer.Option("--scenarios", help="folder or file of stories that the rules must tell")
    ] = None,
) -> None:
    """Does it load? Faults name file and line (status 2); stories that come out otherwise are listed (status 1)."""
    rules = _rules(file)
    print_page(
        f"{rules.id}: {len(rules.inputs)} inputs, {len(rules.moving)} rules, {len(rules.triggers)} triggers: it loads"
    )
    if scenarios is None:
        return
    stories = load_scenarios(scenarios)
    faults = [f"{story.name}: {miss}" for story in stories for miss in misses(story, rules)]
    for fault in faults:
        print_page(fault)
    print_page(f"{len(stories)} stories, {len(faults)} faults")
    if faults:
        raise typer.Exit(1)


def explain_command(
    file: File = None,
    rule: Annotated[str | None, typer.Option("--rule", help="one rule or section by its name")] = None,
) -> None:
    """Every rule in plain words: what it does, by how much, why."""
    rules = _rules(file)
    lines = list(told(rules, rule))
    if not lines:
        raise WrongInputError(f"--rule {rule!r}: {rules.id} holds no such rule; `whyred rulebook explain` lists all")
    print_page("\n".join(lines).replace("[", "\\["))


def diff_command(before: Path, after: Path, json: Json = False) -> None:
    """What two rulebooks state differently, rule by rule and field by field."""
    found = differences(load_rulebook(before), load_rulebook(after))
    if json:
        print_json([asdict(item) for item in found])
        return
    for item in found:
        print_page(str(item).replace("[", "\\["))
    print_page(f"{len(found)} differences")


def simulate_command(
    rulebook: Annotated[Path, typer.Option("--rulebook", help="the rules to try")],
    since: Annotated[str | None, typer.Option("--from", metavar="DATE", help="first day; default 90 days back")] = None,
    until: Annotated[
        str | None, typer.Option("--to", metavar="DATE", help="last day; default the last measured")
    ] = None,
    every: Annotated[int, typer.Option("--every", min=1, help="days between replayed days")] = 7,
    json: Json = False,
) -> None:
    """Replay past days under other rules: who would stand elsewhere, and which rules make the difference."""
    other = load_rulebook(rulebook)
    app = wire()
    with app.database.reading() as connection:
        last = parse_day(until, "--to") or last_reading_day(connection)
    if last is None:
        raise WrongInputError("nothing was measured yet; give --to, or run `whyred ingest` first")
    first = parse_day(since, "--from") or last.fromordinal(last.toordinal() - 90)
    if first > last:
        raise WrongInputError(f"--from {first} lies after --to {last}")
    with progress_bar() as advance:
        found = simulate(app.database, app.rulebooks, other, days_between(first, last, every), advance)
    if json:
        matrix = [{"present": a, "other": b, "accounts": n} for (a, b), n in sorted(found.matrix.items())]
        print_json(asdict(found) | {"matrix": matrix})
    else:
        _show(found, [b.id for b in other.bands])


def _show(found: Simulation, bands: list[str]) -> None:
    print_page(
        f"{found.accounts} accounts on {found.day}: {found.mean_change:+.1f} points on average; "
        f"{found.crossings} band changes in {found.days} days, {found.other_crossings} under the other rules"
    )
    names = [*bands, "unknown"]
    table = Table(box=None, header_style="dim", pad_edge=False)
    table.add_column("now \\ then")
    for name in names:
        table.add_column(name, justify="right")
    for name in names:
        table.add_row(name, *(str(found.matrix.get((name, other), 0) or "–") for other in names))
    print_page(table)
    for flip in found.flips:
        print_page(f"{flip.name}: {flip.band} {flip.score:.1f} -> {flip.other_band} {flip.other_score:.1f}")
        print_page(f"    under the other rules: {flip.sentence}")
        for cause in flip.causes:
            print_page(f"    {cause.points:+6.1f}  {cause.label} ({cause.rule})")
        if flip.others:
            print_page(f"    {flip.others:+6.1f}  everything else")


def _rules(file: Path | None) -> Rulebook:
    return load_rulebook(file) if file is not None else wire().rulebooks[-1]
