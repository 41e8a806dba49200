"""Every definition, against cases that a reader can work out on paper."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest
import yaml

from eval.figures import figures

CASES = yaml.safe_load((Path(__file__).parent / "cases" / "figures.yaml").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_figures_are_those_worked_by_hand(case, sample, run_of):
    documents = case["documents"]
    samples = [
        sample(d["id"], d.get("text"), gold=d["gold"], messages=[tuple(m) for m in d.get("messages", ())])
        for d in documents
    ]
    run = run_of(samples, {d["id"]: d["predicted"] for d in documents})

    found = figures(run, resamples=10).overall.figures

    for name, expected in case["expect"].items():
        if expected is None:
            assert found[name].value is None, name
        else:
            assert found[name].value == pytest.approx(float(Fraction(str(expected)))), name
