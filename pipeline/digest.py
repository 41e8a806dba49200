"""The week of one owner: who moved and why, who needs them first, what is due, what green hides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from pipeline.portfolio import PortfolioRow, portfolio
from pipeline.trends import QUARTER, Complacency, Standings, hidden_complacency
from scoring.facts import Account
from scoring.rulebook.model import Rulebook
from store.accounts import all_accounts
from store.actions import Action
from store.database import Connection
from store.snapshots import actions_of, snapshots_on

WEEK = timedelta(days=7)
DUE_SOON = timedelta(days=7)


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
    """One owner's week up to `day`. `queue` is ranked by risk, revenue and closeness of the renewal."""

    owner: str
    day: date
    bands: Mapping[str, int]
    moved: Sequence[Moved]
    queue: Sequence[PortfolioRow]
    due: Sequence[Due]
    complacent: Sequence[Complacency]


def digests(connection: Connection, rulebook: Rulebook, day: date, owner: str | None = None) -> list[Digest]:
    """One for each owner of a scored account, or for the one asked for; by owner."""
    accounts = all_accounts(connection)
    now, week, quarter = (
        {s.account_id: s for s in snapshots_on(connection, then)} for then in (day, day - WEEK, day - QUARTER)
    )
    owners = sorted({a.owner for a in accounts if a.id in now and owner in {None, a.owner}})
    actions = {a.id: actions_of(connection, a.id) for a in accounts}
    return [
        _digest(name, day, [a for a in accounts if a.owner == name], (now, week, quarter), actions, rulebook)
        for name in owners
    ]


def as_markdown(found: Digest) -> str:
    return _templates.get_template("digest.md").render(digest=found)


def as_page(found: Digest) -> str:
    """A page without scripts that a mail client shows too."""
    return _templates.get_template("digest.html").render(digest=found)


def _digest(
    owner: str,
    day: date,
    accounts: Sequence[Account],
    standings: tuple[Standings, Standings, Standings],
    actions: Mapping[str, Sequence[Action]],
    rulebook: Rulebook,
) -> Digest:
    now, week, quarter = standings
    queue = portfolio(accounts, now, week, actions)
    bands: dict[str, int] = {}
    for row in queue:
        bands[row.band] = bands.get(row.band, 0) + 1
    return Digest(
        owner=owner,
        day=day,
        bands=bands,
        moved=[m for a in accounts if (m := _moved(a, now, week)) is not None],
        queue=queue,
        due=sorted((d for a in accounts for d in _due(a, actions[a.id], day)), key=lambda d: (d.due, d.account)),
        complacent=hidden_complacency(accounts, quarter, now, rulebook),
    )


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
