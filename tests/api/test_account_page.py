"""What the account's page says of people and days, from less than scoring reads."""

import html
import math
import re
from datetime import UTC, date, datetime, timedelta
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser

from api.console.charts.drawing import drawn
from api.console.charts.history import DOTTED, RADIUS, Event, history_chart
from extractor.detector import Detection, Outcome
from extractor.document import Role, Source, Took, Turn, compose
from extractor.grounding import ground
from extractor.signal import Interaction
from pipeline.acting import note
from pipeline.nightly import nightly
from pipeline.people import WINDOW, people_of
from scoring.facts import Account
from store.accounts import get_account, put_account
from store.actions import actions_of
from store.browse import Point, papers_of
from store.documents import add_document
from store.facts import facts_of
from store.presence import presence_of
from store.recording import record

DATABASES = ("sqlite", "postgres")


@pytest.mark.parametrize("day", [date(2025, 12, 1), date(2026, 4, 14), date(2026, 9, 15), date(2027, 6, 1)])
def test_people_are_as_all_their_interactions_tell(shared_world, day, database_kind):
    with shared_world.app.database.reading() as connection:
        for name in ("a-sundergate", "a-kestermere", "a-ostlere", "a-pomfreytull"):
            facts = facts_of(connection, get_account(connection, name)).as_of(day)
            heard = presence_of(connection, name, day - WINDOW, day)
            assert len(heard) <= len(facts.interactions)
            assert people_of(facts.contacts, heard, day) == people_of(facts.contacts, facts.interactions, day)


points = st.builds(
    Point, st.dates(date(2024, 1, 1), date(2026, 1, 1)), st.integers(0, 1000), st.sampled_from("abc"), st.just(100)
)


@given(st.lists(points, min_size=2, max_size=300, unique_by=lambda p: p.day), st.lists(st.integers(0, 800), max_size=9))
def test_a_history_shows_its_ends_and_every_turn(history, days):
    history.sort(key=lambda p: p.day)
    events = [Event(n, date(2024, 1, 1) + timedelta(day), n % 2 == 0, f'"<b>&{n}') for n, day in enumerate(days, 1)]
    chart = history_chart(history, [("a", 75), ("b", 50), ("c", 0)], events)
    turns = [n for n, p in enumerate(history) if n in {0, len(history) - 1} or p.band != history[n - 1].band]
    assert len(chart.dots) == (len(history) if len(history) <= DOTTED else len(turns))
    assert chart.line.count("L") == len(history) - 1
    svg = str(drawn(chart))
    assert svg.count("<title>") == len(chart.dots)
    assert "<b>" not in svg
    assert len(re.findall('<a href="#cause-', svg)) == len(chart.marks)


@given(st.lists(points, min_size=2, max_size=300, unique_by=lambda p: p.day), st.lists(st.integers(0, 900), max_size=9))
def test_a_cause_is_marked_on_its_own_day_and_covers_no_other(history, days):
    history.sort(key=lambda p: p.day)
    events = [Event(n, date(2024, 1, 1) + timedelta(day), True, "cause") for n, day in enumerate(days, 1)]
    chart = history_chart(history, [("a", 75), ("b", 50), ("c", 0)], events)
    first, last = history[0].day, history[-1].day
    assert {m.number for m in chart.marks} == {e.number for e in events if first <= e.day <= last}
    for mark in chart.marks:
        share = (events[mark.number - 1].day - first) / (last - first)
        assert mark.x == pytest.approx(chart.left + share * (chart.right - chart.left), abs=0.1)
        assert RADIUS <= mark.y <= chart.zones[0].y - RADIUS
    for one, other in combinations(chart.marks, 2):
        assert math.dist((one.x, one.y), (other.x, other.y)) >= 2 * RADIUS


