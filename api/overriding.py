"""A band set by hand until a day, with a reason: kept, told to the audit log, and scored at once."""

from __future__ import annotations

from datetime import date

from api.problems import InvalidError
from api.visit import Visit
from pipeline.overlaying import OverlayError, override
from pipeline.rescore import Rescored
from scoring.facts import Account
from store.overrides import Override


def set_band(visit: Visit, account: Account, band: str, until: date, reason: str) -> Rescored:
    """Raises InvalidError for a band that the rules do not know, a day that is past and words left out."""
    visit.caller.must("assess")
    wanted = Override(account.id, visit.today, until, band, visit.caller.name, reason.strip(), visit.decided_at)
    try:
        rescored = override(visit.connection, visit.app.rulebooks, account, wanted)
    except OverlayError as error:
        raise InvalidError(str(error)) from error
    visit.note("override", account.id, band=band, until=until.isoformat())
    return rescored
