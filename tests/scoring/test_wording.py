"""The same answer at three lengths: no figure that the explanation does not hold, nothing pretended."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from histories import START, days, default_rules, histories, said
from hypothesis import given

from scoring.bands import band_with_hysteresis
from scoring.explaining import explain
from scoring.explanation import Explanation, Standing
from scoring.facts import Account, Assessment, Facts, end_of
from scoring.movement import movement, starting_point
from scoring.score import score
from scoring.wording import in_one_line, in_words, load_wording, said_at


def told(facts: Facts, day: date) -> Explanation:
    after = score(facts, default_rules(), day)
    before = starting_point(after)
    bands = [band_with_hysteresis(s, None, default_rules()) for s in (before, after)]
    return explain(
        facts.account,
        movement(before, after),
        (before, bands[0]),
        (after, bands[1]),
        observations=facts.observations,
        contacts=facts.contacts,
        origins={},
        plays=(),
    )


@given(histories(), days)
def test_every_account_can_be_told_at_every_length(facts: Facts, day: date) -> None:
    found = told(facts, day)
    line, paragraph, ledger = (said_at(found, length) for length in ("line", "paragraph", "ledger"))
    assert paragraph.startswith(line)
    assert "\n" not in paragraph
    assert "{" not in line + paragraph
    for item in found.ledger:
        assert item.label in ledger
    assert ledger.endswith("0.0 unexplained")


@pytest.mark.parametrize(
    ("kept", "read"),
    [
        ("-98% on 2026-08-24", "-98% on 24 Aug 2026"),
        ("99 days since Jana wrote on 2026-06-03", "99 days since Jana wrote on 3 Jun 2026"),
        ("defensible (2026-99-99@vendor.example, 2026-06-04)", "defensible (2026-99-99@vendor.example, 4 Jun 2026)"),
        ("renewal in 102 days", "renewal in 102 days"),
    ],
)
def test_a_detail_says_its_days_as_everything_else_does(kept: str, read: str) -> None:
    assert in_words(kept) == read


def account_with_a_threat() -> Facts:
    day = START + timedelta(days=100)
    view = Assessment(day, "csm", {"sponsor_status": "active"})
    everybody = tuple(
        said(n, name, 2, end_of(day) - timedelta(days=n + 1))
        for n, name in enumerate(
            ["renewal_risk", "adoption_growth", "value_realised", "issue_resolved", "sponsor_engagement"]
        )
    )
    account = Account("acme", "Acme", "enterprise", "csm", 1, "EUR")
    return Facts(account, observations=everybody, assessments=(view,))


def test_the_paragraph_quotes_the_main_cause_and_names_the_day() -> None:
    found = told(account_with_a_threat(), START + timedelta(days=100))
    assert found.paragraph.startswith("Acme went from green to red")
    assert "renewal at risk" in found.sentence
    assert "“words of mail " in found.paragraph


@pytest.mark.parametrize(
    ("before", "after", "told"), [(70.7, 71.4, "70.7 to 71.4"), (70.7, 81.2, "71 to 81"), (50.4, 49.6, "50.4 to 49.6")]
)
def test_a_movement_is_seen_in_its_figures(before: float, after: float, told: str) -> None:
    first = Standing(START, "yellow", before, before, before, 100)
    then = Standing(START + timedelta(days=1), "green", after, after, after, 100)
    assert f"from yellow to green, {told} in a day" in in_one_line("Acme", first, then, after - before, [])


def test_a_line_names_each_thing_once() -> None:
    first, then = (Standing(START + timedelta(days=n), "green", 70.0 + n, 70, 75, 100) for n in (0, 7))
    main = [("Adoption growing", 3.6), ("NPS", 2.9), ("Adoption growing", 2.1)]
    assert in_one_line("Acme", first, then, 7, main).endswith(": adoption growing (+5.7), NPS (+2.9).")


def test_an_unknown_account_is_told_without_a_number_that_pretends() -> None:
    facts = Facts(Account("acme", "Acme", "enterprise", "csm", 1, "EUR"))
    found = told(facts, START)
    assert found.sentence == "Acme is unknown on 1 Jan 2026: we know 0 % of what the rules ask for."


@pytest.mark.parametrize(
    "kind", ["appeared", "late", "aged", "amplified", "resolved", "reviewed", "facts", "rule_change", "coverage"]
)
def test_every_kind_of_cause_has_words(kind: str) -> None:
    assert "{points" in load_wording().kinds[kind]