def test_every_cause_told_is_on_the_chart_or_said_not_to_be(shared_world):
    browser = shared_world.browser()
    for name in ("a-sundergate", "a-aldermoor", "a-kestermere", "a-ostlere"):
        page = LexborHTMLParser(browser.get(f"/accounts/{name}").text)
        told = {n.attributes["value"] for n in page.css(".causes > li")}
        assert [n.text() for n in page.css(".causes h3 .n")] == [
            n.attributes["value"] for n in page.css(".causes > li")
        ]
        marked = {n.text() for n in page.css(".history .number")}
        (caption,) = [n.text() for n in page.css("section[aria-labelledby=history] p")]
        unmarked = set(re.findall(r"\d+", caption.partition("Shaded")[0]))
        assert (marked | unmarked, marked & unmarked) == (told, set())


def test_the_last_day_counts_and_the_next_does_not(world, database_kind):
    with world.app.database.reading() as connection:
        first = presence_of(connection, "a-sundergate", date(2020, 1, 1), date(2026, 9, 15))[0].at.date()
        assert presence_of(connection, "a-sundergate", first, first)
        assert not presence_of(connection, "a-sundergate", date.min, first - timedelta(days=1))


def test_inputs_and_caps_on_the_page_sum_to_the_score(shared_world):
    browser, tool = shared_world.browser(), shared_world.tool()
    capped = 0
    for account in tool.get("/v1/accounts").json()["items"]:
        page = LexborHTMLParser(browser.get(f"/accounts/{account['id']}").text)
        inputs = [n.text() for n in page.css(".input summary .n")]
        caps = [n.text().replace("\N{MINUS SIGN}", "-") for n in page.css(".capped .n")]
        shown = [float(text.split()[0]) for text in inputs] + [float(text) for text in caps]
        assert round(sum(shown), 1) == account["standing"]["score"]
        capped += len(caps)
    assert capped


def test_an_unknown_account_shows_no_points_that_nothing_stands_for(world):
    turns = [Turn("Thank you, see you on Monday.", "Ada", Role.CUSTOMER, datetime(2026, 9, 1, tzinfo=UTC))]
    mail = compose(turns, source=Source.EMAIL, key="mail:new")
    with world.writing() as connection:
        put_account(connection, Account("a-new", "Newfield", "smb", "o@vendor.example", 1, "EUR"), ())
        add_document(
            connection, mail, "a-new", [Interaction(mail.id, "", "Ada", Role.CUSTOMER, Took.WROTE, turns[0].at)]
        )
        record(connection, "a-new", mail, Detection(mail.id, Outcome.READ), "labels", ground((), mail, "labels"))
    nightly(world.app.database, world.app.rulebooks, world.app.detector(), [date(2026, 9, 15)])
    text = world.browser().get("/accounts/a-new").text
    assert "Newfield is unknown on 15 Sep 2026" in html.unescape(text)
    page = LexborHTMLParser(text)
    assert page.css(".waterfall") == []
    assert {n.text() for n in page.css(".input summary .day")} == {"no current data"}
    assert len(page.css(".input summary .n")) == 0


def test_a_past_day_tells_no_note_that_was_made_later(world):
    with world.writing() as connection:
        action = next(a for a in actions_of(connection, "a-sundergate") if a.closed is None)
        for day in (action.opened, action.opened + timedelta(days=2)):
            note(connection, action, day, "ada", f"said on {day}")
    told = world.browser().get("/accounts/a-sundergate", params={"as_of": action.opened + timedelta(days=1)}).text
    assert f"said on {action.opened}" in told
    assert f"said on {action.opened + timedelta(days=2)}" not in told
    assert f"said on {action.opened + timedelta(days=2)}" in world.browser().get("/accounts/a-sundergate").text


def test_papers_without_a_date_come_after_the_newest(world):
    with world.writing() as connection:
        newest = papers_of(connection, "a-sundergate")
        undated = compose([Turn("Hello.", "Ada", Role.CUSTOMER)], source=Source.EMAIL, key="mail:undated")
        add_document(connection, undated, "a-sundergate", ())
        assert [p.id for p in papers_of(connection, "a-sundergate")] == [*(p.id for p in newest), undated.id]
