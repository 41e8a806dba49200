"""What a rulebook may not say, and where the fault stands."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import yaml

from scoring.facts import Account
from scoring.rulebook.loading import RULEBOOKS, RulebookError, in_force, load_rulebook, load_rulebooks
from scoring.rulebook.model import Rulebook
from scoring.rulebook.segments import rules_for, segment_of

DEFAULT = RULEBOOKS / "2025-01-01.yaml"


def fault(tmp_path: Path, old: str, new: str) -> str:
    """The default file with one passage replaced, loaded; the message it is refused with."""
    text = DEFAULT.read_text("utf-8")
    assert old in text, f"the default rulebook no longer says {old!r}"
    path = tmp_path / DEFAULT.name
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(RulebookError) as refused:
        load_rulebook(path)
    return str(refused.value)


def line_of(passage: str) -> int:
    return DEFAULT.read_text("utf-8").partition(passage)[0].count("\n") + 1


@pytest.mark.parametrize(
    ("old", "new", "what", "at"),
    [
        ("    weight: 12\n", "    weight: 13\n", "sum to 101, they must sum to 100", "inputs:"),
        ("    half_life: 40\n", "    halflife: 40\n", "halflife: Extra inputs", "    half_life: 40"),
        ("  - id: escalation_tone\n", "  - id: shouting\n", "no such signal type", "  - id: escalation_tone"),
        ("    points: [-30, -55, -80]\n", "    points: [30, 55, 80]\n", "is bad news", "    points: [-30, -55, -80]"),
        ("{by: value_realised, keeps: 0.3}", "{by: advocate, keeps: 0.3}", "no signal type 'advocate'", "value_realised, k"),
        ("{by: value_realised, keeps: 0.3}", "{by: renewal_risk, keeps: 0.3}", "points the same way", "value_realised, k"),
        ("    at_least: 0\n    play:", "    at_least: 10\n    play:", "one that starts at 0", "bands:"),
        ("    input: expansion\n    after", "    input: growth\n    after", "no input 'growth'", "    input: expansion\n    after"),
        ("    type: renewal_risk\n    severity: 2\n    days: 120\n    at_most: 49", "    type: renewal_risk\n    severity: 3\n    days: 120\n    at_most: 49", "nobody can reach it, notice_given", "  - id: renewal_in_doubt"),
        ("- {rule: nps, below: 20}", "- {rule: nps}", "needs at_least or below", "- {rule: nps, below: 20}"),
        ("- {rule: champion_silent}", "- {rule: champion_absent}", "no metric, slowing or silence rule", "- {rule: champion_silent}"),
        ("gaining: [expansion_intent]", "gaining: [growth]", "no rule 'growth'", "  - id: ready_to_expand"),
        ("sponsor_silent: {days: 120}", "sponsor_quiet: {days: 120}", "holds no rule 'sponsor_quiet'", ""),
        ("sponsor_silent: {days: 120}", "sponsor_silent: {days: 0}", "greater than or equal to 1", ""),
        ("      - {points: -60}\n", "", "only the last step", "  - id: seats_in_use"),
        ("  - id: invoice_late\n", "  - id: nps\n", "is used 2 times", "signals:"),
    ],
)  # fmt: skip
def test_a_fault_names_file_line_and_value(tmp_path: Path, old: str, new: str, what: str, at: str) -> None:
    message = fault(tmp_path, old, new)
    assert what in message
    assert message.startswith(f"{tmp_path / DEFAULT.name}:")
    if at:
        assert f":{line_of(at)}: " in message


def test_a_band_without_a_play_does_not_load(tmp_path: Path) -> None:
    """No action path, no health model."""
    content = yaml.safe_load(DEFAULT.read_text("utf-8"))
    del content["bands"][1]["play"]
    path = tmp_path / DEFAULT.name
    path.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
    with pytest.raises(RulebookError, match=r"bands\.1\.play: Field required"):
        load_rulebook(path)


def test_a_segment_behind_one_that_takes_everybody_is_unreachable(tmp_path: Path) -> None:
    content = yaml.safe_load(DEFAULT.read_text("utf-8"))
    content["segments"] = list(reversed(content["segments"]))
    path = tmp_path / DEFAULT.name
    path.write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
    with pytest.raises(RulebookError, match=r"segment low_touch: nobody can reach it, standard takes every account"):
        load_rulebook(path)


def test_text_that_is_no_yaml_names_its_line(tmp_path: Path) -> None:
    message = fault(tmp_path, "hysteresis: 1.0", "hysteresis: : 1.0")
    assert re.search(r"2025-01-01\.yaml:\d+: ", message)


def test_a_file_is_named_by_the_day_it_takes_effect(tmp_path: Path) -> None:
    path = tmp_path / "next.yaml"
    path.write_bytes(DEFAULT.read_bytes())
    with pytest.raises(RulebookError, match=r"name the file 2025-01-01\.yaml"):
        load_rulebook(path)


def test_a_folder_without_rules_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(RulebookError, match="put one there"):
        load_rulebooks(tmp_path)


def test_each_account_falls_under_exactly_one_segment(default_rules: Rulebook) -> None:
    for name, expected in (("smb", "low_touch"), ("enterprise", "standard"), ("", "standard")):
        account = Account("a", "A", name, "", 1, "EUR")
        found = segment_of(default_rules, account)
        assert found is not None
        assert found.id == expected
    assert rules_for(default_rules, Account("a", "A", "smb", "", 1, "EUR")).id == "2025-01-01/low_touch"


def test_the_rules_in_force_are_the_latest_that_took_effect(default_rules: Rulebook) -> None:
    later = default_rules.model_copy(update={"effective": default_rules.effective.replace(year=2030)})
    both = (default_rules, later)
    assert in_force(both, later.effective) is later
    assert in_force(both, later.effective.replace(day=1, year=2029)) is default_rules
    assert in_force(both, default_rules.effective.replace(year=2001)) is default_rules


def test_every_rule_says_what_it_is_called_why_and_on_whose_word(default_rules: Rulebook) -> None:
    for rule in (*default_rules.inputs, *default_rules.moving, *default_rules.triggers, *default_rules.segments):
        assert rule.label
        assert rule.reason
        assert rule.source, f"{rule.id} does not say where it comes from"
