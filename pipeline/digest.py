"""The week of one owner: who moved and why, who needs them first, what is due, what green hides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from pipeline.acting import TimeToIntervene, time_to_intervene
from pipeline.band_history import band_history, picture_of
from pipeline.divergence import Divergence, divergences_on
from pipeline.portfolio import PortfolioRow, portfolio
from pipeline.trends import QUARTER, Complacency, Standings, hidden_complacency
from scoring.bands import UNKNOWN
from scoring.facts import Account
from scoring.rulebook.model import Rulebook
from store.accounts import all_accounts
from store.actions import Action
from store.browse import actions_for
from store.database import Connection
from store.snapshots import latest_snapshot
from store.standings import standings_on

WEEK = timedelta(days=7)
DUE_SOON = timedelta(days=7)
HISTORY = timedelta(days=182)


@dataclass(frozen=True, slots=True)
class Moved:
    """An account that changed its band this week, in the words of its explanation."""

    name: str
    band_before: str
    band: str
    paragraph: str


@dataclass(frozen=True, slots=True)
class Due:
    account: str
    label: str
    due: date
    overdue: bool
    opened_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Digest:
    """One owner's week up to `day`. `queue` is ranked by risk, revenue and closeness of the renewal, `picture` an SVG of
    the bands over half a year.
    """

    owner: str
    day: date
    bands: Mapping[str, int]
    moved: Sequence[Moved]
    queue: Sequence[PortfolioRow]
    due: Sequence[Due]
    complacent: Sequence[Complacency]
    picture: str
    intervened: TimeToIntervene
    divergent: Sequence[Divergence]


def digests(connection: Connection, rulebook: Rulebook, day: date, owner: str | None = None) -> list[Digest]:
    """One for each owner of a scored account, or for the one asked for; by owner."""
    standings = standings_on(connection, day)
    owners = sorted({a.owner for a in all_accounts(connection) if a.id in standings and owner in {None, a.owner}})
    return [_digest(connection, rulebook, name, day) for name in owners]


def as_markdown(found: Digest) -> str:
    return _templates.get_template("digest.md").render(digest=found)


def as_page(found: Digest) -> str:
    """A page without scripts that a mail client shows too."""
    return _templates.get_template("digest.html").render(digest=found)


def _digest(connection: Connection, rulebook: Rulebook, owner: str, day: date) -> Digest:
    accounts = [a for a in all_accounts(connection) if a.owner == owner]
    actions: dict[str, list[Action]] = {a.id: [] for a in accounts} | actions_for(connection, [owner])
    now, week, quarter = (_snapshots(connection, accounts, then) for then in (day, day - WEEK, day - QUARTER))
    queue = portfolio(
        accounts, standings_on(connection, day, [owner]), standings_on(connection, day - WEEK, [owner]), actions
    )
    history = band_history(connection, day - HISTORY, day, [owner])
    differing = [d for d in divergences_on(connection, rulebook, day, [owner]) if d.last > day - QUARTER]
    return Digest(
        owner=owner,
        day=day,
        bands=dict(Counter(row.band for row in queue)),
        moved=[m for a in accounts if (m := _moved(a, now, week)) is not None],
        queue=queue,
        due=sorted((d for a in accounts for d in _due(a, actions[a.id], day)), key=lambda d: (d.due, d.account)),
        complacent=hidden_complacency(accounts, quarter, now, rulebook),
        picture=picture_of(history, [*(b.id for b in rulebook.bands), UNKNOWN]),
        intervened=time_to_intervene((a for mine in actions.values() for a in mine), day),
        divergent=differing,
    )


def _snapshots(connection: Connection, accounts: Sequence[Account], day: date) -> Standings:
    found = ((a.id, latest_snapshot(connection, a.id, day)) for a in accounts)
    return {account_id: snapshot for account_id, snapshot in found if snapshot is not None}


def _moved(account: Account, now: Standings, week: Standings) -> Moved | None:
    before, after = week.get(account.id), now.get(account.id)
    if before is None or after is None or before.band == after.band:
        return None
    return Moved(account.name, before.band, after.band, after.explanation["paragraph"])


def _due(account: Account, actions: Sequence[Action], day: date) -> list[Due]:
    return [
        Due(account.name, a.label, a.due, a.due < day, a.opened_by)
        for a in actions
        if a.is_running(day) and a.due <= day + DUE_SOON and (a.snoozed_until is None or a.snoozed_until <= day)
    ]


_templates = Environment(
    loader=FileSystemLoader(Path(__file__).with_name("templates")),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
