"""Makes the domain's shapes in `histories.py` importable by the tests beside it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from scoring.rulebook.loading import load_rulebooks
from scoring.rulebook.model import Rulebook

sys.path.insert(0, str(Path(__file__).parent))

settings.register_profile("scoring", max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("scoring")


@pytest.fixture(scope="session")
def default_rules() -> Rulebook:
    return load_rulebooks()[-1]
