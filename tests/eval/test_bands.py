"""Bands against what people expect, day by day."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.bands import ExpectedError, band_agreement

EXPECTED = {
    "acme": {
        "story": "not read",
        "expected": [
            {"as_of": "2026-01-31", "band": "green", "acceptable_bands": ["green"]},
            {"as_of": "2026-03-31", "band": "yellow", "acceptable_bands": ["yellow", "red"]},
        ],
    },
    "other": {"expected": [{"as_of": "2026-03-31", "band": "red"}, {"as_of": "2026-04-30", "band": "red"}]},
}


def test_each_day_gets_its_verdict():
    found = band_agreement(
        EXPECTED, {"acme": {"2026-01-31": "green", "2026-03-31": "red"}, "other": {"2026-03-31": "green"}}
    )

    assert [(row.account, row.day, row.verdict) for row in found.rows] == [
        ("acme", "2026-01-31", "exact"),
        ("acme", "2026-03-31", "acceptable"),
        ("other", "2026-03-31", "wrong"),
        ("other", "2026-04-30", "missing"),
    ]
    assert found.exact.value == 0.25
    assert found.acceptable.value == 0.5
    assert found.exact.n == 4
    assert (found.acceptable.low, found.acceptable.high) == (0.0, 1.0)


def test_unknown_is_not_a_place_between_red_and_green():
    found = band_agreement(EXPECTED, {"acme": {"2026-01-31": "unknown"}})

    assert found.kappa is None
    assert found.rows[0].verdict == "wrong"


def test_perfect_bands_agree_perfectly():
    bands = {account: {e["as_of"]: e["band"] for e in each["expected"]} for account, each in EXPECTED.items()}

    found = band_agreement(EXPECTED, bands)

    assert (found.exact.value, found.kappa) == (1.0, pytest.approx(1.0))


@pytest.mark.parametrize("content", [{}, {"acme": {}}, {"acme": {"expected": [{"as_of": "2026-01-31"}]}}])
def test_expectations_in_another_format_are_refused(content):
    with pytest.raises(ExpectedError):
        band_agreement(content, {})


def test_the_portfolios_expectations_load():
    path = Path(__file__).parents[2] / "samples" / "portfolio" / "expected.json"

    found = band_agreement(json.loads(path.read_text("utf-8")), {})

    assert found.exact.value == 0
    assert {row.verdict for row in found.rows} == {"missing"}
