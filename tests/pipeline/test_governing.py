"""Those who own the rules and the portfolio: simulate, compare rulebooks, migration, structure, digest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.acting import time_to_intervene
from pipeline.digest import Digest, Moved, as_markdown, as_page, digests
from pipeline.nightly import days_between
from pipeline.rules_in_words import differences, told
from pipeline.simulate import simulate
from pipeline.trends import cohorts, hidden_complacency, migration, structural_alert
from scoring.bands import band_with_hysteresis
from scoring.facts import Account, Facts
from scoring.rulebook.loading import load_rulebooks
from scoring.rulebook.model import Rulebook
from scoring.rulebook.segments import rules_for
from scoring.score import score
from store.accounts import all_accounts
from store.database import Database
from store.facts import facts_of
from store.snapshots import Snapshot, snapshots_of

RULES = load_rulebooks()
DAY = date(2026, 6, 30)


def changed(**sections: Any) -> Rulebook:
    return Rulebook.model_validate(RULES[-1].model_dump(mode="json") | sections)


def _last_alone(facts: Facts, rules: Rulebook, days: Sequence[date]) -> tuple[float, str]:
    points, band = 0, None
    for day in days:
        own = rules_for(rules, facts.as_of(day).account)
        found = score(facts, rules, day)
        points, band = found.points, band_with_hysteresis(found, band, own)
    return points / 10, band


def standing(account_id: str, band: str, points: int, cause: str = "Sponsor silent", **explanation: Any) -> Snapshot:
    said = {
        "after": {"low": points / 10, "high": points / 10},
        "ledger": [],
        "inputs": [],
        "change": -10.0,
        "causes": [{"label": cause, "points": -10.0}],
        "sentence": f"{account_id} stands {band}.",
        "paragraph": f"{account_id} stands {band} because of <b>{cause}</b>.",
        "overlay": {"assessed": "red"},
    }
    return Snapshot(account_id, DAY, points, band, 1000, "r", "b", {}, said | explanation, band)


def account(n: int, segment: str = "smb", owner: str = "ann@vendor.example") -> Account:
    return Account(f"a{n:02}", f"Account {n}", segment, owner, 1000, "EUR", contract_start=date(2025, 1 + n % 12, 1))


class TestSimulate:
    def test_the_same_rules_flip_nobody(self, scored: Database) -> None:
        found = simulate(scored, RULES, RULES[-1], days_between(DAY - timedelta(days=30), DAY, 10))
        assert found.flips == []
        assert found.mean_change == 0
        assert sum(found.matrix.values()) == found.accounts == 8

    def test_looser_caps_flip_accounts_and_the_causes_sum(self, scored: Database) -> None:
        loose = changed(caps=[], input_caps=[], triggers=[])
        found = simulate(scored, RULES, loose, days_between(DAY - timedelta(days=30), DAY, 10))
        assert found.flips
        for flip in found.flips:
            total = sum(c.points for c in flip.causes) + flip.others
            assert total == pytest.approx(flip.other_score - flip.score, abs=1e-6)
            assert flip.band != flip.other_band
            assert flip.other_band in flip.sentence

    def test_a_replay_ends_where_each_account_stands_scored_alone(self, scored: Database) -> None:
        """Day by day, with the band before holding each account back: the same scores and bands, account by account."""
        days, loose = days_between(DAY - timedelta(days=60), DAY, 6), changed(caps=[], input_caps=[], triggers=[])
        found = {f.account_id: f for f in simulate(scored, RULES, loose, days).flips}
        with scored.reading() as connection:
            facts = [facts_of(connection, a) for a in all_accounts(connection)]
        flipped = {}
        for each in facts:
            ends = [_last_alone(each, rules, days) for rules in (RULES[-1], loose)]
            if ends[0][1] != ends[1][1]:
                flipped[each.account.id] = ends
        assert {id_: [(f.score, f.band), (f.other_score, f.other_band)] for id_, f in found.items()} == flipped

    def test_nothing_is_stored(self, scored: Database) -> None:
        with scored.reading() as connection:
            before = snapshots_of(connection, "a-sundergate")
        simulate(scored, RULES, changed(hysteresis=0), [DAY])
        with scored.reading() as connection:
            assert snapshots_of(connection, "a-sundergate") == before


class TestRulesInWords:
    def test_differences_name_section_rule_field_and_both_values(self) -> None:
        content = RULES[-1].model_dump(mode="json")
        content["signals"][0]["half_life"] = 99
        content["caps"] = content["caps"][1:]
        content["triggers"] = [t for t in content["triggers"] if t["id"] != "sponsor_lost"]
        found = [str(d) for d in differences(RULES[-1], Rulebook.model_validate(content))]
        assert "signals.sponsor_disengagement.half_life: 120 -> 99" in found
        assert "caps.notice_given: present -> absent" in found
        assert "triggers.sponsor_lost: present -> absent" in found
        assert len(found) == 3

    def test_equal_rules_differ_in_nothing(self) -> None:
        assert differences(RULES[-1], RULES[-1]) == []

    def test_every_rule_is_told_with_its_reason(self) -> None:
        text = "\n".join(told(RULES[-1]))
        for rule in (*RULES[-1].inputs, *RULES[-1].moving, *RULES[-1].triggers):
            assert f"  {rule.id}: {rule.label}" in text
            assert rule.reason in text
        assert list(told(RULES[-1], "no_such_rule")) == []


class TestTrends:
    accounts = tuple(account(n, "smb" if n < 5 else "enterprise", f"{'ann' if n % 2 else 'bob'}@v") for n in range(20))

    def standings(self, moved: Sequence[int]) -> tuple[dict[str, Snapshot], dict[str, Snapshot]]:
        before = {a.id: standing(a.id, "green", 800) for a in self.accounts}
        return before, before | {f"a{n:02}": standing(f"a{n:02}", "yellow", 600) for n in moved}

    def test_one_of_twenty_is_an_account_two_are_a_pattern(self) -> None:
        for moved, structural in (([3], False), ([3, 4], True)):
            before, now = self.standings(moved)
            found = structural_alert(self.accounts, before, now, RULES[-1], (DAY, DAY))
            assert (found.is_structural, len(found.moved)) == (structural, len(moved))

    def test_it_names_the_group_that_explains_it_and_the_shared_cause(self) -> None:
        before, now = self.standings([1, 2, 3])
        found = structural_alert(self.accounts, before, now, RULES[-1], (DAY, DAY))
        assert (found.groups[0].by, found.groups[0].name, found.groups[0].moved) == ("segment", "smb", 3)
        assert found.causes == (("Sponsor silent", 3),)

    def test_migration_counts_every_account_once(self) -> None:
        before, now = self.standings([1, 2])
        del before["a07"]
        found = migration(before, now)
        assert found == {("green", "green"): 17, ("green", "yellow"): 2, ("new", "green"): 1}

    def test_a_cohort_that_fell_eleven_points_is_told(self) -> None:
        before = {a.id: standing(a.id, "green", 720) for a in self.accounts}
        now = {a.id: standing(a.id, "yellow", 610 if a.segment == "smb" else 715) for a in self.accounts}
        fallen = {(c.by, c.name) for c in cohorts(self.accounts, before, now) if c.has_fallen}
        assert ("segment", "smb") in fallen
        assert ("segment", "enterprise") not in fallen

    def test_green_hides_silence_thin_data_and_falls(self) -> None:
        now = {a.id: standing(a.id, "green", 800) for a in self.accounts}
        silence = {"kind": "silence", "label": "Sponsor silent", "detail": "95 days", "points": -4.0}
        now["a01"] = standing("a01", "green", 800, ledger=[silence])
        now["a02"] = standing("a02", "green", 800, after={"low": 60.0, "high": 90.0})
        now["a03"] = replace(standing("a03", "green", 800), divergent=True)
        before = {"a04": standing("a04", "green", 900)}
        found = {c.account_id: c.reasons for c in hidden_complacency(self.accounts, before, now, RULES[-1])}
        assert set(found) == {"a01", "a02", "a03", "a04"}
        assert found["a01"] == ("sponsor silent: 95 days",)


class TestDigest:
    def test_each_owner_gets_their_accounts_in_both_forms(self, scored: Database) -> None:
        with scored.reading() as connection:
            found = digests(connection, RULES[-1], date(2026, 5, 28))
        assert [d.owner for d in found] == sorted({d.owner for d in found})
        assert sum(len(d.queue) for d in found) == 8
        mine = next(d for d in found if d.owner == "tobias.renwick@vendor.example")
        text, page = as_markdown(mine), as_page(mine)
        for words in ("Sundergate Cold Stores", "Executive recovery plan"):
            assert words in text
            assert words in page
        assert page.count("<rect") >= 26, "a column for each week, divided by band"
        assert "median" in text or "Nobody has touched an action yet" in text
        assert "Where you and the score differ" in page
        assert text.index("Sundergate") < text.index("Skarrafell"), "red comes first"

    def test_what_people_wrote_cannot_become_markup(self) -> None:
        moved = Moved("<script>x</script>", "green", "red", "<img src=x>")
        digest = Digest(
            owner="o",
            day=DAY,
            bands={},
            moved=[moved],
            queue=[],
            due=[],
            complacent=[],
            picture="",
            intervened=time_to_intervene([], DAY),
            divergent=[],
        )
        page = as_page(digest)
        assert "<script>x" not in page
        assert "<img" not in page


def test_the_default_folder_is_where_the_package_stands() -> None:
    import pipeline.digest

    assert (Path(pipeline.digest.__file__).with_name("templates") / "digest.html").is_file()
