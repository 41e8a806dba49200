"""The portfolio over time: bands by week, who was right where CSM and score differed, nights that nobody ran."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise

import pytest

from pipeline.band_history import BandCount, band_history, line_of, picture_of
from pipeline.divergence import judged
from pipeline.lookup import WrongInputError
from pipeline.nightly import LONGEST_CATCH_UP, missed_nights
from pipeline.survey import survey
from scoring.facts import Account
from scoring.rulebook.loading import load_rulebooks
from store.accounts import ContractChange
from store.database import Database
from store.snapshots import snapshots_on
from store.standings import DayStanding, footings_on, last_standing_day, standings_on

RULES = load_rulebooks()[-1]
DAY = date(2026, 6, 30)
ACME = Account("acme", "Acme", "smb", "csm@vendor.example", 1000, "EUR")


def stood(offset: int, computed: str, assessed: str = "") -> DayStanding:
    return DayStanding("acme", DAY + timedelta(days=offset), 500, 400, 600, 1000, computed, computed, assessed)


def _told(standing: DayStanding) -> tuple[date, str, int]:
    return standing.day, standing.band, standing.points


class TestStandings:
    def test_they_say_what_the_snapshots_say(self, scored: Database) -> None:
        with scored.reading() as connection:
            light, whole = standings_on(connection, DAY), snapshots_on(connection, DAY)
        assert len(light) == len(whole) == 8
        for snapshot in whole:
            found, told = light[snapshot.account_id], snapshot.explanation
            assert (found.points, found.band, found.sentence) == (snapshot.points, snapshot.band, told["sentence"])
            assert (found.low / 10, found.high / 10) == (told["after"]["low"], told["after"]["high"])
            assert found.divergent == snapshot.divergent

    def test_a_footing_joins_three_days_of_an_account(self, scored: Database) -> None:
        days = DAY, DAY - timedelta(days=28), DAY - timedelta(days=7)
        with scored.reading() as connection:
            footings = footings_on(connection, *days)
            now, earlier, recent = (standings_on(connection, day) for day in days)
            missing = footings_on(connection, date(2020, 1, 1), date(2020, 1, 1), date(2020, 1, 1))
            assert last_standing_day(connection, DAY) == max(s.day for s in now.values())
        assert [f.account_id for f in footings] == sorted(now)
        for f in footings:
            assert (f.day, f.band, f.points) == _told(now[f.account_id])
            assert (f.earlier, f.earlier_points) == _told(earlier[f.account_id])[::2]
            assert (f.recent, f.recent_band, f.recent_points) == _told(recent[f.account_id])
        assert [(f.day, f.change, f.days_to_renewal) for f in missing] == [(None, None, None)] * len(footings)

    def test_each_week_counts_every_account_once(self, scored: Database) -> None:
        with scored.reading() as connection:
            history = band_history(connection, DAY - timedelta(days=91), DAY)
            months = band_history(connection, DAY - timedelta(days=300), DAY)
        assert [one.total for one in history] == [8] * 14
        assert all((b.day - a.day).days == 30 for a, b in pairwise(months))

    def test_a_survey_of_one_owner_holds_only_theirs(self, scored: Database) -> None:
        with scored.reading() as connection:
            found = survey(connection, RULES, None, DAY, ["tobias.renwick@vendor.example"])
            with pytest.raises(WrongInputError, match="not before"):
                survey(connection, RULES, DAY, DAY)
        assert sum(found.migration.values()) == 3
        assert {c.name for c in found.cohorts if c.by == "owner"} == {"tobias.renwick@vendor.example"}


def test_a_line_is_as_high_as_the_share_and_a_picture_holds_every_band() -> None:
    history = [BandCount(DAY, {"green": 4}), BandCount(DAY + timedelta(days=7), {"green": 1, "red": 3})]
    assert line_of(history, "green") == "█▂"
    assert line_of(history, "yellow") == "  "
    picture = picture_of(history, ["green", "yellow", "red"])
    assert picture.count("<rect") == 3
    assert "3 red" in picture
    assert picture_of(history[:1], ["green"]) == ""


class TestDivergence:
    def rights(self, *days: DayStanding, outcomes: tuple[ContractChange, ...] = (), seen: int = 400) -> list[str]:
        return [d.right for d in judged(ACME, days, outcomes, RULES, DAY + timedelta(days=seen))]

    def test_the_band_a_quarter_later_settles_it(self) -> None:
        first = stood(0, "green", "red")
        assert self.rights(first, stood(30, "green"), stood(90, "red")) == ["csm"]
        assert self.rights(first, stood(30, "red"), stood(95, "green")) == ["score"]
        assert self.rights(first, stood(90, "yellow")) == ["neither"]
        assert self.rights(first, stood(89, "red")) == ["open"]

    def test_the_end_of_the_contract_settles_it_before_the_band_does(self) -> None:
        lost = ContractChange(DAY + timedelta(days=60), "churned", 1000, 0)
        days = stood(0, "green", "red"), stood(90, "green")
        assert self.rights(*days, outcomes=(lost,)) == ["csm"]
        assert self.rights(*days, outcomes=(lost._replace(outcome="renewed"),)) == ["score"]

    def test_what_is_not_known_yet_settles_nothing(self) -> None:
        lost = ContractChange(DAY + timedelta(days=60), "churned", 1000, 0)
        assert self.rights(stood(0, "green", "red"), stood(90, "red"), outcomes=(lost,), seen=59) == ["open"]

    def test_each_unbroken_stretch_is_told_once(self) -> None:
        days = stood(0, "green", "red"), stood(7, "green", "red"), stood(14, "green"), stood(21, "green", "red")
        found = list(judged(ACME, days, (), RULES, DAY + timedelta(days=21)))
        assert [((d.first - DAY).days, (d.last - DAY).days) for d in found] == [(0, 7), (21, 21)]


class TestMissedNights:
    def test_every_night_since_the_last_but_tonight(self) -> None:
        assert missed_nights(DAY - timedelta(days=3), DAY) == [DAY - timedelta(days=2), DAY - timedelta(days=1)]
        assert missed_nights(DAY - timedelta(days=1), DAY) == []
        assert missed_nights(DAY, DAY) == []
        assert missed_nights(None, DAY) == []

    def test_not_further_back_than_a_month(self) -> None:
        assert len(missed_nights(DAY - timedelta(days=300), DAY)) == LONGEST_CATCH_UP
