"""Whoever only reads a class of ours must not wait for the libraries that evaluation needs."""

from __future__ import annotations

import json
import subprocess
import sys

HEAVY = ["sklearn", "scipy", "statsmodels", "matplotlib", "pandas", "torch"]
ASKED = [
    "eval.run",
    "eval.report",
    "eval.compare",
    "eval.gate",
    "eval.agreement",
    "eval.bands",
    "eval.model_card",
    "eval.baselines",
]


def test_importing_the_harness_loads_no_heavy_library():
    script = (
        "import importlib, json, sys\n"
        f"for name in {ASKED!r}: importlib.import_module(name)\n"
        f"print(json.dumps([name for name in {HEAVY!r} if name in sys.modules]))\n"
        "import builtins; assert eval is builtins.eval\n"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert json.loads(done.stdout) == []
