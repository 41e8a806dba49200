"""Stories that an account manager can check by eye, one for every rule of the default rulebook."""

from __future__ import annotations

from pathlib import Path

import pytest

from scoring.rulebook.loading import load_rulebooks
from scoring.rulebook.model import Rulebook
from scoring.scenario import Scenario, ScenarioError, load_scenarios, misses, play

FOLDER = Path(__file__).with_name("scenarios")
SCENARIOS = load_scenarios(FOLDER)


@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda s: s.name)
def test_the_story_comes_out_as_told(scenario: Scenario, default_rules: Rulebook) -> None:
    assert list(misses(scenario, default_rules)) == []


def test_every_rule_of_the_default_rulebook_has_a_story(default_rules: Rulebook) -> None:
    told = {name for s in SCENARIOS for name in (*s.expect.takes, *s.expect.gives, *s.expect.points)}
    assert {r.id for r in default_rules.moving} - told == set()


def test_every_play_opens_in_some_story(default_rules: Rulebook) -> None:
    opened = {name for s in SCENARIOS for name in s.expect.opens}
    plays = {b.play.id for b in default_rules.bands} | {t.play.id for t in default_rules.triggers}
    assert plays - opened == set()


def test_the_guides_first_account_is_not_green_and_the_second_wants_no_rescue(default_rules: Rulebook) -> None:
    a, b = (next(s for s in SCENARIOS if s.name.startswith(f"fixture {letter}")) for letter in "AB")
    assert play(a, default_rules).band != "green"
    assert not {"recovery_plan", "rebuild_sponsorship", "executive_renewal"} & set(play(b, default_rules).opens)


def test_a_changed_rule_makes_its_story_fail(default_rules: Rulebook) -> None:
    """The stories can fail: without its cap, notice given leaves the account yellow or better."""
    story = next(s for s in SCENARIOS if s.name == "they have given notice")
    kept = tuple(c for c in default_rules.caps if c.type != "renewal_risk")
    triggers = ()
    loosened = default_rules.model_copy(update={"caps": kept, "triggers": triggers})
    assert list(misses(story, loosened))


def test_rules_load_from_the_shipped_folder() -> None:
    assert [r.id for r in load_rulebooks()] == ["2025-01-01"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("scenarios: [{name: a, today: 2026-01-01, sayd: []}]", "sayd"),
        ("scenarios: [{name: a, today: soon}]", "today"),
        ("scenarios: [{name: a, like: b, today: 2026-01-01}]", "like 'b'"),
        ("scenarios: [{name: a, today: 2026-01-01}, {name: a, today: 2026-01-01}]", "same name"),
        ("scenarios: [", "scenario.yaml"),
    ],
)
def test_a_story_that_cannot_be_read_says_where(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "scenario.yaml"
    path.write_text(text)
    with pytest.raises(ScenarioError, match=said):
        load_scenarios(path)
