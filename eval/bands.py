"""Do the bands that the score gives agree with what people who know the accounts expect?

Takes the content of `samples/portfolio/expected.json` and the bands by account and day, whoever computed them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from eval.figures.measures import share
from eval.figures.panel import figure
from eval.figures.shape import Figure
from eval.intervals import SEED, weights
from eval.record import Strict

ORDER = ("red", "yellow", "green")
"""From worst to best; any other band, such as `unknown`, is no place in that order."""

Named = Annotated[str, Field(min_length=1)]


class ExpectedError(ValueError):
    """Expectations that do not keep to the format; the message names account and fault."""


class _Expectation(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    as_of: Named
    band: Named
    acceptable_bands: tuple[Named, ...] = ()


class _Account(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)

    expected: tuple[_Expectation, ...]


class BandRow(Strict):
    """One account on one day; `found` is None where no band was computed for that day."""

    account: str
    day: str
    expected: str
    acceptable: tuple[str, ...]
    found: str | None
    verdict: Literal["exact", "acceptable", "wrong", "missing"]


class BandAgreement(Strict):
    """Shares over all expected days, a missing band counting as wrong; κ with linear weights over red, yellow, green."""

    exact: Figure
    acceptable: Figure
    kappa: float | None
    rows: tuple[BandRow, ...]


def band_agreement(
    expected: Mapping[str, Any], bands: Mapping[str, Mapping[str, str]], *, seed: int = SEED
) -> BandAgreement:
    """`bands` is `{account: {date: band}}` with dates as in `expected`, ISO 8601.

    Raises ExpectedError for content in another format or without any expectation.
    """
    try:
        accounts = TypeAdapter(dict[str, _Account]).validate_python(expected)
    except ValidationError as error:
        fault = error.errors(include_url=False)[0]
        raise ExpectedError(f"{'.'.join(str(part) for part in fault['loc'])}: {fault['msg']}") from error
    rows = [
        _row(account, each, bands.get(account, {}).get(each.as_of))
        for account, content in sorted(accounts.items())
        for each in content.expected
    ]
    if not rows:
        raise ExpectedError("no account expects a band")
    return BandAgreement(
        exact=_share(rows, {"exact"}, seed),
        acceptable=_share(rows, {"exact", "acceptable"}, seed),
        kappa=_kappa(rows),
        rows=tuple(rows),
    )


def _row(account: str, expectation: _Expectation, found: str | None) -> BandRow:
    acceptable = tuple(dict.fromkeys((expectation.band, *expectation.acceptable_bands)))
    verdict: Literal["exact", "acceptable", "wrong", "missing"] = "wrong"
    if found is None:
        verdict = "missing"
    elif found == expectation.band:
        verdict = "exact"
    elif found in acceptable:
        verdict = "acceptable"
    return BandRow(
        account=account,
        day=expectation.as_of,
        expected=expectation.band,
        acceptable=acceptable,
        found=found,
        verdict=verdict,
    )


def _share(rows: Sequence[BandRow], good: set[str], seed: int) -> Figure:
    place = {account: number for number, account in enumerate(sorted({row.account for row in rows}))}
    hits, days = np.zeros(len(place)), np.zeros(len(place))
    for row in rows:
        hits[place[row.account]] += row.verdict in good
        days[place[row.account]] += 1
    drawn = weights(len(place), seed=seed)
    return figure(share({"hits": drawn @ hits, "days": drawn @ days}, "hits", "days"), len(place), len(rows))


def _kappa(rows: Sequence[BandRow]) -> float | None:
    both = [(row.expected, row.found) for row in rows if row.expected in ORDER and row.found in ORDER]
    if len({band for pair in both for band in pair}) < 2:
        return None
    from sklearn.metrics import cohen_kappa_score  # noqa: PLC0415 - loads on first use, so that no other command waits for it

    expected, found = [e for e, _ in both], [f for _, f in both]
    return float(cohen_kappa_score(expected, found, labels=list(ORDER), weights="linear"))
