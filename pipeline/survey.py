"""The portfolio between two days: bands over time, who migrated, whether it is a pattern, what green hides, who was right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

from pipeline.acting import Intervened, intervened_by
from pipeline.band_history import BandCount, band_history
from pipeline.divergence import Divergence, divergences_on
from pipeline.lookup import WrongInputError
from pipeline.trends import (
    QUARTER,
    Cohort,
    Complacency,
    StructuralAlert,
    cohorts,
    hidden_complacency,
    migration,
    structural_alert,
)
from scoring.rulebook.model import Rulebook
from store.actions import all_actions
from store.browse import accounts_for
from store.database import Connection
from store.snapshots import snapshots_on
from store.standings import standings_on


@dataclass(frozen=True, slots=True)
class Survey:
    """Two days and what happened between them; `migration` counts accounts by band then and band now."""

    since: date
    day: date
    bands: Sequence[BandCount]
    migration: Mapping[tuple[str, str], int]
    structural: StructuralAlert
    cohorts: Sequence[Cohort]
    complacent: Sequence[Complacency]
    divergent: Sequence[Divergence]
    intervened: Sequence[Intervened]

    def as_json(self) -> dict[str, Any]:
        alert = self.structural
        return {
            "since": self.since,
            "day": self.day,
            "bands": [asdict(one) for one in self.bands],
            "migration": [{"before": a, "now": b, "accounts": n} for (a, b), n in sorted(self.migration.items())],
            "structural": asdict(alert) | {"share": alert.share, "is_structural": alert.is_structural},
            "cohorts": [asdict(group) | {"has_fallen": group.has_fallen} for group in self.cohorts],
            "hidden_complacency": [asdict(one) for one in self.complacent],
            "divergences": [asdict(one) for one in self.divergent],
            "time_to_intervene": [asdict(one) for one in self.intervened],
        }


def survey(
    connection: Connection, rulebook: Rulebook, since: date | None, until: date | None, owners: Sequence[str] = ()
) -> Survey:
    """Of all accounts or of these owners'; from a quarter back where no first day is given.

    Raises WrongInputError where nothing was scored up to the last day, or the first is not before it.
    """
    accounts = accounts_for(connection, owners)
    stood = standings_on(connection, until, owners)
    if not stood:
        raise WrongInputError("nothing scored yet: run `whyred ingest PATH` and `whyred nightly`")
    day = max(s.day for s in stood.values())
    start = since or day - QUARTER
    if start >= day:
        raise WrongInputError(f"--since {start}: lies not before the last scored day {day}; name an earlier one")
    earlier = standings_on(connection, start, owners)
    mine = {a.id for a in accounts}
    now, before = (
        {s.account_id: s for s in snapshots_on(connection, then) if s.account_id in mine} for then in (day, start)
    )
    return Survey(
        since=start,
        day=day,
        bands=band_history(connection, start, day, owners),
        migration=migration(earlier, stood),
        structural=structural_alert(accounts, before, now, rulebook, (start, day)),
        cohorts=cohorts(accounts, earlier, stood),
        complacent=hidden_complacency(accounts, before, now, rulebook),
        divergent=divergences_on(connection, rulebook, day, owners),
        intervened=intervened_by((a for a in all_actions(connection) if a.account_id in mine), day),
    )
